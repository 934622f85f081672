internal import Testing

@Suite("Misuse of @ActivityContainer and @Activity")
struct ActivityDiagnosticTests {
  @Test("only actors and structs are containers", arguments: [("class", "a class"), ("enum", "an enum")])
  func kindOfType(keyword: String, kind: String) {
    #expect(
      diagnostics(of: "@ActivityContainer \(keyword) Payments {}")
        == ["1: @ActivityContainer belongs on an actor or a struct, not on \(kind)"]
    )
  }

  @Test(
    "methods that cannot be called with recorded values",
    arguments: [
      (
        "@Activity func a<T: Codable>(x: T) {}",
        "an activity cannot be generic, because its values are decoded by their types; give 'a' concrete types"
      ),
      (
        "@Activity func a() -> some Codable { 1 }",
        "an activity cannot be generic, because its values are decoded by their types; give 'a' concrete types"
      ),
      (
        "@Activity func a(x: inout Int) {}",
        "an inout parameter cannot be recorded; take a value and return the new one"
      ),
      ("@Activity func a(x: isolated Other) {}", "an isolated parameter cannot be recorded; remove it"),
      ("@Activity func a(x: Int...) {}", "a variadic parameter cannot be recorded; take an array instead"),
      ("@Activity static func a() {}", "an activity is an instance method; remove 'static' from 'a'"),
      (
        "@Activity mutating func a() {}",
        "an activity cannot be mutating, because its attempts share one instance; make 'Payments' an actor"
      ),
      ("@Activity var a: Int { 1 }", "@Activity belongs on a method"),
      (#"@Activity(name: "") func a() {}"#, "the name must not be empty; leave 'name:' out to use 'a'"),
    ]
  )
  func activities(member: String, problem: String) {
    #expect(diagnostics(of: "@ActivityContainer struct Payments {\n  \(member)\n}") == ["2: \(problem)"])
  }

  @Test("overloads need names of their own")
  func duplicates() {
    #expect(
      diagnostics(
        of: """
          @ActivityContainer struct Payments {
            @Activity func a() {}
            @Activity func a(x: Int) {}
            @Activity(name: "b") func a(x: String) {}
          }
          """
      ) == ["3: two activities are called 'a'; give one another name with @Activity(name:)"]
    )
  }

  @Test("activities that would not be registered are refused")
  func misplaced() {
    #expect(
      diagnostics(of: "extension Payments {\n  @Activity func a() {}\n}") == [
        "2: @Activity has an effect only in the body of a type marked @ActivityContainer, not in an extension; "
          + "move the declaration there, or add @ActivityContainer to the type"
      ]
    )
    #expect(
      diagnostics(of: "@ActivityContainer struct Payments {\n#if DEBUG\n  @Activity func a() {}\n#endif\n}").contains(
        "3: @Activity inside '#if' would not be registered, because macros do not see which branch is compiled; "
          + "put the condition inside the body"
      )
    )
  }
}
