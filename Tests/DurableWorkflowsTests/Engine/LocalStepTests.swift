internal import DurableWorkflows
internal import Synchronization
internal import Testing
internal import WorkflowTesting

/// Local activities, side effects, shields, sagas, asynchronous completion, and attempts whose outcome is unknown.
@Suite("Steps in all their kinds", .timeLimit(.minutes(1)))
struct LocalStepTests {
  @Test("local activities are recorded as markers, and replay does not run them")
  func localActivities() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [LocalSteps.self]) { env in
      let mock = env.mock("double") { try $0.decode(0, as: Int.self) * 2 }
      let handle = try await env.client.start(LocalSteps.self, id: "l", input: 3)
      // Until its result is recorded, a local activity runs again after a kill.
      while try await !handle.fetchHistory().typeNames.contains("TimerStarted") { await Task.yield() }
      try await env.restart(.kill)
      #expect(try await handle.result() == 24)
      #expect(mock.callCount == 3)
      let types = try await handle.fetchHistory().typeNames
      #expect(types.filter { $0 == "MarkerRecorded" }.count == 4)
      #expect(!types.contains("ActivityTaskScheduled"))
      try await env.replayAll([LocalSteps.self, Trip.self])
    }
  }

  @Test("long results of local activities are in files, and their code sees them whole")
  func longLocalResults() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [LocalSteps.self], configure: Padding.configure
    ) { env in
      env.mock("double") { try $0.decode(0, as: Int.self) * 2 }
      let handle = try await env.client.start(LocalSteps.self, id: "l", input: 33)
      try await env.sleep(for: .seconds(5))
      // From here on the recorded result is replayed.
      try await env.restart(.kill)
      #expect(try await handle.result() == 264)
    }
  }

  @Test("a local activity retries in memory and fails with the activity's error")
  func localRetry() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [LocalSteps.self]) { env in
      let mock = env.mock("double") { _ in throw ApplicationError("no", type: "Refused") }
      let error = await #expect(throws: WorkflowFailedError.self) {
        _ = try await env.execute(LocalSteps.self, id: "l", input: 3)
      }
      #expect(error?.cause.root.applicationType == "Refused")
      #expect(mock.callCount == 2)
    }
  }

  @Test("a saga undoes in reverse in a shield, on failure and on cancellation, and never masks the cause")
  func saga() async throws {
    for cancels in [false, true] {
      try await WorkflowTestEnvironment.withEnvironment(workflows: [Trip.self]) { env in
        let undone = Mutex<[String]>([])
        let book = env.mock("book") { arguments in
          let what: String = try arguments.decode(0)
          if what == "car", !cancels { throw ApplicationError("no cars", type: "SoldOut", isNonRetryable: true) }
          return what
        }
        env.mock("undo") { arguments in
          let what: String = try arguments.decode(0)
          undone.withLock { $0.append(what) }
          if what == "flight" { throw ApplicationError("too late", isNonRetryable: true) }
          return what
        }
        let handle = try await env.client.start(Trip.self, id: "t", input: cancels)
        if cancels {
          try await book.waitForCalls(3)
          try await env.untilActivitiesEnded()
          try await handle.cancel()
        }
        let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
        if cancels {
          #expect(error?.status == .canceled)
        } else {
          #expect(error?.cause.root.applicationType == "SoldOut")
        }
        #expect(undone.withLock(\.self) == ["hotel", "flight", "taxi"])
        try await env.replayAll([LocalSteps.self, Trip.self])
      }
    }
  }

  @Test("an attempt that completes asynchronously waits, without a slot, across a kill")
  func asynchronousCompletion() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [OneStep.self], configure: { $0.maxConcurrentActivities = 1 }
    ) { env in
      let tokens = Mutex<[[UInt8]]>([])
      let mock = env.mock("step") { _ in
        tokens.withLock { $0.append(ActivityExecutionContext.current?.info.taskToken ?? []) }
        throw CompleteAsyncError()
      }
      let one = try await env.client.start(OneStep.self, id: "1", input: true)
      let two = try await env.client.start(OneStep.self, id: "2", input: true)
      try await mock.waitForCalls(2)
      try await env.untilActivitiesEnded()
      try await env.restart(.kill)
      try await env.settle()
      #expect(mock.callCount == 2)
      #expect(try await env.client.asyncActivity(taskToken: tokens.withLock { $0[0] }).heartbeat("alive") == false)
      try await env.client.asyncActivity(taskToken: tokens.withLock { $0[0] }).complete("by token")
      try await env.client.asyncActivity(WorkflowExecution(workflowID: two.execution.workflowID), activityID: "1")
        .complete("by id")
      let results = [try await one.result(), try await two.result()]
      #expect(results.sorted() == ["by id", "by token"])
      let gone = await #expect(throws: WorkflowServiceError.self) {
        try await env.client.asyncActivity(taskToken: tokens.withLock { $0[0] }).complete("again")
      }
      #expect(gone?.code == .notFound)
    }
  }

  @Test("an attempt that is not idempotent and was in flight at a crash is an unknown outcome, not another attempt")
  func intent() async throws {
    for isIdempotent in [false, true] {
      try await WorkflowTestEnvironment.withEnvironment(workflows: [OneStep.self]) { env in
        let mock = env.mock("step") { _ in "paid" }
        mock.hold(ignoringCancellation: true)
        let handle = try await env.client.start(OneStep.self, id: "1", input: isIdempotent)
        try await mock.waitForCalls(1)
        try await env.restart(.kill)
        if isIdempotent { mock.release() }
        #expect(try await handle.result() == (isIdempotent ? "paid" : "unknown outcome"))
        #expect(mock.callCount == (isIdempotent ? 2 : 1))
        mock.release()
      }
    }
  }

  @Test("an error that the code itself throws is retried, idempotent or not")
  func knownFailure() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [OneStep.self]) { env in
      let calls = Mutex(0)
      env.mock("step") { _ in
        if calls.withLock({ $0 += 1; return $0 }) == 1 { throw ApplicationError("busy") }
        return "paid"
      }
      let result = try await env.execute(OneStep.self, id: "1", input: false)
      #expect(result == "paid")
    }
  }
}

actor LocalSteps: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input: Int) async throws -> Int {
    let options = LocalActivityOptions(
      startToCloseTimeout: .seconds(5), retryPolicy: RetryPolicy(maximumAttempts: 2))
    var number: Int = try await context.executeLocalActivity("double", input, options: options)
    let noise = try context.sideEffect { Int.random(in: 0...1_000_000) }
    try await context.sleep(for: .seconds(noise == -1 ? 1 : 60))
    for _ in 0..<2 { number = try await context.executeLocalActivity("double", number, options: options) }
    return number
  }
}

actor Trip: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input waits: Bool) async throws -> String {
    try await context.withSaga { saga in
      for what in ["taxi", "flight", "hotel"] {
        let booked: String = try await context.executeActivity("book", what, options: once)
        saga.addCompensation(what) { [context] in
          let _: String = try await context.executeActivity("undo", booked, options: once)
        }
      }
      if waits { try await context.sleep(for: .seconds(86_400)) }
      return try await context.executeActivity("book", "car", options: once)
    }
  }
}

actor OneStep: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input isIdempotent: Bool) async throws -> String {
    do {
      return try await context.executeActivity(
        "step", options: ActivityOptions(startToCloseTimeout: .seconds(3600), isIdempotent: isIdempotent))
    } catch let error as ActivityError where error.isOutcomeUnknown {
      return "unknown outcome"
    }
  }
}
