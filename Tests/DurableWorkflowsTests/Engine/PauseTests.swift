internal import DurableWorkflows
internal import Synchronization
internal import Testing
internal import WorkflowTesting

/// Waits for a signal, then for a timer, then for an activity.
actor Stages: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var words: [String] = []

  static var handlers: WorkflowHandlers<Stages> {
    WorkflowHandlers()
      .signal("word") { workflow, arguments in workflow.words.append(try arguments.decode(0, as: String.self)) }
      .query("words") { workflow, _ in workflow.words }
  }

  func run(input: Int) async throws -> String {
    try await context.condition { self.words.count >= 1 }
    try await context.sleep(for: .seconds(input))
    let checked: Int = try await context.executeActivity("check", input, options: minute)
    return words.joined(separator: " ") + " \(checked)"
  }
}

@Suite struct PauseTests {
  private func withStages(_ body: (WorkflowTestEnvironment, WorkflowHandle<Stages>) async throws -> Void) async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Stages.self]) { env in
      let handle = try await env.client.start(Stages.self, id: "p", input: 30)
      try await body(env, handle)
    }
  }

  private func word(_ text: String) throws -> [Payload] { [try JSONPayloadConverter().payload(for: text)] }

  @Test("a paused run records what happens and sees it when it is unpaused, also after restarts")
  func recorded() async throws {
    try await withStages { env, handle in
      env.mock("check") { try $0.decode(0, as: Int.self) }
      try await handle.pause(reason: "a look at it")
      try await handle.signal(name: "word", input: try word("one"))
      try await env.sleep(for: .seconds(100))
      let description = try await handle.describe()
      #expect(description.info.status == .paused)
      #expect(description.pause?.reason == "a look at it")
      #expect(description.why(now: env.now).hasPrefix("The run is paused since "))
      let query = "ExecutionStatus = 'Paused' AND CloseTime IS NULL"
      #expect(try await env.client.frontend.countWorkflowExecutions(namespace: "default", query: query) == 1)
      try await env.restart(.kill)
      try await env.engine.checkpoint()
      try await env.restart(.powerLoss())
      try await env.sleep(for: .seconds(100))
      #expect(try await handle.fetchHistory().typeNames.last == "WorkflowExecutionSignaled")
      try await handle.unpause(reason: "fine")
      #expect(try await handle.result() == "one 30")
      let names = try await handle.fetchHistory().typeNames
      #expect(names.contains("WorkflowExecutionPaused"))
      let unpaused = try #require(names.firstIndex(of: "WorkflowExecutionUnpaused"))
      let started = try #require(names.firstIndex(of: "TimerStarted"))
      #expect(unpaused < started)
      try await env.replayAll([Stages.self])
    }
  }

  @Test("a timer fires into a paused run, and the run goes on when it is unpaused")
  func timer() async throws {
    try await withStages { env, handle in
      env.mock("check") { try $0.decode(0, as: Int.self) }
      try await handle.signal(name: "word", input: try word("one"))
      try await env.settle()
      try await handle.pause()
      try await env.sleep(for: .seconds(60))
      #expect(try await handle.fetchHistory().typeNames.last == "TimerFired")
      try await env.restart(.kill)
      #expect(try await handle.fetchHistory().typeNames.last == "TimerFired")
      try await handle.unpause()
      #expect(try await handle.result() == "one 30")
    }
  }

  @Test("attempts of a paused run do not start; one that runs may end")
  func activity() async throws {
    try await withStages { env, handle in
      let attempts = Mutex(0)
      env.mock("check") { arguments in
        let attempt: Int = attempts.withLock { count in
          count += 1
          return count
        }
        if attempt == 1 { throw ApplicationError("not yet") }
        return try arguments.decode(0, as: Int.self)
      }
      try await handle.signal(name: "word", input: try word("one"))
      try await env.advance(by: .seconds(30))
      try await env.settle()
      #expect(attempts.withLock { $0 } == 1)
      try await handle.pause()
      try await env.sleep(for: .seconds(300))
      #expect(attempts.withLock { $0 } == 1)
      try await env.restart(.kill)
      try await env.sleep(for: .seconds(300))
      #expect(attempts.withLock { $0 } == 1)
      try await handle.unpause()
      #expect(try await handle.result() == "one 30")
      #expect(attempts.withLock { $0 } == 2)
    }
  }

  @Test("pausing twice, unpausing what is not paused, and both on closed runs are refused")
  func refused() async throws {
    try await withStages { env, handle in
      func code(_ body: () async throws -> Void) async -> WorkflowServiceError.Code? {
        await #expect(throws: WorkflowServiceError.self) { try await body() }?.code
      }
      #expect(await code { try await handle.unpause() } == .failedPrecondition)
      var request = PauseWorkflowExecutionRequest(execution: handle.execution, requestID: "r")
      request.reason = "first"
      try await env.client.frontend.pauseWorkflowExecution(request)
      try await env.client.frontend.pauseWorkflowExecution(request)
      #expect(await code { try await handle.pause() } == .failedPrecondition)
      try await handle.terminate()
      #expect(try await handle.describe().info.status == .terminated)
      #expect(await code { try await handle.pause() } == .notFound)
      #expect(await code { try await handle.unpause() } == .notFound)
    }
  }
}
