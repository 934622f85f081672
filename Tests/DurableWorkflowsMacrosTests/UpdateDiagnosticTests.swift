internal import Testing

@Suite("Misuse of validators, dynamic handlers and versions")
struct UpdateDiagnosticTests {
  /// A workflow with `members` from line 3 on.
  private func problems(_ members: String) -> [String] {
    diagnostics(of: "@Workflow actor Checkout {\n  func run() async {}\n\(members)\n}")
  }

  @Test(
    "validators",
    arguments: [
      (
        #"@WorkflowUpdateValidator(for: "raise") func check(x: Int) async {}"#,
        "a validator decides at once, before the update is recorded; remove 'async' from 'check', or wait in 'raise'"
      ),
      (
        #"@WorkflowUpdateValidator(for: "raise") func check(x: Int) -> Bool { true }"#,
        "a validator accepts by returning and rejects by throwing, but 'check' returns Bool; "
          + "remove the result and throw an error instead"
      ),
      (
        #"@WorkflowUpdateValidator(for: "raise") static func check(x: Int) {}"#,
        "a validator is an instance method; remove 'static' from 'check'"
      ),
      (
        #"@WorkflowUpdateValidator(for: "raise") func check<T>(x: T) {}"#,
        "a validator cannot be generic, because its values are decoded by their types; give 'check' concrete types"
      ),
      (
        #"@WorkflowUpdateValidator(for: "raise") var check: Int { 1 }"#,
        "@WorkflowUpdateValidator belongs on a method"
      ),
      (
        "@WorkflowUpdateValidator(for: name) func check(x: Int) {}",
        "@WorkflowUpdateValidator(for:) takes the name of the update's method as a string literal"
      ),
      (
        #"@WorkflowUpdateValidator(for: "raise") func check() {}"#,
        "a validator sees what its update sees: 'raise' takes (Int), but 'check' takes (); "
          + "write the same types in the same order"
      ),
      (
        #"@WorkflowUpdateValidator(for: "raise") func check(x: Int, y: [String]) {}"#,
        "a validator sees what its update sees: 'raise' takes (Int), but 'check' takes (Int, [String]); "
          + "write the same types in the same order"
      ),
      (
        #"@WorkflowUpdateValidator(for: "raise") func check(x: Int?) {}"#,
        "a validator sees what its update sees: 'raise' takes (Int), but 'check' takes (Int?); "
          + "write the same types in the same order"
      ),
      (
        #"@WorkflowUpdateValidator(for: "lower") func check(x: Int) {}"#,
        "there is no update 'lower'; name a method of this actor that is marked @WorkflowUpdate"
      ),
      (
        #"@WorkflowUpdateValidator(for: "raise-limit") func check(x: Int) {}"#,
        #"there is no update 'raise-limit'; name the update's method: "raise""#
      ),
    ]
  )
  func validators(member: String, problem: String) {
    #expect(problems("@WorkflowUpdate(name: \"raise-limit\") func raise(to: Int) {}\n\(member)") == ["4: \(problem)"])
  }

