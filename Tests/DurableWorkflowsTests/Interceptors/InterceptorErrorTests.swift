internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// What happens when an interceptor throws.
@Suite("Errors of interceptors", .timeLimit(.minutes(1)))
struct InterceptorErrorTests {
  private static let refusal = ApplicationError("refused", type: "Refusal", isNonRetryable: true)

  private func with(_ hooks: Hooks, _ body: (WorkflowTestEnvironment) async throws -> Void) async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Gathering.self, Careful.self], configure: { $0.interceptors = [hooks] }, body)
  }

  @Test("around run: the run fails with it")
  func run() async throws {
    try await with(Hooks(run: { _, _ in throw InterceptorErrorTests.refusal })) { env in
      let error = await #expect(throws: WorkflowFailedError.self) {
        _ = try await env.execute(Gathering.self, id: "w", input: "")
      }
      #expect(error?.cause.applicationType == "Refusal")
    }
  }

  @Test("after run: what run returned does not count")
  func afterRun() async throws {
    let hooks = Hooks(run: { input, next in
      _ = try await next(input)
      throw InterceptorErrorTests.refusal
    })
    try await with(hooks) { env in
      let handle = try await env.client.start(Gathering.self, id: "w", input: "")
      try await handle.signal(Gathering.note, "end")
      await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
    }
  }

  @Test("around a signal's handler: the run fails with it, as with an error of the handler")
  func signal() async throws {
    try await with(Hooks(signal: { _, _ in throw InterceptorErrorTests.refusal })) { env in
      let handle = try await env.client.start(Gathering.self, id: "w", input: "")
      try await handle.signal(Gathering.note, "end")
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.cause.applicationType == "Refusal")
    }
  }

  @Test("around a query's handler: the query fails, the run goes on")
  func query() async throws {
    try await with(Hooks(query: { _, _ in throw InterceptorErrorTests.refusal })) { env in
      let handle = try await env.client.start(Gathering.self, id: "w", input: "")
      let error = await #expect(throws: WorkflowServiceError.self) { _ = try await handle.query(Gathering.words, "") }
      #expect(error?.code == .queryFailed)
      #expect(error?.message.contains("refused") == true)
      try await handle.signal(Gathering.note, "end")
      #expect(try await handle.result() == ["end"])
    }
  }

  @Test("around a query's handler only looking is allowed, too")
  func queryThatWrites() async throws {
    let hooks = Hooks(query: { input, next in
      try input.context.upsertMemo(["seen": payload("yes")])
      return try next(input)
    })
    try await with(hooks) { env in
      let handle = try await env.client.start(Gathering.self, id: "w", input: "")
      let error = await #expect(throws: WorkflowServiceError.self) { _ = try await handle.query(Gathering.words, "") }
      #expect(error?.code == .queryFailed)
      try await handle.signal(Gathering.note, "end")
      #expect(try await handle.result() == ["end"])
      #expect(try await handle.describe().info.memo == [:])
    }
  }

  @Test("around a validator: the update is refused without a trace")
  func validator() async throws {
    try await with(Hooks(validator: { _, _ in throw InterceptorErrorTests.refusal })) { env in
      let handle = try await env.client.start(Gathering.self, id: "w", input: "")
      let error = await #expect(throws: WorkflowUpdateFailedError.self) {
        _ = try await handle.executeUpdate(Gathering.add, "word")
      }
      #expect(error?.cause.applicationType == "Refusal")
      let history = try await handle.fetchHistory()
      #expect(!history.typeNames.contains { $0.contains("Update") })
    }
  }

  @Test("around an update's handler: it is the update's outcome")
  func update() async throws {
    try await with(Hooks(update: { _, _ in throw InterceptorErrorTests.refusal })) { env in
      let handle = try await env.client.start(Gathering.self, id: "w", input: "")
      let error = await #expect(throws: WorkflowUpdateFailedError.self) {
        _ = try await handle.executeUpdate(Gathering.add, "word")
      }
      #expect(error?.cause.applicationType == "Refusal")
      let history = try await handle.fetchHistory()
      #expect(history.typeNames.contains("WorkflowExecutionUpdateCompleted"))
      try await handle.signal(Gathering.note, "end")
      #expect(try await handle.result() == ["end"])
    }
  }

  @Test("around a call of the workflow: the calling code gets it, and nothing is scheduled")
  func outbound() async throws {
    try await with(Hooks(schedule: { _, _ in throw InterceptorErrorTests.refusal })) { env in
      #expect(try await env.execute(Careful.self, id: "w") == "caught refused")
      let history = try await env.client.handle(for: Careful.self, id: "w").fetchHistory()
      #expect(!history.typeNames.contains("ActivityTaskScheduled"))
    }
  }

  @Test("around an attempt: the attempt fails and is retried")
  func attempt() async throws {
    let hooks = Hooks(attempt: { input, next in
      if input.info.attempt < 3 { throw ApplicationError("not yet") }
      return try await next(input)
    })
    try await with(hooks) { env in
      let mock = env.mock("step") { _ in "done" }
      let result = try await env.execute(Careful.self, id: "w")
      #expect(result == "done")
      #expect(mock.calls.map(\.info.attempt) == [3])
    }
  }

  @Test("an interceptor that waits for something outside history blocks the run instead of breaking it")
  func foreign() async throws {
    let hooks = Hooks(run: { input, next in
      try await Task.sleep(for: .milliseconds(1))
      return try await next(input)
    })
    try await with(hooks) { env in
      await #expect(throws: NonDeterminismError.self) { _ = try await env.execute(Careful.self, id: "w") }
    }
  }
}

actor Careful: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    do {
      return try await context.executeActivity("step", options: minute)
    } catch let error as ApplicationError {
      return "caught \(error.message)"
    }
  }
}
