internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Cancelling, terminating and timing out runs.
@Suite("The end of a run from outside", .timeLimit(.minutes(1)))
struct CancellationTests {
  @Test("tryCancel ends at once; the activity is told, and its end changes nothing")
  func tryCancel() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Cancellable.self]) { env in
      let mock = env.mock("work") { _ in "done" }
      mock.hold(ignoringCancellation: true)
      let handle = try await env.client.start(Cancellable.self, id: "c", input: .tryCancel)
      try await mock.waitForCalls(1)
      try await handle.cancel(reason: "enough")
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.status == .canceled)
      mock.release()
      try await env.settle()
      let types = try await handle.fetchHistory().typeNames
      #expect(types.suffix(2) == ["ActivityTaskCancelRequested", "WorkflowExecutionCanceled"])
    }
  }

  @Test("waitCancellationCompleted waits for the activity, which may complete all the same")
  func waitCompleted() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Cancellable.self]) { env in
      let mock = env.mock("work") { _ in "done" }
      mock.hold(ignoringCancellation: true)
      let handle = try await env.client.start(Cancellable.self, id: "c", input: .waitCancellationCompleted)
      try await mock.waitForCalls(1)
      try await handle.cancel()
      try await env.settle()
      let description = try await handle.describe()
      #expect(description.info.status == .running)
      #expect(description.pendingActivities.first?.state == .cancelRequested)
      mock.release()
      #expect(try await handle.result() == "done")
    }
  }

  @Test("a request to cancel an activity survives a kill: the repeated attempt is told at once")
  func requestSurvives() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Cancellable.self]) { env in
      let mock = env.mock("work") { _ in "done" }
      mock.hold(ignoringCancellation: true)
      let handle = try await env.client.start(Cancellable.self, id: "c", input: .waitCancellationCompleted)
      try await mock.waitForCalls(1)
      try await handle.cancel()
      try await env.settle()
      mock.hold(ignoringCancellation: false)
      try await env.restart(.kill)
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.status == .canceled)
      #expect(mock.callCount == 2)
      #expect(try await handle.fetchHistory().typeNames.contains("ActivityTaskCanceled"))
      mock.release()
    }
  }

  @Test("abandon leaves the activity alone")
  func abandon() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Cancellable.self]) { env in
      let mock = env.mock("work") { _ in "done" }
      mock.hold(ignoringCancellation: true)
      let handle = try await env.client.start(Cancellable.self, id: "c", input: .abandon)
      try await mock.waitForCalls(1)
      try await handle.cancel()
      await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(try await !handle.fetchHistory().typeNames.contains("ActivityTaskCancelRequested"))
      mock.release()
    }
  }

  @Test("cancelling an activity that backs off, or waits for a slot, closes it at once")
  func waiting() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Cancellable.self], configure: { $0.maxConcurrentActivities = 1 }
    ) { env in
      let mock = env.mock("work") { _ in throw ApplicationError("busy", nextRetryDelay: .hours(1)) }
      let backingOff = try await env.client.start(
        Cancellable.self, id: "backing off", input: .waitCancellationCompleted)
      try await mock.waitForCalls(1)
      try await env.sleep(for: .minutes(1))
      mock.hold()
      mock.answer { _ in "done" }
      let running = try await env.client.start(Cancellable.self, id: "running", input: .tryCancel)
      try await mock.waitForCalls(2)
      let queued = try await env.client.start(Cancellable.self, id: "queued", input: .waitCancellationCompleted)
      for handle in [backingOff, queued] {
        try await handle.cancel()
        let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
        #expect(error?.status == .canceled)
        #expect(try await handle.fetchHistory().typeNames.contains("ActivityTaskCanceled"))
      }
      mock.release()
      #expect(try await running.result() == "done")
      #expect(mock.callCount == 2)
    }
  }

  @Test("a run may clean up when it is cancelled, and a second request changes nothing")
  func cleanup() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Booking.self]) { env in
      let undo = env.mock("undo") { _ in Empty() }
      env.mock("book") { _ in Empty() }
      let handle = try await env.client.start(Booking.self, id: "b")
      try await env.sleep(for: .minutes(1))
      undo.hold()
      try await handle.cancel(reason: "first")
      try await handle.cancel(reason: "second")
      try await undo.waitForCalls(1)
      #expect(try await handle.describe().cancelRequested)
      undo.release()
      #expect(try await handle.result() == "undone")
      #expect(undo.callCount == 1)
      #expect(try await handle.fetchHistory().count { $0.typeName == "WorkflowExecutionCancelRequested" } == 1)
    }
  }

  @Test("termination ends a run at once, with its activities")
  func terminate() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Cancellable.self]) { env in
      let mock = env.mock("work") { _ in "done" }
      mock.hold()
      let handle = try await env.client.start(Cancellable.self, id: "c", input: .tryCancel)
      try await mock.waitForCalls(1)
      try await handle.terminate(reason: "broken")
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.status == .terminated)
      #expect(error?.cause.message == "the workflow was terminated: broken")
      let again = await #expect(throws: WorkflowServiceError.self) { try await handle.terminate() }
      #expect(again?.code == .notFound)
      // The held call ends only if it was cancelled.
      while try await env.engine.statistics().runningActivities > 0 { await Task.yield() }
    }
  }

  @Test("the shorter of run and execution timeout ends a run, also across a kill", arguments: [(10, 20), (20, 10)])
  func timeouts(run: Int, execution: Int) async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Cancellable.self]) { env in
      let mock = env.mock("work") { _ in "done" }
      mock.hold()
      let handle = try await env.client.start(
        Cancellable.self, id: "c", input: .tryCancel,
        options: .init(executionTimeout: .seconds(execution), runTimeout: .seconds(run)))
      try await mock.waitForCalls(1)
      try await env.restart(.kill)
      try await mock.waitForCalls(2)
      try await env.advance(by: .seconds(9))
      #expect(try await handle.describe().info.status == .running)
      try await env.advance(by: .seconds(1))
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.status == .timedOut)
    }
  }
}

enum Cancelling: String, Codable {
  case tryCancel, waitCancellationCompleted, abandon

  var type: ActivityCancellationType {
    switch self {
    case .tryCancel: .tryCancel
    case .waitCancellationCompleted: .waitCancellationCompleted
    case .abandon: .abandon
    }
  }
}

actor Cancellable: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Cancelling) async throws -> String {
    try await context.executeActivity(
      "work", options: ActivityOptions(startToCloseTimeout: .days(1), cancellationType: input.type))
  }
}

actor Booking: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    let _: Empty = try await context.executeActivity("book", options: minute)
    do {
      try await context.sleep(for: .days(1))
      return "kept"
    } catch is CanceledError {
      // This task is cancelled; what must still happen runs in one that is not.
      let undo = Task(executorPreference: context.taskExecutor) { try await self.undo() }
      try await undo.value
      return "undone"
    }
  }

  private func undo() async throws {
    let _: Empty = try await context.executeActivity("undo", options: minute)
  }
}
