internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Several versions of a workflow type side by side: a run stays on the one that it began with.
@Suite("Versions side by side", .timeLimit(.minutes(1)))
struct VersionTests {
  static let both: [any WorkflowDefinition.Type] = [LedgerV2.self, LedgerV1.self]

  @Test("an open run stays on its version when a newer one is deployed beside it; new runs take the newest")
  func pinned() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [LedgerV1.self]) { env in
      env.mock("book-v1") { _ in "booked by 1" }
      env.mock("book-v2") { _ in "booked by 2" }
      let old = try await env.client.start(LedgerV1.self, id: "old", input: .init())
      try await env.settle()
      try await env.restart(.kill, workflows: VersionTests.both)
      let new = try await env.client.start(LedgerV2.self, id: "new", input: .init())
      #expect(try await old.describe().version == 1)
      #expect(try await new.describe().version == 2)
      #expect(try await old.query(name: "version") == JSONPayloadConverter().payload(for: 1))
      #expect(try await new.query(name: "version") == JSONPayloadConverter().payload(for: 2))
      try await old.signal(name: "note")
      try await new.signal(name: "note")
      try await env.restart(.kill)
      #expect(try await old.result() == "booked by 1, noted by 1")
      #expect(try await new.result() == "booked by 2, noted by 2")
      try await env.replayAll(VersionTests.both)
      try await env.restart(workflows: [LedgerV2.self])
      let error = await #expect(throws: WorkflowServiceError.self) { _ = try await old.query(name: "version") }
      #expect(
        error?.message == "version 1 of workflow type 'Ledger' is not registered; registered versions: [2]",
        "a closed run's version has gone")
    }
  }

  @Test("a run whose version is missing is blocked with a message that names it, and goes on when it is back")
  func missing() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [LedgerV1.self]) { env in
      env.mock("book-v1") { _ in "booked by 1" }
      env.mock("book-v2") { _ in "booked by 2" }
      let handle = try await env.client.start(LedgerV1.self, id: "l", input: .init())
      try await handle.signal(name: "note")
      try await env.settle()
      try await env.restart(.kill, workflows: [LedgerV2.self])
      let error = await #expect(throws: WorkflowBlockedError.self) { _ = try await handle.result() }
      #expect(error?.reason == "version 1 of workflow type 'Ledger' is not registered; registered versions: [2]")
      #expect(try await handle.describe().info.status == .running)
      try await env.restart(.kill, workflows: VersionTests.both)
      #expect(try await handle.result() == "booked by 1, noted by 1")
      #expect(try await handle.describe().pendingWorkflowTask == nil)
    }
  }

  @Test("a run that continues as new takes the newest version")
  func continueAsNew() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [LedgerV1.self]) { env in
      env.mock("book-v1") { _ in "booked by 1" }
      env.mock("book-v2") { _ in "booked by 2" }
      let handle = try await env.client.start(LedgerV1.self, id: "l", input: .init(rounds: 1))
      try await env.settle()
      try await env.restart(.kill, workflows: VersionTests.both)
      try await handle.signal(name: "note")
      let next = env.client.handle(for: LedgerV2.self, id: "l")
      while try await next.describe().info.execution == handle.execution { try await env.sleep(for: .seconds(600)) }
      #expect(try await handle.pinned.describe().version == 1)
      #expect(try await next.describe().version == 2)
      try await next.signal(name: "note")
      #expect(try await handle.result() == "booked by 2, noted by 2")
    }
  }

  @Test("a retry repeats the run on its own version")
  func retry() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [LedgerV1.self]) { env in
      env.mock("book-v1") { _ in "booked by 1" }
      env.mock("book-v2") { _ in "booked by 2" }
      var options = WorkflowClient.StartOptions()
      options.retryPolicy = RetryPolicy(initialInterval: .seconds(7200), maximumAttempts: 2)
      let handle = try await env.client.start(LedgerV1.self, id: "l", input: .init(fails: true), options: options)
      try await handle.signal(name: "note")
      let second = env.client.handle(for: LedgerV1.self, id: "l")
      while try await second.describe().info.execution == handle.execution { try await env.sleep(for: .seconds(600)) }
      try await env.restart(.kill, workflows: VersionTests.both)
      #expect(try await second.describe().version == 1)
      try await second.signal(name: "note")
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.cause.message == "attempt 2 of version 1")
    }
  }

  @Test("a reset run stays on the version of the run it was made from")
  func reset() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [LedgerV1.self]) { env in
      env.mock("book-v1") { _ in "booked by 1" }
      env.mock("book-v2") { _ in "booked by 2" }
      let handle = try await env.client.start(LedgerV1.self, id: "l", input: .init())
      try await handle.signal(name: "note")
      #expect(try await handle.result() == "booked by 1, noted by 1")
      try await env.restart(.kill, workflows: VersionTests.both)
      let reset = try await handle.reset(to: .lastWorkflowTask)
      #expect(try await reset.result() == "booked by 1, noted by 1")
      #expect(try await reset.describe().version == 1)
    }
  }

  @Test("children take the newest version when they start, and stay on it")
  func children() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [LedgerV1.self, Books.self]) { env in
      env.mock("book-v1") { _ in "booked by 1" }
      env.mock("book-v2") { _ in "booked by 2" }
      let handle = try await env.client.start(Books.self, id: "b")
      try await env.settle()
      try await env.restart(.kill, workflows: [LedgerV1.self, Books.self, LedgerV2.self])
      for id in ["first", "second"] {
        let child = env.client.handle(for: LedgerV1.self, id: id)
        while (try? await child.signal(name: "note")) == nil { try await env.sleep(for: .seconds(600)) }
        while try await child.describe().info.status == .running { try await env.sleep(for: .seconds(600)) }
      }
      #expect(try await handle.result() == ["booked by 1, noted by 1", "booked by 2, noted by 2"])
    }
  }

  @Test("runs from before there were versions stay on the type without a version")
  func unversioned() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [LedgerV0.self]) { env in
      env.mock("book-v1") { _ in "booked by 1" }
      let old = try await env.client.start(LedgerV0.self, id: "old")
      try await env.settle()
      try await env.restart(.kill, workflows: [LedgerV0.self, LedgerV1.self])
      let new = try await env.client.start(LedgerV1.self, id: "new", input: .init())
      try await new.signal(name: "note")
      #expect(try await old.result() == "unversioned")
      #expect(try await new.result() == "booked by 1, noted by 1")
      try await env.replayAll([LedgerV0.self, LedgerV1.self])
    }
  }

  @Test("the replayer takes the version that the history names, and says so when it has it not")
  func replayer() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: VersionTests.both) { env in
      env.mock("book-v2") { _ in "booked by 2" }
      let handle = try await env.client.start(LedgerV2.self, id: "l", input: .init())
      try await handle.signal(name: "note")
      _ = try await handle.result()
      let history = try await handle.fetchHistory()
      try await WorkflowReplayer(workflows: [LedgerV1.self, LedgerV2.self]).replay(history)
      let error = await #expect(throws: WorkflowServiceError.self) {
        try await WorkflowReplayer(workflows: [LedgerV1.self]).replay(history)
      }
      #expect(error?.message == "version 2 of workflow type 'Ledger' is not registered; registered versions: [1]")
      let outcome = try await WorkflowReplayer(workflows: [LedgerV2.self]).replay(history.map { $0 }, as: { $0 })
      #expect(outcome.isClosed)
    }
  }
}

