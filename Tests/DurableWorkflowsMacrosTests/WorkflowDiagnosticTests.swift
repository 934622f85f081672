internal import Testing

@Suite("Misuse of @Workflow")
struct WorkflowDiagnosticTests {
  /// A workflow with `member` on line 3.
  private func problems(_ member: String) -> [String] {
    diagnostics(of: "@Workflow actor Checkout {\n  func run() async {}\n  \(member)\n}")
  }

  @Test(
    "a type that is no actor is refused, with a fix-it where the keyword is all that differs",
    arguments: [
      ("struct", "a struct", ["struct -> actor"]), ("class", "a class", ["class -> actor"]), ("enum", "an enum", []),
    ]
  )
  func notAnActor(keyword: String, kind: String, fixes: [String]) {
    let source = "@Workflow \(keyword) Checkout {\n  func run() async {}\n}"
    #expect(diagnostics(of: source) == ["1: @Workflow belongs on an actor, not on \(kind)"])
    #expect(fixIts(of: source) == fixes)
  }

  @Test("a distributed actor is refused")
  func distributed() {
    #expect(
      diagnostics(of: "@Workflow distributed actor Checkout { func run() async {} }")
        == ["1: @Workflow belongs on a plain actor, not on a distributed one"]
    )
  }

  @Test(
    "run is required, once, with at most the parameter input",
    arguments: [
      (
        "static func run() {}",
        "1: the workflow 'Checkout' has no run method; add 'func run(input: …) async throws -> …' "
          + "or 'func run() async throws'"
      ),
      (
        "func run(order: Int) {}",
        "2: run takes one parameter labelled 'input', or none; put several values into one Codable struct"
      ),
      (
        "func run(input: Int, other: Int) {}",
        "2: run takes one parameter labelled 'input', or none; put several values into one Codable struct"
      ),
      ("func run(input: Int) {}\n func run(input: String) {}", "3: a workflow has one run method; rename this one"),
      (
        "func run<T>(input: T) {}",
        "2: run cannot be generic, because its values are decoded by their types; give 'run' concrete types"
      ),
      (
        "#if DEBUG\n func run() {}\n #endif",
        "3: @Workflow does not see a run method inside '#if'; put the condition inside its body"
      ),
      (
        "func run(input: Int) {}\n struct Output {}",
        "3: 'Output' is what the workflow's run takes or returns, but this run returns nothing; rename the type"
      ),
    ]
  )
  func run(member: String, problem: String) {
    #expect(diagnostics(of: "@Workflow actor Checkout {\n\(member)\n}") == [problem])
  }

  @Test(
    "init() must exist",
    arguments: ["let x: Int", "var x: Int", "var x, y: Int", "let x: Int?", "var x: Int { didSet {} }"]
  )
  func propertyWithoutDefault(property: String) {
    let names = property.contains("y") ? ["x", "y"] : ["x"]
    #expect(
      problems(property)
        == names.map {
          "3: the engine creates the workflow 'Checkout' with init(), at the start and for every replay; "
            + "give '\($0)' a default value and set it in run"
        }
    )
  }

  @Test(
    "properties that init() can fill in are no problem",
    arguments: [
      "var x: Int?", "var x = 1, y: Int?", "var x: Optional<Int>", "var x: Int { 1 }", "static let x: Int",
      "lazy var x: Int = 1", "@Wrapped var x: Int", "let x: Int; init() { x = 1 }",
    ]
  )
  func properties(property: String) {
    #expect(problems(property).isEmpty)
  }

  @Test("an initializer with parameters cannot be used by the engine")
  func initializer() {
    #expect(
      problems("init(x: Int = 1) {}") == [
        "3: the engine creates the workflow 'Checkout' with init(), at the start and for every replay; "
          + "add 'init()' and take values from run(input:)"
      ]
    )
  }

  @Test(
    "handlers",
    arguments: [
      (
        "@WorkflowSignal func a() -> Int { 1 }",
        "a signal returns nothing, but 'a' returns Int; remove the result, "
          + "make it a @WorkflowUpdate, or offer it with a @WorkflowQuery"
      ),
      ("@WorkflowQuery func a() {}", "a query returns a value, but 'a' returns nothing; add a result"),
      (
        "@WorkflowQuery func a() async -> Int { 1 }",
        "queries are synchronous, because they must not wait or change state; remove 'async' from 'a'"
      ),
      (
        "@WorkflowQuery var a: Int { get async { 1 } }",
        "queries are synchronous, because they must not wait or change state; remove 'async' from 'a'"
      ),
      ("@WorkflowQuery var a = 1", "the query 'a' needs a type; write 'var a: …'"),
      ("@WorkflowQuery static var a: Int { 1 }", "a query is an instance property; remove 'static' from 'a'"),
      ("@WorkflowSignal static func a() {}", "a signal is an instance method; remove 'static' from 'a'"),
      ("@WorkflowSignal var a: Int { 1 }", "@WorkflowSignal belongs on a method"),
      ("@WorkflowUpdate var a: Int { 1 }", "@WorkflowUpdate belongs on a method"),
      ("@WorkflowUpdate static func a() {}", "an update is an instance method; remove 'static' from 'a'"),
      (
        "@WorkflowUpdate func a() -> some Codable { 1 }",
        "an update cannot be generic, because its values are decoded by their types; give 'a' concrete types"
      ),
      (
        "@WorkflowSignal func __a() {}",
        "names that begin with two underscores are reserved; give another with @WorkflowSignal(name:)"
      ),
      (
        #"@WorkflowQuery(name: "__a") var a: Int { 1 }"#,
        "names that begin with two underscores are reserved; give another with @WorkflowQuery(name:)"
      ),
      (#"@WorkflowUpdate(name: "") func a() {}"#, "the name must not be empty; leave 'name:' out to use 'a'"),
      (
        "@WorkflowSignal func a(_ x: some Codable) {}",
        "a signal cannot be generic, because its values are decoded by their types; give 'a' concrete types"
      ),
      (
        "@WorkflowSignal func a(x: inout Int) {}",
        "an inout parameter cannot be recorded; take a value and return the new one"
      ),
      ("@WorkflowSignal func a(x: Int...) {}", "a variadic parameter cannot be recorded; take an array instead"),
      (
        #"@WorkflowSignal(name: "") func a() {}"#,
        "the name must not be empty; leave 'name:' out to use 'a'"
      ),
    ]
  )
  func handlers(member: String, problem: String) {
    #expect(problems(member) == ["3: \(problem)"])
  }

  @Test("names are unique, and so are the typed references")
  func duplicates() {
    #expect(
      problems(
        """
        @WorkflowSignal func a() {}
        @WorkflowSignal(name: "a") func b() {}
        @WorkflowQuery func a() -> Int { 1 }
        @WorkflowQuery(name: "c") func a(x: Int) -> Int { 1 }
        @WorkflowUpdate func a(x: String) {}
        @WorkflowUpdate(name: "a") func d() {}
        @WorkflowUpdate(name: "e") func a() {}
        """
      ) == [
        "4: the signal name 'a' is taken; give one of the two another with @WorkflowSignal(name:)",
        "6: two handlers would share the reference 'Queries.a'; rename one of the methods",
        "8: the update name 'a' is taken; give one of the two another with @WorkflowUpdate(name:)",
        "9: two handlers would share the reference 'Updates.a'; rename one of the methods",
      ]
    )
  }

  @Test("markers that no macro would read are refused")
  func misplacedMarkers() {
    let advice = "move the declaration there, or add @Workflow to the type"
    #expect(
      diagnostics(
        of: """
          extension Checkout {
            @WorkflowSignal func a() {}
          }
          actor Plain {
            @WorkflowQuery func a() -> Int { 1 }
            @WorkflowUpdate func b() {}
            @WorkflowUpdateValidator(for: "b") func c() {}
          }
          """
      ) == [
        "2: @WorkflowSignal has an effect only in the body of a type marked @Workflow, not in an extension; \(advice)",
        "5: @WorkflowQuery has an effect only in the body of a type marked @Workflow, not in an extension; \(advice)",
        "6: @WorkflowUpdate has an effect only in the body of a type marked @Workflow, not in an extension; \(advice)",
        "7: @WorkflowUpdateValidator has an effect only in the body of a type marked @Workflow, "
          + "not in an extension; \(advice)",
      ]
    )
    for marker in ["@WorkflowSignal", "@WorkflowUpdate", #"@WorkflowUpdateValidator(for: "b")"#] {
      let name = marker.prefix { $0 != "(" }
      #expect(
        problems("#if DEBUG\n \(marker) func a() {}\n #endif").contains(
          "4: \(name) inside '#if' would not be registered, because macros do not see which branch is compiled; "
            + "put the condition inside the body"
        )
      )
    }
  }
}