  @Test("an update has one validator")
  func duplicateValidator() {
    #expect(
      problems(
        """
        @WorkflowUpdateValidator(for: "raise") func a() {}
        @WorkflowUpdate func raise() {}
        @WorkflowUpdateValidator(for: "raise") func b() {}
        """
      ) == ["5: the update 'raise' has a validator; put all its checks into one"]
    )
  }

  @Test("a validator of something that is no update is not blamed twice; spaces in types do not matter")
  func quietValidators() {
    #expect(
      problems("@WorkflowUpdate static func raise() {}\n@WorkflowUpdateValidator(for: \"raise\") func a() {}")
        == ["3: an update is an instance method; remove 'static' from 'raise'"]
    )
    #expect(
      problems(
        """
        @WorkflowUpdate func raise(_ x: [String: Int], y: borrowing Self.Y = 1) {}
        @WorkflowUpdateValidator(for: "raise") func a(x: [ String:Int ], _: Checkout.Y) {}
        """
      ).isEmpty
    )
  }

  @Test(
    "dynamic handlers",
    arguments: [
      (
        "@WorkflowSignal(dynamic: true) func a(name: String) {}",
        "a dynamic signal takes the name and the arguments as they arrived; "
          + "give 'a' the parameters (signal name: String, arguments: Arguments)"
      ),
      (
        "@WorkflowQuery(dynamic: true) func a(arguments: Arguments, name: String) -> Int { 1 }",
        "a dynamic query takes the name and the arguments as they arrived; "
          + "give 'a' the parameters (query name: String, arguments: Arguments)"
      ),
      (
        "@WorkflowUpdate(dynamic: true) func a() {}",
        "a dynamic update takes the name and the arguments as they arrived; "
          + "give 'a' the parameters (update name: String, arguments: Arguments)"
      ),
      (
        "@WorkflowQuery(dynamic: true) var a: Int { 1 }",
        "a dynamic query needs the name and the arguments that it is asked with, so it belongs on a method"
      ),
      (
        #"@WorkflowSignal(name: "a", dynamic: true) func a(name: String, arguments: Arguments) {}"#,
        "a dynamic signal answers to every name that no other signal has; remove 'name:' or 'dynamic:'"
      ),
      (
        "@WorkflowSignal(dynamic: isDynamic) func a(name: String, arguments: Arguments) {}",
        "macros read 'dynamic:' as it is written; write true or false"
      ),
      (
        "@WorkflowSignal(dynamic: true) func a(name: String, arguments: Arguments) -> Int { 1 }",
        "a signal returns nothing, but 'a' returns Int; remove the result, make it a @WorkflowUpdate, "
          + "or offer it with a @WorkflowQuery"
      ),
      (
        "@WorkflowUpdate func a(name: String, arguments: Arguments) {}",
        "'a' takes what a handler of every update takes; mark it @WorkflowUpdate(dynamic: true), "
          + "or take Codable values"
      ),
    ]
  )
  func dynamic(member: String, problem: String) {
    #expect(problems(member) == ["3: \(problem)"])
  }

  @Test("one dynamic handler of each kind; they share no references")
  func duplicateDynamic() {
    #expect(
      problems(
        """
        @WorkflowSignal(dynamic: true) func a(_ name: String, _ arguments: Arguments) {}
        @WorkflowQuery(dynamic: true) func a(_ name: String, _ arguments: Arguments) -> Int { 1 }
        @WorkflowSignal func a() {}
        @WorkflowSignal(dynamic: true) func c(_ name: String, _ arguments: Arguments) {}
        """
      ) == ["6: a workflow has one dynamic signal handler; tell the names apart inside it"]
    )
  }

  @Test(
    "dynamic workflows and versions",
    arguments: [
      (
        "dynamic: true", "input: Int",
        "2: a dynamic workflow takes its input as it arrived, because every name has an input of its own; "
          + "write 'func run(input: RawPayloads)'"
      ),
      (
        "dynamic: true", "",
        "2: a dynamic workflow takes its input as it arrived, because every name has an input of its own; "
          + "write 'func run(input: RawPayloads)'"
      ),
      (
        #"name: "a", dynamic: true"#, "input: RawPayloads",
        "1: a dynamic workflow runs under every name that no other workflow has; remove 'name:' or 'dynamic:'"
      ),
      ("dynamic: flag", "", "1: macros read 'dynamic:' as it is written; write true or false"),
      (
        "version: -1", "",
        "1: a version is not negative; a type without 'version:' has version 0, so the next one is 1"
      ),
      (
        #"name: "__a""#, "",
        "1: names that begin with two underscores are reserved; give another with @Workflow(name:)"
      ),
    ]
  )
  func workflows(arguments: String, input: String, problem: String) {
    #expect(diagnostics(of: "@Workflow(\(arguments)) actor A {\n  func run(\(input)) {}\n}") == [problem])
  }

  @Test("dynamic activities")
  func activities() {
    let form = "(activity name: String, arguments: Arguments)"
    #expect(
      diagnostics(
        of: """
          @ActivityContainer struct Bridge {
            @Activity(dynamic: true) func a(_ name: String, _ arguments: Arguments) {}
            @Activity(dynamic: true) func b(_ name: String, _ arguments: Arguments) {}
            @Activity(dynamic: true) func c(_ name: String) {}
            @Activity(name: "d", dynamic: true) func d(_ name: String, _ arguments: Arguments) {}
            @Activity func e(_ name: String, _ arguments: Arguments) {}
            @Activity func f(_ arguments: Arguments) {}
            @Activity(heartbeat: .seconds(1), dynamic: true) func g(_ name: String, _ arguments: Arguments) {}
          }
          """
      ) == [
        "3: a container has one dynamic activity; tell the names apart inside it",
        "4: a dynamic activity takes the name and the arguments as they arrived; give 'c' the parameters \(form)",
        "5: a dynamic activity answers to every name that no other activity has; remove 'name:' or 'dynamic:'",
        "6: 'e' takes what a handler of every activity takes; mark it @Activity(dynamic: true), or take Codable values",
        "8: a dynamic activity is scheduled by name, with the caller's options alone; remove 'heartbeat:'",
      ]
    )
  }
}
