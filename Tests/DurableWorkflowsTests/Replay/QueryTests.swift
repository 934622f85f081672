internal import DurableWorkflows
internal import FoundationEssentials
internal import Testing
internal import WorkflowTesting

/// Queries read, and leave no trace in the run.
@Suite("Queries", .timeLimit(.minutes(1)))
struct QueryTests {
  private func withCounter(
    _ body: (WorkflowTestEnvironment, WorkflowHandle<Counter>) async throws -> Void
  ) async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Counter.self]) { env in
      env.mock("draw") { try $0.decode(0, as: Int.self) }
      let handle = try await env.client.start(Counter.self, id: "c")
      try await env.settle()
      try await body(env, handle)
    }
  }

  private func value(_ handle: WorkflowHandle<Counter>, _ query: String) async throws -> Int {
    try JSONPayloadConverter().value(of: try await handle.query(name: query), as: Int.self)
  }

  @Test("an answer sees all signals that were acknowledged before, live, after a restart and after the end")
  func answers() async throws {
    try await withCounter { env, handle in
      for expected in 1...3 {
        try await handle.signal(name: "add")
        let count = try await value(handle, "count")
        #expect(count == expected)
      }
      try await env.restart()
      let afterRestart = try await value(handle, "count")
      #expect(afterRestart == 3)
      try await handle.signal(name: "finish")
      _ = try await handle.result()
      let afterEnd = try await value(handle, "count")
      #expect(afterEnd == 3)
      try await env.restart(.kill)
      let afterBoth = try await value(handle, "count")
      #expect(afterBoth == 3)
    }
  }

  @Test("a query that would do something is refused, and the run is as before", arguments: ["schedule", "patch", "wait"])
  func refused(query: String) async throws {
    try await withCounter { env, handle in
      try await handle.signal(name: "add")
      let before = try await handle.fetchHistory()
      let error = await #expect(throws: WorkflowServiceError.self) { _ = try await handle.query(name: query) }
      if query != "wait" { #expect(error?.code == .queryFailed) }
      #expect(try await handle.fetchHistory() == before)
      let count = try await value(handle, "count")
      #expect(count == 1)
      try await handle.signal(name: "finish")
      let result = try await handle.result()
      #expect(result.count == 2)
      try await WorkflowReplayer(workflows: [Counter.self]).replay(handle.fetchHistory())
    }
  }

  @Test("random numbers drawn by queries do not change those of the run")
  func random() async throws {
    var results: [[Int]] = []
    for queries in [0, 5] {
      try await withCounter { env, handle in
        for _ in 0..<queries { _ = try await handle.query(name: "random") }
        try await handle.signal(name: "finish")
        results.append(try await handle.result())
        try await WorkflowReplayer(workflows: [Counter.self]).replay(handle.fetchHistory())
      }
    }
    #expect(results[0] == results[1])
  }

  @Test("what a handler throws and unknown names come back as failed queries")
  func failures() async throws {
    try await withCounter { env, handle in
      let thrown = await #expect(throws: WorkflowServiceError.self) { _ = try await handle.query(name: "throw") }
      #expect(thrown?.code == .queryFailed)
      #expect(thrown?.message.contains("no answer") == true)
      let unknown = await #expect(throws: WorkflowServiceError.self) { _ = try await handle.query(name: "cuont") }
      #expect(unknown?.message.contains("unknown query 'cuont' of workflow 'Counter'; known queries: [count") == true)
      let argument = await #expect(throws: WorkflowServiceError.self) { _ = try await handle.query(name: "argument") }
      #expect(argument?.message.contains("argument 1 of query 'argument'") == true, "\(String(describing: argument))")
    }
  }

  @Test("reject conditions look at the run's status")
  func rejected() async throws {
    try await withCounter { env, handle in
      try await handle.signal(name: "finish")
      _ = try await handle.result()
      var request = QueryWorkflowRequest(execution: handle.execution, queryType: "count")
      request.rejectCondition = .notOpen
      guard case .rejected(.completed) = try await env.client.frontend.queryWorkflow(request) else {
        Issue.record("the query was not rejected")
        return
      }
      request.rejectCondition = .notCompletedCleanly
      guard case .result = try await env.client.frontend.queryWorkflow(request) else {
        Issue.record("the query was rejected")
        return
      }
    }
  }
}

/// Values of the context are the same in every replay.
@Suite("Recorded values", .timeLimit(.minutes(1)))
struct RecordedValueTests {
  @Test("now, uuid and random are those of the first execution, across restarts and replays")
  func values() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Values.self]) { env in
      let handle = try await env.client.start(Values.self, id: "v")
      for _ in 0..<5 {
        try await env.sleep(for: .minutes(30))
        try await env.restart(.kill)
      }
      let values = try await handle.result()
      #expect(values.count == 4)
      #expect(Set(values.map(\.id)).count == 4)
      #expect(Set(values.map(\.number)).count == 4)
      #expect(zip(values, values.dropFirst()).allSatisfy { $1.time.timeIntervalSince($0.time) == 3600 })
      let expected = [try JSONPayloadConverter().payload(for: values)]
      for _ in 0..<20 {
        let outcome = try await WorkflowReplayer(workflows: [Values.self]).replay(handle.fetchHistory())
        #expect(outcome.result == expected)
      }
    }
  }
}

