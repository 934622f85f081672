internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Shutting workers down.
@Suite("Draining", .timeLimit(.minutes(1)))
struct DrainTests {
  private func worker(_ queue: String, _ period: Duration) -> Worker {
    Worker(taskQueue: queue, workflows: [Errands.self], options: WorkerOptions(gracefulShutdownPeriod: period))
  }

  @Test("ready is dropped before anything else, and a second signal ends the grace period")
  func forced() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workers: [worker("default", .seconds(3600))]) { env in
      let mock = env.mockErrands()
      mock.hold()
      let handle = try await env.client.start(Errands.self, id: "e", input: Errands.Errand.some(2, "x"))
      try await mock.waitForCalls(2)
      let engine = env.engine
      #expect(engine.isReady)
      engine.beginShutdown()
      #expect(!engine.isReady)
      #expect(engine.isRunning)
      #expect(try await engine.statistics().runningActivities == 2, "what runs may finish")
      engine.forceShutdown()
      try await engine.waitUntilEnded()
      #expect(!engine.isRunning)
      mock.release()
      try await env.restart()
      #expect(try await handle.result() == ["x0", "x1"])
      #expect(mock.callCount == 4, "what was cut off is repeated")
    }
  }

  @Test("forcing alone is a shutdown without grace")
  func forcedAtOnce() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workers: [worker("default", .seconds(3600))]) { env in
      env.engine.forceShutdown()
      try await env.engine.waitUntilEnded()
      #expect(!env.engine.isReady)
    }
  }

  @Test("every worker's activities have their own time")
  func ownPeriods() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workers: [
      worker("default", .seconds(100)), worker("b", .seconds(10)), worker("c", .zero),
    ]) { env in
      let mock = env.mock("errand") { arguments in
        let name = try arguments.decode(0, as: String.self)
        if name == "c0" { return name }
        while !Task.isCancelled { await Task.yield() }
        throw CancellationError()
      }
      let handle = try await env.client.start(
        Errands.self, id: "e",
        input: Errands.Errand.some(1, "a") + Errands.Errand.some(1, "b", queue: "b")
          + Errands.Errand.some(1, "c", queue: "c"))
      try await mock.waitForCalls(3)
      while try await env.engine.statistics().runningActivities > 2 { await Task.yield() }
      let engine = env.engine
      engine.beginShutdown()
      #expect(try await engine.statistics().runningActivities == 2)
      env.clock.advance(by: .seconds(10))
      while try await engine.statistics().runningActivities > 1 { await Task.yield() }
      env.clock.advance(by: .seconds(89))
      #expect(try await engine.statistics().runningActivities == 1)
      env.clock.advance(by: .seconds(1))
      try await engine.waitUntilEnded()
      env.mockErrands()
      try await env.restart()
      #expect(try await handle.result() == ["a0", "b0", "c0"])
    }
  }
}