struct LedgerPlan: Codable, Sendable {
  var rounds = 0
  var fails = false
}

actor LedgerV0: WorkflowDefinition {
  static var name: String { "Ledger" }
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    try await context.sleep(for: .hours(1))
    return "unversioned"
  }
}

actor LedgerV1: WorkflowDefinition {
  static var name: String { "Ledger" }
  static var version: Int { 1 }
  nonisolated let context = WorkflowContext.current
  private var isNoted = false

  static var handlers: WorkflowHandlers<LedgerV1> {
    WorkflowHandlers()
      .signal("note") { workflow, _ in workflow.isNoted = true }
      .query("version") { _, _ in 1 }
  }

  func run(input plan: LedgerPlan) async throws -> String {
    let booked: String = try await context.executeActivity("book-v1", options: minute)
    try await context.sleep(for: .hours(1))
    try await context.condition { isNoted }
    if plan.fails { throw ApplicationError("attempt \(context.info.attempt) of version \(context.info.version)") }
    if plan.rounds > 0 { try context.continueAsNew(LedgerPlan(rounds: plan.rounds - 1)) }
    return booked + ", noted by 1"
  }
}

actor LedgerV2: WorkflowDefinition {
  static var name: String { "Ledger" }
  static var version: Int { 2 }
  nonisolated let context = WorkflowContext.current
  private var isNoted = false

  static var handlers: WorkflowHandlers<LedgerV2> {
    WorkflowHandlers()
      .signal("note") { workflow, _ in workflow.isNoted = true }
      .query("version") { _, _ in 2 }
  }

  func run(input plan: LedgerPlan) async throws -> String {
    let booked: String = try await context.executeActivity("book-v2", options: minute)
    try await context.condition { isNoted }
    return booked + ", noted by 2"
  }
}

actor Books: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> [String] {
    var results: [String] = []
    for id in ["first", "second"] {
      results.append(
        try await context.executeChildWorkflow(
          LedgerV1.self, input: .init(), options: ChildWorkflowOptions(workflowID: id)))
    }
    return results
  }
}
