internal import DurableWorkflows
internal import Synchronization
internal import Testing
internal import WorkflowTesting

/// Attempts, backoff, heartbeats and timeouts of activities, in virtual time.
@Suite("Activity attempts", .timeLimit(.minutes(1)))
struct ActivityRetryTests {
  @Test("attempts back off by the policy and stop at its limit")
  func backoff() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Calling.self]) { env in
      let clock = env.clock
      let times = Mutex<[Timestamp]>([])
      env.mock("work") { _ in
        times.withLock { $0.append(clock.now()) }
        throw ApplicationError("no", type: "Busy")
      }
      let start = env.now
      let handle = try await env.client.start(
        Calling.self, id: "c",
        input: Call(retry: RetryPolicy(initialInterval: .seconds(1), maximumInterval: .seconds(5), maximumAttempts: 6)))
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(times.withLock { $0 }.map { $0 - start } == [0, 1, 3, 7, 12, 17].map { .seconds($0) })
      #expect(error?.cause.cause?.applicationType == "Busy")
      guard case .activity(_, _, _, "work", "1", .maximumAttemptsReached)? = error?.cause.info else {
        Issue.record("the cause is \(String(describing: error?.cause.info))")
        return
      }
    }
  }

  @Test("types in the policy's list and non-retryable errors are not retried; a delay of the error's own counts")
  func nonRetryable() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Calling.self]) { env in
      let mock = env.mock("work") { _ in throw ApplicationError("no", type: "Invalid") }
      let policy = RetryPolicy(nonRetryableErrorTypes: ["Invalid"])
      await #expect(throws: WorkflowFailedError.self) {
        _ = try await env.execute(Calling.self, id: "a", input: Call(retry: policy))
      }
      #expect(mock.callCount == 1)

      mock.answer { _ in throw ApplicationError("no", isNonRetryable: true) }
      await #expect(throws: WorkflowFailedError.self) { _ = try await env.execute(Calling.self, id: "b", input: Call()) }
      #expect(mock.callCount == 2)

      let start = env.now
      mock.answer { [weak mock] _ in
        if mock?.callCount == 3 { throw ApplicationError("later", nextRetryDelay: .hours(2)) }
        return "done"
      }
      let result = try await env.execute(Calling.self, id: "c", input: Call())
      #expect(result == "done")
      #expect(env.now - start == .hours(2))
    }
  }

  @Test("a backoff survives a restart and a kill, with its attempt count", arguments: [false, true])
  func backoffSurvives(isKilled: Bool) async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Calling.self]) { env in
      let mock = env.mock("work") { _ in throw ApplicationError("no") }
      let start = env.now
      let handle = try await env.client.start(
        Calling.self, id: "c", input: Call(retry: RetryPolicy(initialInterval: .hours(1), maximumInterval: .days(9))))
      try await mock.waitForCalls(2)
      while try await handle.describe().pendingActivities.first?.nextAttemptTime == nil { await Task.yield() }
      try await env.restart(isKilled ? .kill : .shutdown)
      let pending = try #require(await handle.describe().pendingActivities.first)
      #expect(pending.attempt == 3)
      #expect(pending.nextAttemptTime == start + .hours(3))
      #expect(pending.lastFailure?.message == "no")
      mock.answer { _ in "at last" }
      #expect(try await handle.result() == "at last")
      #expect(env.now == start + .hours(3))
      #expect(mock.calls.map(\.info.attempt) == [1, 2, 3])
      #expect(Set(mock.calls.map(\.info.idempotencyKey)).count == 1)
    }
  }

  @Test("heartbeat details reach the next attempt, and the repeated attempt after a kill")
  func heartbeats() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Calling.self]) { env in
      let seen = Mutex<[Int?]>([])
      let mock = env.mock("work") { _ in
        guard let context = ActivityExecutionContext.current else { return "" }
        let progress = try context.heartbeatDetail(as: Int.self)
        let call = seen.withLock { seen in
          seen.append(progress)
          return seen.count
        }
        try context.heartbeat((progress ?? 0) + 10)
        // The second attempt is running when the process is killed.
        if call == 2 { try await Task.sleep(for: .seconds(1000)) }
        if call < 4 { throw ApplicationError("once more") }
        return "progress \((progress ?? 0) + 10)"
      }
      let handle = try await env.client.start(Calling.self, id: "c", input: Call())
      try await mock.waitForCalls(2)
      let twenty = [try JSONPayloadConverter().payload(for: 20)]
      while try await handle.describe().pendingActivities.first?.heartbeatDetails != twenty { await Task.yield() }
      try await env.restart(.kill)
      #expect(try await handle.result() == "progress 40")
      #expect(seen.withLock { $0 } == [nil, 10, 20, 30])
      #expect(mock.calls.map(\.info.attempt) == [1, 2, 2, 3])
    }
  }

  @Test("a start-to-close timeout cancels the attempt and is retried", arguments: [false, true])
  func startToClose(ignoresCancellation: Bool) async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Calling.self]) { env in
      let mock = env.mock("work") { _ in "done" }
      mock.hold(ignoringCancellation: ignoresCancellation)
      let handle = try await env.client.start(
        Calling.self, id: "c", input: Call(startToClose: .seconds(10), retry: RetryPolicy(maximumAttempts: 2)))
      try await mock.waitForCalls(1)
      try await env.advance(by: .seconds(10))
      let pending = try #require(await handle.describe().pendingActivities.first)
      #expect(pending.attempt == 2)
      #expect(pending.lastFailure?.info == .timeout(.startToClose, lastHeartbeatDetails: []))
      try await env.advance(by: .seconds(1))
      try await mock.waitForCalls(2)
      try await env.advance(by: .seconds(10))
      // Late answers do not count.
      mock.release()
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.cause.cause?.info == .timeout(.startToClose, lastHeartbeatDetails: []))
      #expect(try await handle.fetchHistory().typeNames.contains("ActivityTaskTimedOut"))
    }
  }

  @Test("a heartbeat timeout hits an attempt that falls silent, and reports the last details")
  func heartbeatTimeout() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Calling.self]) { env in
      let pulse = AsyncStream.makeStream(of: Int.self)
      let mock = env.mock("work") { _ in
        for await beat in pulse.stream { try ActivityExecutionContext.current?.heartbeat(beat) }
        try Task.checkCancellation()
        return "done"
      }
      let handle = try await env.client.start(
        Calling.self, id: "c",
        input: Call(startToClose: .hours(1), heartbeat: .seconds(30), retry: RetryPolicy(maximumAttempts: 1)))
      try await mock.waitForCalls(1)
      for beat in 1...3 {
        try await env.advance(by: .seconds(29))
        pulse.continuation.yield(beat)
        let details = [try JSONPayloadConverter().payload(for: beat)]
        while try await handle.describe().pendingActivities.first?.heartbeatDetails != details { await Task.yield() }
      }
      try await env.advance(by: .seconds(29))
      #expect(try await handle.describe().pendingActivities.first?.state == .started)
      try await env.advance(by: .seconds(1))
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      let last = [try JSONPayloadConverter().payload(for: 3)]
      #expect(error?.cause.cause?.info == .timeout(.heartbeat, lastHeartbeatDetails: last))
    }
  }

  @Test("schedule-to-start and schedule-to-close timeouts end the activity without a retry")
  func scheduleTimeouts() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Calling.self], configure: { $0.maxConcurrentActivities = 1 }
    ) { env in
      let mock = env.mock("work") { _ in "done" }
      mock.hold()
      let first = try await env.client.start(
        Calling.self, id: "first", input: Call(scheduleToClose: .seconds(100), startToClose: nil))
      try await mock.waitForCalls(1)
      let second = try await env.client.start(Calling.self, id: "second", input: Call(scheduleToStart: .seconds(5)))
      try await env.advance(by: .seconds(5))
      let waited = await #expect(throws: WorkflowFailedError.self) { _ = try await second.result() }
      #expect(waited?.cause.cause?.info == .timeout(.scheduleToStart, lastHeartbeatDetails: []))
      try await env.advance(by: .seconds(95))
      let closed = await #expect(throws: WorkflowFailedError.self) { _ = try await first.result() }
      #expect(closed?.cause.cause?.info == .timeout(.scheduleToClose, lastHeartbeatDetails: []))
      #expect(mock.callCount == 1)
    }
  }

  @Test("no more attempts run at once than there are slots, and all get their turn")
  func slots() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Calling.self], configure: { $0.maxConcurrentActivities = 3 }
    ) { env in
      let mock = env.mock("work") { _ in "done" }
      mock.hold()
      var handles: [WorkflowHandle<Calling>] = []
      for index in 0..<10 { handles.append(try await env.client.start(Calling.self, id: "\(index)", input: Call())) }
      try await mock.waitForCalls(3)
      let statistics = try await env.engine.statistics()
      #expect(statistics.runningActivities == 3)
      #expect(statistics.queuedActivities == 7)
      #expect(mock.callCount == 3)
      mock.release()
      for handle in handles { #expect(try await handle.result() == "done") }
      #expect(mock.callCount == 10)
    }
  }

  @Test("an activity that nobody registered is retried, because another process may know it")
  func unregistered() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Calling.self]) { env in
      let handle = try await env.client.start(Calling.self, id: "c", input: Call())
      try await env.sleep(for: .seconds(5))
      let pending = try #require(await handle.describe().pendingActivities.first)
      #expect(pending.attempt > 1)
      #expect(pending.lastFailure?.message.hasPrefix("activity 'work' is not registered; registered: [") == true)
      env.mock("work") { _ in "known" }
      #expect(try await handle.result() == "known")
    }
  }
}

