internal import Dispatch
internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// What replay cannot repeat blocks the run with a typed error: no hang, no crash, and others go on.
@Suite("Waits that replay cannot repeat", .timeLimit(.minutes(1)))
struct TripwireTests {
  private func expectBlocked<W: WorkflowDefinition>(
    _ type: W.Type, _ codes: [NonDeterminismError.Code] = [.foreignThread, .stuck]
  ) async throws where W.Input == Empty {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [type, Harmless.self]) { env in
      env.mock("echo") { try $0.decode(0, as: String.self) }
      let handle = try await env.client.start(type, id: "culprit")
      let error = await #expect(throws: NonDeterminismError.self) { _ = try await handle.result() }
      #expect(codes.contains(try #require(error).code), "\(String(describing: error))")

      let description = try await handle.describe()
      #expect(description.info.status == .running)
      let task = try #require(description.pendingWorkflowTask)
      #expect(task.nonDeterminismError == error)
      let failed = try await handle.fetchHistory().filter { $0.typeName == "WorkflowTaskFailed" }
      #expect(failed.count == 1)

      #expect(try await env.execute(Harmless.self, id: "innocent") == "fine")
    }
  }

  @Test("Task.sleep") func sleep() async throws { try await expectBlocked(RealSleep.self) }

  @Test("Task.sleep while a timer is pending") func sleepBesideTimer() async throws {
    try await expectBlocked(RealSleepBesideTimer.self, [.foreignThread])
  }

  @Test("a detached task") func detached() async throws { try await expectBlocked(Detached.self) }

  @Test("a workflow operation in a detached task") func operationInDetached() async throws {
    try await expectBlocked(DetachedOperation.self, [.foreignThread, .stuck, .outsideWorkflow])
  }

  @Test("the main actor") func mainActor() async throws { try await expectBlocked(MainActorHop.self) }

  @Test("a callback") func callback() async throws { try await expectBlocked(Callback.self) }

  @Test("a plain unstructured task that suspends") func unstructured() async throws {
    try await expectBlocked(Unstructured.self)
  }

  @Test("a stream that nobody feeds") func stuck() async throws { try await expectBlocked(Unfed.self, [.stuck]) }

  @Test("a wait for real time does not block the other handlers' runs, even a hundred of them")
  func many() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [RealSleep.self, Harmless.self]) { env in
      env.mock("echo") { try $0.decode(0, as: String.self) }
      for index in 0..<100 { _ = try await env.client.start(RealSleep.self, id: "culprit \(index)") }
      for index in 0..<100 {
        #expect(try await env.execute(Harmless.self, id: "innocent \(index)") == "fine")
      }
      for index in 0..<100 {
        let handle = env.client.handle(for: RealSleep.self, id: "culprit \(index)")
        await #expect(throws: NonDeterminismError.self) { _ = try await handle.result() }
        try await handle.terminate()
      }
      #expect(try await env.client.frontend.countWorkflowExecutions(namespace: "default", query: "ExecutionStatus = 'Running'") == 0)
    }
  }
}

actor Harmless: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    try await context.sleep(for: .seconds(1))
    return try await context.executeActivity("echo", "fine", options: minute)
  }
}

private actor RealSleep: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> Empty {
    try await Task.sleep(for: .milliseconds(50))
    return Empty()
  }
}

private actor RealSleepBesideTimer: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  static var handlers: WorkflowHandlers<RealSleepBesideTimer> { WorkflowHandlers().signal("never") { _, _ in } }
  func run(input: Empty) async throws -> Empty {
    async let timer: Void = context.sleep(for: .days(1))
    try await Task.sleep(for: .milliseconds(50))
    try await timer
    return Empty()
  }
}

private actor Detached: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> Int {
    await Task.detached {
      try? await Task.sleep(for: .milliseconds(50))
      return 1
    }.value
  }
}

private actor DetachedOperation: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> Empty {
    let context = context
    try await Task.detached { try await context.sleep(for: .seconds(1)) }.value
    return Empty()
  }
}

private actor MainActorHop: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> Empty {
    await MainActor.run {}
    return Empty()
  }
}

private actor Callback: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> Int {
    await withCheckedContinuation { continuation in
      // Later, as callbacks are: one that comes before the wait has begun leaves no trace.
      DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(100)) { continuation.resume(returning: 1) }
    }
  }
}

private actor Unstructured: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var count = 0
  func run(input: Empty) async throws -> Int {
    let task = Task {
      count += 1
      await Task.yield()
      count += 1
    }
    await task.value
    return count
  }
}

private actor Unfed: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> Int {
    let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
    defer { continuation.finish() }
    for await number in stream { return number }
    return 0
  }
}
