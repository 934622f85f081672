internal import DurableWorkflows
internal import Synchronization
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// Shutting down, failing, opening again.
@Suite("The life of an engine", .timeLimit(.minutes(1)))
struct LifeTests {
  @Test("shutdown lets running activities finish and starts no others; the rest goes on in the next process")
  func graceful() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Tally.self],
      configure: { options in
        options.maxConcurrentActivities = 1
        options.gracefulShutdownPeriod = .seconds(10)
      }
    ) { env in
      let mock = env.mock("check") { try $0.decode(0, as: Int.self) }
      mock.hold()
      let handle = try await env.client.start(Tally.self, id: "t", input: 0)
      for number in [10, 1] {
        try await handle.signal(name: "add", input: [JSONPayloadConverter().payload(for: number)])
      }
      try await handle.signal(name: "finish")
      try await mock.waitForCalls(1)
      let engine = env.engine
      async let shutdown: Void = engine.shutdown()
      // New runs are refused while the old ones end.
      while true {
        do {
          _ = try await engine.client.start(Tally.self, id: "new \(UInt64.random(in: 0...UInt64.max))", input: 0)
        } catch let error as WorkflowServiceError {
          #expect(error.code == .unavailable)
          break
        }
      }
      mock.release()
      try await shutdown
      #expect(!engine.isRunning)
      #expect(mock.callCount == 1)
      try await env.restart()
      #expect(try await handle.result() == 11)
      #expect(mock.callCount == 2, "the result that was recorded during the shutdown is not computed again")
    }
  }

  @Test("when the grace period is over, what still runs is cancelled and repeated by the next process")
  func impatient() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Tally.self], configure: { $0.gracefulShutdownPeriod = .seconds(10) }
    ) { env in
      let mock = env.mock("check") { try $0.decode(0, as: Int.self) }
      mock.hold()
      let handle = try await env.client.start(Tally.self, id: "t", input: 0)
      try await handle.signal(name: "add", input: [JSONPayloadConverter().payload(for: 3)])
      try await handle.signal(name: "finish")
      try await mock.waitForCalls(1)
      let engine = env.engine
      async let shutdown: Void = engine.shutdown()
      while try await engine.statistics().timers < 2 { await Task.yield() }
      env.clock.advance(by: .seconds(10))
      try await shutdown
      mock.release()
      try await env.restart()
      #expect(try await handle.result() == 3)
      #expect(mock.calls.map(\.info.attempt) == [1, 1], "an attempt that a shutdown cancelled is not counted")
    }
  }

  @Test("whoever waits when the engine shuts down is told")
  func waitersAreTold() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Tally.self]) { env in
      let engine = env.engine
      let handle = try await engine.client.start(Tally.self, id: "t", input: 0)
      let result = Task { try await handle.result() }
      while try await engine.statistics().timers == 0 { await Task.yield() }
      try await engine.shutdown()
      let error = await #expect(throws: WorkflowServiceError.self) { _ = try await result.value }
      #expect(error?.code == .unavailable)
      let late = await #expect(throws: WorkflowServiceError.self) { _ = try await handle.describe() }
      #expect(late?.code == .unavailable)
      try await engine.shutdown()
    }
  }

  @Test("after a failed sync every pending request fails, nothing is acknowledged, and the next process finds the rest")
  func journalFailure() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Tally.self]) { env in
      let mock = env.mock("check") { try $0.decode(0, as: Int.self) }
      let handle = try await env.client.start(Tally.self, id: "t", input: 1)
      try await handle.signal(name: "add", input: [JSONPayloadConverter().payload(for: 2)])
      try await mock.waitForCalls(1)
      try await env.settle()
      while try await handle.describe().info.historyLength < 12 { await Task.yield() }
      let engine = env.engine
      let direct = engine.client.handle(for: Tally.self, id: "t")
      let waiting = Task { try await direct.result() }
      while try await engine.statistics().timers == 0 { await Task.yield() }
      env.fileSystem.setFaults { $0.operation == .synchronizeData ? .error(5) : nil }

      await withTaskGroup { group in
        for index in 0..<20 {
          group.addTask {
            let error = await #expect(throws: WorkflowServiceError.self) {
              if index % 2 == 0 {
                _ = try await engine.client.start(Tally.self, id: "lost \(index)", input: 0)
              } else {
                try await direct.signal(name: "add", input: [JSONPayloadConverter().payload(for: 100)])
              }
            }
            #expect(error?.code == .unavailable)
          }
        }
      }
      let waited = await #expect(throws: WorkflowServiceError.self) { _ = try await waiting.value }
      #expect(waited?.code == .unavailable)
      await #expect(throws: WorkflowEngineError.self) { try await engine.waitUntilEnded() }
      #expect(!engine.isRunning)
      let after = await #expect(throws: WorkflowServiceError.self) { _ = try await direct.describe() }
      #expect(after?.code == .unavailable)

      try await env.restart(.powerLoss())
      try await handle.signal(name: "finish")
      #expect(try await handle.result() == 3, "nothing that was refused has happened")
      #expect(try await env.client.frontend.countWorkflowExecutions(namespace: "default", query: "") == 1)
    }
  }

  @Test("invalid configurations are refused with the remedy")
  func configuration() async throws {
    func message(
      workflows: [any WorkflowDefinition.Type] = [Tally.self], _ change: @escaping @Sendable (inout WorkflowEngineOptions) -> Void
    ) async -> String? {
      await #expect(throws: WorkflowEngineError.self) {
        try await WorkflowTestEnvironment.withEnvironment(workflows: workflows, configure: change) { _ in }
      }?.message
    }
    #expect(await message { $0.maxConcurrentActivities = 0 }?.contains("at least 1") == true)
    #expect(await message { $0.namespace = "" }?.contains("namespace") == true)
    #expect(await message(workflows: [Tally.self, Tally.self]) { _ in }?.contains("'Tally' is registered twice") == true)
  }
}