/// Handlers that are still running when `run` returns.
@Suite("Closing with running handlers", .timeLimit(.minutes(1)))
struct RunningHandlerTests {
  @Test("a run closes only when its signal handlers have ended, and their commands are recorded")
  func waits() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Closing.self]) { env in
      let audit = env.mock("audit") { _ in Empty() }
      let handle = try await env.client.start(Closing.self, id: "c")
      try await handle.signal(name: "note", input: [JSONPayloadConverter().payload(for: "first")])
      try await handle.signal(name: "finish")
      try await handle.signal(name: "note", input: [JSONPayloadConverter().payload(for: "second")])
      #expect(try await handle.describe().info.status == .running)
      let start = env.now
      #expect(try await handle.result() == "done")
      #expect(env.now - start >= .seconds(10))
      #expect(try audit.calls.map { try $0.arguments.decode(0, as: String.self) } == ["first", "second"])
      try await WorkflowReplayer(workflows: [Closing.self]).replay(handle.fetchHistory())
    }
  }

  @Test("a handler's error fails the run, typed")
  func failing() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Closing.self]) { env in
      let handle = try await env.client.start(Closing.self, id: "c")
      try await handle.signal(name: "fail")
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.status == .failed)
      #expect(error?.cause.applicationType == "Refused")
    }
  }

  @Test("a signal without a handler, or with arguments that do not fit, is dropped and changes nothing")
  func dropped() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Closing.self]) { env in
      let audit = env.mock("audit") { _ in Empty() }
      let handle = try await env.client.start(Closing.self, id: "c")
      try await handle.signal(name: "unknown")
      try await handle.signal(name: "note", input: [JSONPayloadConverter().payload(for: 17)])
      try await handle.signal(name: "finish")
      #expect(try await handle.result() == "done")
      #expect(audit.callCount == 0)
      #expect(try await handle.fetchHistory().count { $0.typeName == "WorkflowExecutionSignaled" } == 3)
    }
  }
}

actor Counter: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var count = 0
  private var isFinished = false

  static var handlers: WorkflowHandlers<Counter> {
    WorkflowHandlers()
      .signal("add") { workflow, _ in workflow.count += 1 }
      .signal("finish") { workflow, _ in workflow.isFinished = true }
      .query("count") { workflow, _ in workflow.count }
      .query("random") { workflow, _ in workflow.context.random(in: 0...1000) }
      .query("throw") { _, _ in throw ApplicationError("no answer") }
      .query("argument") { _, arguments in try arguments.decode(0, as: Int.self) }
      .query("patch") { workflow, _ in
        _ = workflow.context.patch("from a query")
        workflow.schedule()
        return 0
      }
      .query("schedule") { workflow, _ in
        workflow.schedule()
        return 0
      }
      .query("wait") { workflow, _ in
        workflow.wait()
        throw ApplicationError("refused")
      }
  }

  private func schedule() {
    Task(executorPreference: context.taskExecutor) {
      let _: Int = try await self.context.executeActivity("draw", 1, options: minute)
    }
  }

  private func wait() {
    Task(executorPreference: context.taskExecutor) { try await self.waitForNothing() }
  }

  private func waitForNothing() async throws { try await context.condition { false } }

  func run(input: Empty) async throws -> [Int] {
    try await context.condition { isFinished }
    return [
      try await context.executeActivity("draw", context.random(in: 0...1_000_000), options: minute),
      context.random(in: 0...1_000_000),
    ]
  }
}

struct Drawn: Codable, Hashable {
  var time: Date
  var id: UUID
  var number: UInt64
}

actor Values: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> [Drawn] {
    var generator = context.randomNumberGenerator()
    var values: [Drawn] = []
    for index in 0..<4 {
      if index > 0 { try await context.sleep(for: .hours(1)) }
      values.append(Drawn(time: context.now, id: context.uuid(), number: generator.next()))
    }
    return values
  }
}

actor Closing: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var isFinished = false

  static var handlers: WorkflowHandlers<Closing> {
    WorkflowHandlers()
      .signal("finish") { workflow, _ in workflow.isFinished = true }
      .signal("note") { workflow, arguments in try await workflow.note(try arguments.decode(0)) }
      .signal("fail") { _, _ in throw ApplicationError("refused", type: "Refused") }
  }

  private func note(_ text: String) async throws {
    try await context.sleep(for: .seconds(10))
    let _: Empty = try await context.executeActivity("audit", text, options: minute)
  }

  func run(input: Empty) async throws -> String {
    try await context.condition { isFinished }
    return "done"
  }
}
