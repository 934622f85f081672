internal import Testing

@testable internal import DurableWorkflows

/// The state machine by itself: time is an argument.
@Suite("Run state")
struct RunStateTests {
  private let start = Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000)

  private func open(
    execution: Duration? = nil, run: Duration? = nil
  ) -> (state: RunState, transition: RunTransition) {
    RunState.start(
      key: RunKey(rawValue: 1),
      attributes: WorkflowExecutionStartedAttributes(
        workflowType: "T", workflowID: "w", runID: "r", taskQueue: "q", input: [], executionTimeout: execution,
        runTimeout: run),
      at: start)
  }

  private func command(
    scheduleToClose: Duration? = nil, scheduleToStart: Duration? = nil, startToClose: Duration? = .seconds(10),
    heartbeat: Duration? = nil, retry: RetryPolicy = .standard
  ) -> Command {
    .scheduleActivity(
      ScheduleActivityCommand(
        activityID: "1", activityType: "a", input: [], scheduleToCloseTimeout: scheduleToClose,
        scheduleToStartTimeout: scheduleToStart, startToCloseTimeout: startToClose, heartbeatTimeout: heartbeat,
        retryPolicy: retry))
  }

  /// A run with one scheduled activity.
  private func scheduled(_ command: Command) -> (state: RunState, eventID: Int64, effects: [Effect]) {
    var state = open().state
    let (transition, ids) = state.completeWorkflowTask(commands: [command], identity: "", at: start)
    return (state, ids.first ?? 0, transition.effects)
  }

  private func failure(_ type: String = "E", nonRetryable: Bool = false, delay: Duration? = nil) -> Failure {
    Failure(
      message: "no",
      info: .application(type: type, isNonRetryable: nonRetryable, details: [], nextRetryDelay: delay))
  }

  private func dueTime(_ transition: RunTransition) -> Timestamp? {
    for case .activityRetryScheduled(_, _, let dueTime, _) in transition.records { return dueTime }
    return nil
  }

  // MARK: Retry policy

  @Test("intervals double up to the limit, without overflow at any attempt")
  func intervals() {
    let policy = RetryPolicy.standard
    #expect((1...9).map { policy.interval(afterAttempt: $0) } == [1, 2, 4, 8, 16, 32, 64, 100, 100].map { .seconds($0) })
    #expect(policy.interval(afterAttempt: 1_000_000) == .seconds(100))
    let steep = RetryPolicy(
      initialInterval: .seconds(1), backoffCoefficient: 1e300, maximumInterval: .seconds(Int64.max / 4))
    #expect(steep.interval(afterAttempt: 5) == .seconds(Int64.max / 4))
    let flat = RetryPolicy(initialInterval: .milliseconds(5), backoffCoefficient: 1)
    #expect(flat.interval(afterAttempt: 100_000) == .milliseconds(5))
    #expect(RetryPolicy(initialInterval: .zero).interval(afterAttempt: 3) == .zero)
  }

  @Test("policies that make no sense are named")
  func policyProblems() {
    #expect(RetryPolicy.standard.problem == nil)
    #expect(RetryPolicy(initialInterval: .seconds(-1)).problem != nil)
    #expect(RetryPolicy(backoffCoefficient: 0.5).problem != nil)
    #expect(RetryPolicy(backoffCoefficient: .nan).problem != nil)
    #expect(RetryPolicy(initialInterval: .seconds(5), maximumInterval: .seconds(1)).problem != nil)
    #expect(RetryPolicy(maximumAttempts: -1).problem != nil)
  }

  // MARK: Attempts

  @Test("a completed attempt is recorded as Started and Completed; what comes later has no consequence")
  func completed() {
    var (state, id, effects) = scheduled(command())
    #expect(effects.contains(.enqueueActivity(scheduledEventID: id)))
    let begun = state.startAttempt(id, at: start + .seconds(1))
    #expect(begun.events.isEmpty && begun.records.isEmpty)
    let done = state.finishAttempt(id, attempt: 1, outcome: .completed([]), identity: "i", at: start + .seconds(2))
    #expect(done.events.map(\.attributes.type.description) == ["ActivityTaskStarted", "ActivityTaskCompleted"])
    #expect(done.events.first?.time == start + .seconds(1))
    #expect(state.hasNewEvents && state.activities.isEmpty)
    #expect(state.finishAttempt(id, attempt: 1, outcome: .completed([]), identity: "", at: start).isEmpty)
    #expect(state.fire(.activityTimeout(.startToClose, scheduledEventID: id, attempt: 1), at: start + .hours(1)).isEmpty)
    #expect(state.heartbeat(id, attempt: 1, details: [], at: start).isEmpty)
  }

  @Test("a failed attempt waits, keeps its failure, and becomes ready when due")
  func retry() {
    var (state, id, _) = scheduled(command(retry: RetryPolicy(maximumAttempts: 2)))
    _ = state.startAttempt(id, at: start)
    let failed = state.finishAttempt(id, attempt: 1, outcome: .failed(failure()), identity: "", at: start + .seconds(3))
    #expect(failed.events.isEmpty)
    #expect(dueTime(failed) == start + .seconds(4))
    #expect(state.activity(id)?.attempt == 2)
    #expect(state.activity(id)?.lastFailure == failure())
    // An attempt cannot end while none runs, and the old one's end no longer counts.
    #expect(state.finishAttempt(id, attempt: 1, outcome: .completed([]), identity: "", at: start).isEmpty)
    #expect(state.finishAttempt(id, attempt: 2, outcome: .completed([]), identity: "", at: start).isEmpty)
    #expect(state.fire(.activityRetry(scheduledEventID: id, attempt: 1), at: start + .seconds(4)).isEmpty)
    let due = state.fire(.activityRetry(scheduledEventID: id, attempt: 2), at: start + .seconds(4))
    #expect(due.effects == [.enqueueActivity(scheduledEventID: id)])
    _ = state.startAttempt(id, at: start + .seconds(5))
    let last = state.finishAttempt(id, attempt: 2, outcome: .failed(failure()), identity: "", at: start + .seconds(6))
    guard case .activityTaskFailed(_, _, _, _, .maximumAttemptsReached)? = last.events.last?.attributes,
      case .activityTaskStarted(_, _, 2, let lastFailure)? = last.events.first?.attributes
    else {
      Issue.record("\(last.events)")
      return
    }
    #expect(lastFailure == failure())
  }

  @Test("why there is no further attempt")
  func retryStates() {
    func end(_ command: Command, _ failure: Failure, after time: Duration = .zero) -> RetryState? {
      var (state, id, _) = scheduled(command)
      _ = state.startAttempt(id, at: start)
      let transition = state.finishAttempt(id, attempt: 1, outcome: .failed(failure), identity: "", at: start + time)
      if case .activityTaskFailed(_, _, _, _, let retryState)? = transition.events.last?.attributes { return retryState }
      return nil
    }
    #expect(end(command(retry: RetryPolicy(nonRetryableErrorTypes: ["E"])), failure()) == .nonRetryableFailure)
    #expect(end(command(), failure(nonRetryable: true)) == .nonRetryableFailure)
    #expect(end(command(retry: .none), failure()) == .maximumAttemptsReached)
    // The next attempt would begin when the time is over.
    #expect(end(command(scheduleToClose: .seconds(10)), failure(), after: .seconds(9)) == .timeout)
    #expect(end(command(scheduleToClose: .seconds(10)), failure(), after: .seconds(8)) == nil)
    #expect(end(command(scheduleToClose: .seconds(10)), failure(delay: .seconds(10))) == .timeout)
    #expect(end(command(), failure()) == nil)
  }

  @Test("a delay of the error's own replaces the policy's")
  func nextRetryDelay() {
    var (state, id, _) = scheduled(command())
    _ = state.startAttempt(id, at: start)
    let transition = state.finishAttempt(
      id, attempt: 1, outcome: .failed(failure(delay: .hours(3))), identity: "", at: start)
    #expect(dueTime(transition) == start + .hours(3))
  }

  // MARK: Timeouts

  @Test("start-to-close is retried; schedule-to-close and schedule-to-start are not")
  func timeouts() {
    var (state, id, effects) = scheduled(
      command(scheduleToClose: .seconds(60), scheduleToStart: .seconds(5), startToClose: .seconds(10)))
    let toStart = RunTimer.activityTimeout(.scheduleToStart, scheduledEventID: id, attempt: 1)
    let toClose = RunTimer.activityTimeout(.scheduleToClose, scheduledEventID: id, attempt: 0)
    #expect(effects.contains(.armTimer(toStart, deadline: start + .seconds(5))))
    #expect(effects.contains(.armTimer(toClose, deadline: start + .seconds(60))))
    let fresh = state
    let begun = state.startAttempt(id, at: start + .seconds(1))
    let running = RunTimer.activityTimeout(.startToClose, scheduledEventID: id, attempt: 1)
    #expect(begun.effects == [.armTimer(running, deadline: start + .seconds(11))])
    #expect(state.fire(toStart, at: start + .seconds(5)).isEmpty, "it has started in time")

    var late = state
    let closed = late.fire(toClose, at: start + .seconds(60))
    #expect(closed.effects == [.cancelActivity(scheduledEventID: id, reason: .timedOut)])
    guard case .activityTaskTimedOut(_, _, let failure, .timeout)? = closed.events.last?.attributes else {
      Issue.record("\(closed.events)")
      return
    }
    #expect(failure.info == .timeout(.scheduleToClose, lastHeartbeatDetails: []))

    let retried = state.fire(running, at: start + .seconds(11))
    #expect(retried.events.isEmpty)
    #expect(dueTime(retried) == start + .seconds(12))

    var waiting = fresh
    let never = waiting.fire(toStart, at: start + .seconds(5))
    guard case .activityTaskTimedOut? = never.events.last?.attributes else {
      Issue.record("\(never.events)")
      return
    }
  }

  @Test("heartbeats push the deadline; silence after the last one counts, with its details")
  func heartbeat() {
    var (state, id, _) = scheduled(command(startToClose: .hours(1), heartbeat: .seconds(10), retry: .none))
    _ = state.startAttempt(id, at: start)
    let timer = RunTimer.activityTimeout(.heartbeat, scheduledEventID: id, attempt: 1)
    let details = [Payload.null]
    _ = state.heartbeat(id, attempt: 1, details: details, at: start + .seconds(6))
    let pushed = state.fire(timer, at: start + .seconds(10))
    #expect(pushed.events.isEmpty)
    #expect(pushed.effects == [.armTimer(timer, deadline: start + .seconds(16))])
    let silent = state.fire(timer, at: start + .seconds(16))
    guard case .activityTaskTimedOut(_, _, let failure, _)? = silent.events.last?.attributes else {
      Issue.record("\(silent.events)")
      return
    }
    #expect(failure.info == .timeout(.heartbeat, lastHeartbeatDetails: details))
  }

  @Test("details of an attempt reach the next one")
  func heartbeatDetails() {
    var (state, id, _) = scheduled(command())
    _ = state.startAttempt(id, at: start)
    _ = state.heartbeat(id, attempt: 1, details: [.null], at: start)
    _ = state.heartbeat(id, attempt: 7, details: [], at: start)
    _ = state.finishAttempt(id, attempt: 1, outcome: .failed(failure()), identity: "", at: start)
    #expect(state.activity(id)?.heartbeatDetails == [.null])
  }

  // MARK: Cancellation

  @Test("cancelling an activity: waiting and backing off close at once, running is told")
  func cancel() {
    func cancel(_ prepare: (inout RunState, Int64) -> Void) -> RunTransition {
      var (state, id, _) = scheduled(command())
      prepare(&state, id)
      let (transition, _) = state.completeWorkflowTask(
        commands: [.requestCancelActivity(scheduledEventID: id)], identity: "", at: start + .seconds(1))
      return transition
    }
    let closing = ["ActivityTaskCancelRequested", "ActivityTaskCanceled"]
    #expect(cancel { _, _ in }.events.map(\.attributes.type.description).suffix(2) == closing)
    let backingOff = cancel { state, id in
      _ = state.startAttempt(id, at: start)
      _ = state.finishAttempt(id, attempt: 1, outcome: .failed(failure()), identity: "", at: start)
    }
    #expect(backingOff.events.map(\.attributes.type.description).suffix(2) == closing)
    let running = cancel { state, id in _ = state.startAttempt(id, at: start) }
    #expect(running.events.last?.attributes.type.description == "ActivityTaskCancelRequested")
    #expect(running.effects.count == 1)
    guard case .cancelActivity(_, .cancelRequested)? = running.effects.first else {
      Issue.record("\(running.effects)")
      return
    }
  }

  @Test("after a request to cancel, an activity may complete, or fail without another attempt, or end as canceled")
  func afterCancel() {
    func end(_ outcome: ActivityOutcome) -> EventAttributes? {
      var (state, id, _) = scheduled(command())
      _ = state.startAttempt(id, at: start)
      _ = state.completeWorkflowTask(
        commands: [.requestCancelActivity(scheduledEventID: id)], identity: "", at: start)
      return state.finishAttempt(id, attempt: 1, outcome: outcome, identity: "", at: start).events.last?.attributes
    }
    guard case .activityTaskCompleted? = end(.completed([])) else { return #expect(Bool(false)) }
    guard case .activityTaskFailed(_, _, _, _, .cancelRequested)? = end(.failed(failure())) else {
      return #expect(Bool(false))
    }
    guard case .activityTaskCanceled(_, _, let requested, _, _)? = end(.canceled(details: [])) else {
      return #expect(Bool(false))
    }
    #expect(requested > 0)
  }

  @Test("an attempt that cancels itself unasked has failed, and is retried")
  func cancelsItself() {
    var (state, id, _) = scheduled(command())
    _ = state.startAttempt(id, at: start)
    let transition = state.finishAttempt(id, attempt: 1, outcome: .canceled(details: []), identity: "", at: start)
    #expect(dueTime(transition) != nil)
  }

  @Test("a second request to cancel the run, and a repeated signal, have no consequence")
  func duplicates() {
    var state = open().state
    #expect(state.requestCancel(reason: "a", identity: "", at: start).events.count == 1)
    #expect(state.requestCancel(reason: "b", identity: "", at: start).isEmpty)
    func signal(_ requestID: String) -> Int {
      state.signal(name: "s", input: [], identity: "", header: [:], requestID: requestID, at: start).events.count
    }
    #expect([signal("1"), signal("1"), signal("2"), signal(""), signal("")] == [1, 0, 1, 1, 1])
    for index in 0..<1000 { _ = signal("many \(index)") }
    #expect(signal("many 999") == 0)
    #expect(state.signalRequestIDs.count == 1000)
  }

  // MARK: Timers and closing

  @Test("a timer fires once; a cancelled one does not")
  func timers() {
    var state = open().state
    let (transition, ids) = state.completeWorkflowTask(
      commands: [
        .startTimer(timerID: "1", duration: .seconds(5), summary: nil),
        .startTimer(timerID: "2", duration: .seconds(5), summary: nil),
      ], identity: "", at: start)
    #expect(
      transition.effects == ids.map { .armTimer(.workflowTimer(startedEventID: $0), deadline: start + .seconds(5)) })
    _ = state.completeWorkflowTask(
      commands: [.cancelTimer(timerID: "2", startedEventID: ids[1])], identity: "", at: start)
    #expect(state.fire(.workflowTimer(startedEventID: ids[0]), at: start + .seconds(5)).events.count == 1)
    #expect(state.fire(.workflowTimer(startedEventID: ids[0]), at: start + .seconds(5)).isEmpty)
    #expect(state.fire(.workflowTimer(startedEventID: ids[1]), at: start + .seconds(5)).isEmpty)
  }

  @Test("closing tells running activities, and nothing has a consequence any more")
  func closing() {
    var (state, id, _) = scheduled(command())
    _ = state.startAttempt(id, at: start)
    let (closed, _) = state.completeWorkflowTask(
      commands: [.completeWorkflow(result: [])], identity: "", at: start + .seconds(1))
    #expect(closed.effects == [.cancelActivity(scheduledEventID: id, reason: .workflowClosed), .closed])
    #expect(state.status == .completed)
    #expect(state.closeTime == start + .seconds(1))
    #expect(state.finishAttempt(id, attempt: 1, outcome: .completed([]), identity: "", at: start).isEmpty)
    #expect(state.fire(.workflowTimeout, at: start + .days(1)).isEmpty)
  }

  @Test("the earlier of execution and run timeout is armed at the start and closes the run")
  func workflowTimeout() {
    var (state, transition) = open(execution: .seconds(9), run: .seconds(4))
    #expect(transition.effects == [.armTimer(.workflowTimeout, deadline: start + .seconds(4))])
    #expect(open().transition.effects.isEmpty)
    let closed = state.fire(.workflowTimeout, at: start + .seconds(4))
    #expect(closed.effects == [.closed])
    #expect(state.status == .timedOut)
  }

  @Test("only the first failure of a workflow task in a row is an event; a completed task unblocks")
  func blocked() {
    var state = open().state
    let first = state.failWorkflowTask(cause: .nonDeterministicError, failure: failure("A"), identity: "", at: start)
    #expect(first.events.map(\.id) == [2, 3, 4])
    #expect(state.failWorkflowTask(cause: .nonDeterministicError, failure: failure("B"), identity: "", at: start).isEmpty)
    #expect(state.blocked?.attempt == 2)
    #expect(state.blocked?.failure == failure("B"))
    #expect(state.hasNewEvents, "the start has not been seen")
    _ = state.completeWorkflowTask(commands: [], identity: "", at: start)
    #expect(state.blocked == nil)
    #expect(!state.hasNewEvents)
  }
}
