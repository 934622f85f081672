internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// `why` says what a run waits for, since when, and what can unblock it.
@Suite("Why a run does not move", .timeLimit(.minutes(1)))
struct WhyTests {
  private func withItinerary(
    _ steps: [String], options: WorkflowClient.StartOptions = .init(),
    configure: @escaping @Sendable (inout WorkflowEngineOptions) -> Void = { _ in },
    _ body: (WorkflowTestEnvironment, WorkflowHandle<Itinerary>, ActivityMock) async throws -> Void
  ) async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Itinerary.self, Child.self], startTime: WhyTests.start, configure: configure
    ) { env in
      let act = env.mock("a") { _ in "a" }
      act.hold()
      let handle = try await env.client.start(Itinerary.self, id: "trip", input: .init(steps: steps), options: options)
      try await env.settle()
      try await body(env, handle, act)
    }
  }

  /// 2025-03-01T12:00:00Z.
  private static let start = Timestamp(nanosecondsSinceEpoch: 1_740_830_400_000_000_000)
  private static let messages = "the signal 'tell', or the update 'ask', or a request for cancellation"

  @Test("a message, with the handlers that there are")
  func message() async throws {
    try await withItinerary(["wait"]) { env, handle, _ in
      try await env.advance(by: .seconds(90))
      #expect(
        try await handle.why(now: env.now)
          == "The run waits, since 2025-03-01T12:00:00Z (1 min 30 s ago), for \(WhyTests.messages).")
      try await handle.cancel()
      let why = try await handle.why(now: env.now)
      #expect(why.hasPrefix("The run is over: it is Canceled since 2025-03-01T12:01:30Z"))
    }
  }

  @Test("handlers that the code registered while it ran are among them")
  func runtimeHandler() async throws {
    try await withItinerary(["listen", "wait"]) { env, handle, _ in
      let why = try await handle.why(now: env.now)
      #expect(why.contains("for the signal 'tell' or 'later', or the update 'ask', or"), "\(why)")
    }
  }

  @Test("a timer and the run's own timeout")
  func timer() async throws {
    try await withItinerary(["sleep 7500"], options: .init(runTimeout: .days(2))) { env, handle, _ in
      #expect(
        try await handle.why(now: env.now)
          == "The run waits, since 2025-03-01T12:00:00Z (less than 1 s ago), for timer 1, which fires at "
          + "2025-03-01T14:05:00Z (in 2 h 5 min). It can also be woken by \(WhyTests.messages). "
          + "It times out at 2025-03-03T12:00:00Z (in 2 d).")
      try await env.restart(.kill)
      #expect(try await handle.why(now: env.now).contains("for timer 1, which fires at 2025-03-01T14:05:00Z"))
    }
  }

  @Test("an activity that runs, backs off, or waits for a slot")
  func activity() async throws {
    try await withItinerary(["act a"], configure: { $0.maxConcurrentActivities = 1 }) { env, handle, act in
      try await act.waitForCalls(1)
      let queued = try await env.client.start(Itinerary.self, id: "queued", input: .init(steps: ["act a"]))
      try await env.settle()
      #expect(
        try await handle.why(now: env.now).contains(
          "for activity 'a' (id 1), whose attempt 1 runs since 2025-03-01T12:00:00Z (less than 1 s ago) "
            + "(it times out at 2025-03-01T12:01:00Z (in 1 min))."))
      #expect(
        try await queued.why(now: env.now).contains(
          "for activity 'a' (id 1), which waits for a free slot since 2025-03-01T12:00:00Z (less than 1 s ago)."))
      act.release()
      _ = try await queued.result()
    }
  }

  @Test("an activity that is tried again: when, and why")
  func retried() async throws {
    try await withItinerary(["wait", "act b"]) { env, handle, _ in
      env.mock("b") { _ in throw ApplicationError("the ferry is late", nextRetryDelay: .hours(3)) }
      try await handle.tell("go")
      while try await handle.describe().pendingActivities.first?.nextAttemptTime == nil { try await env.settle() }
      #expect(
        try await handle.why(now: env.now).contains(
          "for activity 'b' (id 1), whose attempt 2 begins at 2025-03-01T15:00:00Z (in 3 h), "
            + "after attempt 1 failed with \"the ferry is late\"."))
    }
  }

  @Test("an activity that somebody else completes")
  func reported() async throws {
    try await withItinerary(["wait", "act b"]) { env, handle, _ in
      env.mock("b") { _ in throw CompleteAsyncError() }
      try await handle.tell("go")
      while try await handle.describe().pendingActivities.first?.completesAsynchronously != true {
        try await env.settle()
      }
      #expect(
        try await handle.why(now: env.now).contains(
          "for activity 'b' (id 1), which somebody has to complete with its token, since 2025-03-01T12:00:00Z"))
    }
  }

  @Test("a child")
  func child() async throws {
    try await withItinerary(["start c", "join"]) { env, handle, _ in
      let run = try await env.client.handle(for: Child.self, id: "c").describe().info.execution.runID
      #expect(
        try await handle.why(now: env.now).contains("for child workflow 'c' of type 'Child', which runs as \(run)."))
      #expect(
        try await env.client.handle(for: Child.self, id: "c").why(now: env.now).contains(
          "for the signal 'poke', or a request for cancellation."))
    }
  }

  @Test("other code blocks it: where, what was expected, and the remedy")
  func blocked() async throws {
    try await withItinerary(["sleep 60"]) { env, handle, _ in
      try await env.restart(workflows: [OtherItinerary.self])
      try await env.advance(by: .minutes(5))
      let why = try await handle.why(now: env.now)
      #expect(
        why.hasPrefix(
          "The run is blocked since 2025-03-01T12:05:00Z (less than 1 s ago): at event 5 its history holds "
            + "'TimerStarted of timer 1 for 60.0 seconds', but its code gives 'schedule activity 'a' (id 1)'; "),
        "\(why)")
      #expect(why.hasSuffix("or as a new run when it is reset to an earlier workflow task."))
      try await env.restart(workflows: [Child.self])
      let unregistered = try await handle.why(now: env.now)
      #expect(
        unregistered.contains(
          "its workflow task fails with \"workflow type 'Itinerary' is not registered; registered: [Child]\""),
        "\(unregistered)")
    }
  }

  @Test("a start delay and the wait before a retry")
  func delayed() async throws {
    try await withItinerary(["act a"], options: .init(startDelay: .hours(1))) { env, handle, _ in
      #expect(
        try await handle.why(now: env.now)
          == "The run has not begun: its code runs first at 2025-03-01T13:00:00Z (in 1 h), because it was started with "
          + "a delay. A signal, an update or a request for cancellation wakes it at once.")
      var options = WorkflowClient.StartOptions()
      options.retryPolicy = RetryPolicy(initialInterval: .seconds(120), maximumAttempts: 3)
      _ = try await env.client.start(Child.self, id: "c", input: .fail, options: options)
      try await env.settle()
      let retry = env.client.handle(for: Child.self, id: "c")
      #expect(
        try await retry.why(now: env.now)
          == "The run has not begun: its code runs first at 2025-03-01T12:02:00Z (in 2 min), because it is attempt 2 "
          + "after the run before failed. A request for cancellation wakes it at once.")
    }
  }

  @Test("a service that tells less is believed no further")
  func remote() {
    var description = WorkflowExecutionDescription(
      info: WorkflowExecutionInfo(
        execution: WorkflowExecution(workflowID: "w", runID: "r"), workflowType: "W", taskQueue: "q",
        startTime: WhyTests.start, closeTime: nil, status: .running, historyLength: 4, historySizeBytes: 0),
      executionTimeout: nil, runTimeout: nil, taskTimeout: .seconds(10), pendingActivities: [],
      pendingWorkflowTask: nil, cancelRequested: true)
    #expect(
      description.why(now: WhyTests.start)
        == "The run waits for a timer, a signal, an update or a request for cancellation; this service does not tell "
        + "which. Cancellation was requested, and its code has not ended since.")
    description.info.status = .continuedAsNew
    #expect(description.why(now: WhyTests.start) == "The run is over: it goes on as a new run of the same id.")
  }
}

actor OtherItinerary: WorkflowDefinition {
  static var name: String { "Itinerary" }
  nonisolated let context = WorkflowContext.current
  func run(input: Itinerary.Plan) async throws -> [String] { [try await context.executeActivity("a", options: minute)] }
}
