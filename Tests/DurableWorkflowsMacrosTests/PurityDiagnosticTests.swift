internal import Testing

@Suite("Queries and validators that change the run")
struct PurityDiagnosticTests {
  private static let advice = "a query only reads: do that in run, in a signal or in an update"

  /// What is said of a query with this body on line 10.
  private func problems(_ body: String) -> [String] {
    diagnostics(
      of: """
        @Workflow actor Checkout {
          private var count = 0, total: Int { get { 1 } set {} }
          var items: [Int] = [], table: [String: [Int]] = [:], order: Order? = nil
          let box = Box()
          func run() async {}
          func touch(_ x: Int = 0, at y: Int = 0) { count += 1 }
          func touch(twice: Int, _ f: () -> Void) -> Int { twice }
          func deep() { if false { deep() } ; self.touch() }
          func harmless() { var count = 0 ; count += 1 }
          @WorkflowQuery func q(given: Int) -> Int {
        \(body)
          }
          func wait() async throws { try await context.sleep(for: .seconds(1)) }
        }
        """
    )
  }

  @Test(
    "changes of the actor's properties",
    arguments: [
      ("count = 1", "count"), ("self.count = 1", "count"), ("count += 1", "count"), ("self.count <<= 1", "count"),
      ("total = 2", "total"), ("self.elsewhere = 2", "elsewhere"), ("items[0] = 1", "items"),
      ("self.items[0] &+= 1", "items"), ("table[\"a\"]![0] = 1", "table"), ("order?.lines[0].price -= 1", "order"),
      ("order!.price = try price()", "order"), ("box.value = 1", "box"), ("swap(&count, &other)", "count"),
      ("change(&self.items[2])", "items"), ("self[keyPath: path] = 1", "self"), ("(self).count = 1", "count"),
      ("try? items[0] = price()", "items"), ("let last = items.popLast()", "items"), ("items.append(1)", "items"),
      ("items.removeAll { $0 > 1 }", "items"), ("table[\"a\", default: []].sort()", "table"),
      ("order?.lines.insert(1, at: 0)", "order"), ("self.table.merge([:]) { $1 }", "table"),
      ("_ = items.formIntersection([])", "items"), ("box.items.append(1)", "box"),
      ("defer { count = 1 }", "count"), ("[1].forEach { count += $0 }", "count"),
      ("let change = { [weak self] in self?.count = 1 }", "count"), ("func local() { count = 1 }", "count"),
      ("if let count { items = [] } else { count = 1 }", "items|count"),
      ("guard let count = order else { count = 1 }", "count"), ("(given, count) = (1, 2)", "count"),
      ("let count = { count = 1 }", "count"), ("do { let count = 1 } ; count = 2", "count"),
      ("for count in items { count.x = 1 } ; count = 2", "count"),
      ("switch given { case let count: count.x = 1 ; default: count = 2 }", "count"),
      ("while let count = items.popLast() { count.x = 1 }", "items"),
    ]
  )
  func changes(body: String, properties: String) {
    #expect(
      problems(body)
        == properties.split(separator: "|").map {
          "11: the query 'q' changes '\($0)'; \(Self.advice), or change a local copy"
        }
    )
  }

  @Test(
    "what belongs to the body may change, and reading is free",
    arguments: [
      "var count = count ; count += 1 ; count = 2", "var items = self.items ; items.append(1)",
      "let given = 1 ; given.x = 2", "given.count = 1", "[1].forEach { count in count.x = 1 }",
      "[1].forEach { [box] (count: Int) in box.value = count ; count.x = 1 }",
      "let f = { [items = self.items] in items.x = 1 }", "for count in [1] { count.x = 1 }",
      "if case .some(let count) = order { count.x = 1 }", "if let count { count.x = 1 }",
      "guard let count else { return 1 } ; count.x = 1",
      "guard var items = order?.items else { return 1 } ; items.append(1)",
      "switch order { case .some(var items): items.append(1) ; default: break }",
      "while let count = next() { count.x = 1 }", "do { try f() } catch var count { count.x = 1 }",
      "func local(items: inout [Int]) { items.append(1) }",
      "struct Local { var count = 0 ; mutating func add() { count += 1 } }",
      "return count == 1 || count <= 2 || count != 3 && items[0] ~= 4 ? 1 : 2", "return items.removed(1).sorted()[0]",
      "return items.formatted().count", "box.insert(1)", "self.box.remove(1)", "return Self.count",
      "other.count = 1", "other.append(count)", "return harmless()", "touch(twice: 1) {}", "return other.touch()",
      "return items.map(\\.touch)", "let touch = { 1 } ; return touch()", "return context.now.x + context.info.attempt",
      "context.logger.info(\"\\(context.historyLength)\")", "let context = Other() ; context.sleep()",
      "return other.context.sleep()", "return Task.isCancelled ? 1 : 0", "return Task(title: \"a\").id",
      "_ = \\Checkout.count", "_ = order?.first(where: isOpen)",
    ]
  )
  func harmless(body: String) {
    #expect(problems(body).isEmpty)
  }

  @Test(
    "the context's operations",
    arguments: [
      ("Task { try await context.sleep(for: .seconds(1)) }", "sleep", "waits"),
      ("f { try await self.context.condition { true } }", "condition", "waits"),
      ("return context.activities(Payments.self)", "activities", "starts work"),
      ("return context.localActivities(Payments.self)", "localActivities", "starts work"),
      ("f { try await context.executeActivity(\"a\") }", "executeActivity", "starts work"),
      ("f { try await context.executeChildWorkflow(A.self) }", "executeChildWorkflow", "starts work"),
      ("f { try await context.startChildWorkflow(A.self) }", "startChildWorkflow", "starts work"),
      ("throw context.continueAsNew(1)", "continueAsNew", "ends the run"),
      ("try context.externalWorkflow(A.self, id: \"a\")", "externalWorkflow", "reaches other workflows"),
      ("try context.setSignalHandler(\"a\", nil)", "setSignalHandler", "replaces a handler"),
      ("return context.sideEffect { 1 }", "sideEffect", "writes to the history"),
      ("context.upsertSearchAttributes([:])", "upsertSearchAttributes", "writes to the history"),
      ("context.upsertMemo([:])", "upsertMemo", "writes to the history"),
      ("return context.patch(\"a\") ? 1 : 2", "patch", "writes to the history"),
      ("context.deprecatePatch(\"a\")", "deprecatePatch", "writes to the history"),
      ("return context.uuid()", "uuid", "draws from the run's random numbers"),
      ("return WorkflowContext.current.random(in: 1...6)", "random", "draws from the run's random numbers"),
      ("var g = context.randomNumberGenerator()", "randomNumberGenerator", "draws from the run's random numbers"),
    ]
  )
  func operations(body: String, operation: String, effect: String) {
    let text = "11: the query 'q' calls context.\(operation), which \(effect); \(Self.advice)"
    #expect(problems(body).filter { !$0.contains("starts a task") } == [text])
  }

  @Test("tasks", arguments: ["Task { 1 }", "Task.detached { 1 }", "Task(operation: f)"])
  func tasks(body: String) {
    #expect(problems(body) == ["11: the query 'q' starts a task, which outlives the answer; \(Self.advice)"])
  }

  @Test(
    "calls of the actor's own methods that do such things",
    arguments: [
      ("touch()", "calls 'touch', which changes 'count'"), ("self.touch(1)", "calls 'touch', which changes 'count'"),
      ("touch(at: 1)", "calls 'touch', which changes 'count'"),
      ("deep()", "calls 'deep', which calls 'touch', which changes 'count'"),
      ("f(deep)", "calls 'deep', which calls 'touch', which changes 'count'"),
      ("f { try await wait() }", "calls 'wait', which calls context.sleep, which waits"),
    ]
  )
  func indirect(body: String, deed: String) {
    #expect(problems(body) == ["11: the query 'q' \(deed); \(Self.advice)"])
  }

  @Test("properties as queries, and validators")
  func otherBodies() {
    #expect(
      diagnostics(
        of: """
          @Workflow actor Checkout {
            func run() async {}
            var count = 0
            @WorkflowQuery var a: Int { count += 1; return count }
            @WorkflowQuery var b: Int { get { count += 1; return count } set { count = newValue } }
            @WorkflowQuery var c: Int = 0 { didSet { count += 1 } }
            @WorkflowUpdate func raise(to x: Int) { count = x }
            @WorkflowUpdateValidator(for: "raise") func check(x: Int) throws {
              count = x
              if context.random(in: 1...2) == 1 { raise(to: 1) }
            }
          }
          """
      ) == [
        "4: the query 'a' changes 'count'; \(Self.advice), or change a local copy",
        "5: the query 'b' changes 'count'; \(Self.advice), or change a local copy",
        "9: the validator 'check' changes 'count'; "
          + "an update that is rejected leaves no trace: do that in 'raise', or change a local copy",
        "10: the validator 'check' calls context.random, which draws from the run's random numbers; "
          + "an update that is rejected leaves no trace: do that in 'raise'",
        "10: the validator 'check' calls 'raise', which changes 'count'; "
          + "an update that is rejected leaves no trace: do that in 'raise'",
      ]
    )
  }
}