struct Call: Codable, Sendable {
  var scheduleToClose: Double?
  var scheduleToStart: Double?
  var startToClose: Double?
  var heartbeat: Double?
  var initialInterval: Double
  var maximumInterval: Double
  var maximumAttempts: Int
  var nonRetryable: [String]

  init(
    scheduleToClose: Duration? = nil, scheduleToStart: Duration? = nil, startToClose: Duration? = .seconds(60),
    heartbeat: Duration? = nil, retry: RetryPolicy = .standard
  ) {
    func seconds(_ duration: Duration) -> Double { Double(duration.inNanoseconds) / 1e9 }
    self.scheduleToClose = scheduleToClose.map(seconds)
    self.scheduleToStart = scheduleToStart.map(seconds)
    self.startToClose = startToClose.map(seconds)
    self.heartbeat = heartbeat.map(seconds)
    initialInterval = seconds(retry.initialInterval)
    maximumInterval = seconds(retry.maximumInterval)
    maximumAttempts = retry.maximumAttempts
    nonRetryable = retry.nonRetryableErrorTypes
  }

  var options: ActivityOptions {
    ActivityOptions(
      startToCloseTimeout: startToClose.map { .seconds($0) }, scheduleToCloseTimeout: scheduleToClose.map { .seconds($0) },
      scheduleToStartTimeout: scheduleToStart.map { .seconds($0) }, heartbeatTimeout: heartbeat.map { .seconds($0) },
      retryPolicy: RetryPolicy(
        initialInterval: .seconds(initialInterval), maximumInterval: .seconds(maximumInterval),
        maximumAttempts: maximumAttempts, nonRetryableErrorTypes: nonRetryable))
  }
}

actor Calling: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Call) async throws -> String {
    try await context.executeActivity("work", options: input.options)
  }
}
