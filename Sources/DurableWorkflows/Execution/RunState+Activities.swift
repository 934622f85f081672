/// How an attempt of an activity ended.
enum ActivityOutcome: Sendable {
  case completed([Payload])
  indirect case failed(Failure)
  case canceled(details: [Payload])
  /// The code ended; somebody else reports the outcome with the attempt's token.
  case completesAsynchronously
}

extension RunState {
  mutating func accept(
    _ command: ScheduleActivityCommand, workflowTask: Int64, at now: Timestamp, into transition: inout RunTransition
  ) -> Int64 {
    let eventID = emit(
      .activityTaskScheduled(
        ActivityTaskScheduledAttributes(
          activityID: command.activityID, activityType: command.activityType,
          taskQueue: command.taskQueue ?? started.taskQueue, input: command.input,
          scheduleToCloseTimeout: command.scheduleToCloseTimeout,
          scheduleToStartTimeout: command.scheduleToStartTimeout,
          startToCloseTimeout: command.startToCloseTimeout, heartbeatTimeout: command.heartbeatTimeout,
          retryPolicy: command.retryPolicy, workflowTaskCompletedEventID: workflowTask, header: command.header,
          summary: command.summary, isIdempotent: command.isIdempotent, priority: command.priority)),
      at: now, into: &transition)
    transition.effects.append(.enqueueActivity(scheduledEventID: eventID))
    if let activity = activity(eventID) {
      transition.effects.append(contentsOf: activity.standingTimers)
    }
    return eventID
  }

  /// An attempt took a slot.
  ///
  /// An attempt that must not be repeated is launched once its start is durable. The starts of other attempts that
  /// count towards a limit are recorded with the next append; of the rest nothing is recorded, a crash just repeats
  /// them.
  mutating func startAttempt(_ scheduledEventID: Int64, at now: Timestamp) -> RunTransition {
    var transition = RunTransition()
    guard let activity = activity(scheduledEventID) else { return transition }
    let record = StateRecord.activityAttemptStarted(
      scheduledEventID: scheduledEventID, attempt: activity.attempt, time: now)
    apply(record)
    transition.effects = activity.attemptTimers(startedAt: now)
    if activity.mustNotRepeat {
      transition.records.append(record)
      transition.effects.append(.launchActivity(scheduledEventID: scheduledEventID, attempt: activity.attempt))
    } else if activity.attributes.retryPolicy.maximumAttempts > 1 {
      transition.records.append(record)
    }
    return transition
  }

  /// The process that ran an attempt has ended without recording its outcome.
  mutating func attemptLost(_ scheduledEventID: Int64, at now: Timestamp) -> RunTransition {
    var transition = RunTransition()
    guard let activity = activity(scheduledEventID), case .started(let startTime) = activity.stage else {
      return transition
    }
    if activity.completesAsynchronously {
      transition.effects = activity.attemptTimers(startedAt: startTime)
      return transition
    }
    let maximum = activity.attributes.retryPolicy.maximumAttempts
    if activity.mustNotRepeat || (maximum > 0 && activity.attempt >= maximum) {
      let failure = Failure(
        message: "the process ended while attempt \(activity.attempt) ran; whether it took effect is not known",
        info: .application(type: ActivityError.unknownOutcome, isNonRetryable: true, details: [], nextRetryDelay: nil))
      let startedEventID = emitStarted(activity, identity: "", into: &transition)
      emit(
        .activityTaskFailed(
          scheduledEventID: scheduledEventID, startedEventID: startedEventID, identity: "", failure: failure,
          retryState: activity.attributes.isIdempotent ? .maximumAttemptsReached : .nonRetryableFailure),
        at: now, into: &transition)
      return transition
    }
    updateActivity(scheduledEventID) {
      $0.attempt += 1
      $0.stage = .scheduled
      $0.readyTime = now
    }
    transition.effects.append(.enqueueActivity(scheduledEventID: scheduledEventID))
    return transition
  }

  /// An attempt ended. An attempt that is no longer the current one has no consequence.
  mutating func finishAttempt(
    _ scheduledEventID: Int64, attempt: Int, outcome: ActivityOutcome, identity: String, at now: Timestamp
  ) -> RunTransition {
    var transition = RunTransition()
    guard let activity = activity(scheduledEventID), activity.attempt == attempt, case .started = activity.stage else {
      return transition
    }
    switch outcome {
    case .completed(let result):
      let startedEventID = emitStarted(activity, identity: identity, into: &transition)
      emit(
        .activityTaskCompleted(
          scheduledEventID: scheduledEventID, startedEventID: startedEventID, identity: identity, result: result),
        at: now, into: &transition)
    case .canceled(let details) where activity.cancelRequestedEventID != nil:
      let startedEventID = emitStarted(activity, identity: identity, into: &transition)
      emitCanceled(activity, startedEventID: startedEventID, details: details, at: now, into: &transition)
    case .canceled(let details):
      let failure = Failure(
        message: "the activity canceled itself without being asked to",
        info: .application(type: "CanceledError", isNonRetryable: false, details: details, nextRetryDelay: nil))
      retryOrFail(activity, failure: failure, identity: identity, at: now, into: &transition)
    case .failed(let failure):
      retryOrFail(activity, failure: failure, identity: identity, at: now, into: &transition)
    case .completesAsynchronously:
      let record = StateRecord.activityCompletesAsynchronously(
        scheduledEventID: scheduledEventID, attempt: attempt, time: activity.lastStartedTime ?? now)
      apply(record)
      transition.records.append(record)
    }
    return transition
  }

  /// An attempt reported that it is alive.
  mutating func heartbeat(
    _ scheduledEventID: Int64, attempt: Int, details: [Payload], at now: Timestamp
  ) -> RunTransition {
    var transition = RunTransition()
    guard let activity = activity(scheduledEventID), activity.attempt == attempt, case .started = activity.stage else {
      return transition
    }
    let record = StateRecord.activityHeartbeat(
      scheduledEventID: scheduledEventID, attempt: attempt, time: now, details: details)
    apply(record)
    transition.records.append(record)
    return transition
  }

  mutating func retryDue(_ scheduledEventID: Int64, attempt: Int) -> RunTransition {
    var transition = RunTransition()
    updateActivity(scheduledEventID) { activity in
      guard activity.attempt == attempt, case .backingOff = activity.stage else { return }
      activity.stage = .scheduled
      transition.effects.append(.enqueueActivity(scheduledEventID: scheduledEventID))
      if let timeout = activity.attributes.scheduleToStartTimeout {
        transition.effects.append(
          .armTimer(
            .activityTimeout(.scheduleToStart, scheduledEventID: scheduledEventID, attempt: attempt),
            deadline: activity.readyTime + timeout))
      }
    }
    return transition
  }

  mutating func activityTimedOut(
    _ type: TimeoutType, scheduledEventID: Int64, attempt: Int, at now: Timestamp
  ) -> RunTransition {
    var transition = RunTransition()
    guard let activity = activity(scheduledEventID), attempt == 0 || attempt == activity.attempt else {
      return transition
    }
    let isRunning = if case .started = activity.stage { true } else { false }
    switch type {
    case .heartbeat:
      guard isRunning, let timeout = activity.attributes.heartbeatTimeout else { return transition }
      let deadline = (activity.lastHeartbeatTime ?? activity.lastStartedTime ?? now) + timeout
      if deadline > now {
        transition.effects.append(
          .armTimer(
            .activityTimeout(.heartbeat, scheduledEventID: scheduledEventID, attempt: attempt), deadline: deadline))
        return transition
      }
    case .startToClose:
      guard isRunning else { return transition }
    case .scheduleToStart:
      guard activity.stage == .scheduled else { return transition }
    case .scheduleToClose:
      break
    }
    if isRunning {
      transition.effects.append(.cancelActivity(scheduledEventID: scheduledEventID, reason: .timedOut))
    }
    let failure = Failure(
      message: "activity \(type.text) timeout",
      info: .timeout(type, lastHeartbeatDetails: type == .heartbeat ? activity.heartbeatDetails : []))
    if type == .scheduleToStart || type == .scheduleToClose {
      emitTimedOut(
        activity, failure: failure,
        retryState: isRunning && !activity.attributes.isIdempotent ? .nonRetryableFailure : .timeout, at: now, into: &transition)
    } else {
      retryOrFail(activity, failure: failure, identity: "", at: now, into: &transition)
    }
    return transition
  }

  /// The workflow asked for cancellation: a waiting activity closes at once, a running one is told.
  mutating func cancelActivity(_ scheduledEventID: Int64, at now: Timestamp, into transition: inout RunTransition) {
    guard let activity = activity(scheduledEventID) else { return }
    if case .started = activity.stage {
      // Whoever completes the activity with its token learns of the request from its heartbeat.
      transition.effects.append(.cancelActivity(scheduledEventID: scheduledEventID, reason: .cancelRequested))
    } else {
      emitCanceled(activity, startedEventID: 0, details: [], at: now, into: &transition)
    }
  }

  private mutating func retryOrFail(
    _ activity: PendingActivity, failure: Failure, identity: String, at now: Timestamp,
    into transition: inout RunTransition
  ) {
    switch activity.retryDecision(after: failure, at: now) {
    case .retry(let dueTime):
      let record = StateRecord.activityRetryScheduled(
        scheduledEventID: activity.scheduledEventID, attempt: activity.attempt + 1, dueTime: dueTime,
        lastFailure: failure)
      apply(record)
      transition.records.append(record)
      transition.effects.append(
        .armTimer(
          .activityRetry(scheduledEventID: activity.scheduledEventID, attempt: activity.attempt + 1),
          deadline: dueTime))
    case .giveUp(let retryState):
      if case .timeout = failure.info {
        emitTimedOut(activity, failure: failure, retryState: retryState, at: now, into: &transition)
      } else {
        let startedEventID = emitStarted(activity, identity: identity, into: &transition)
        emit(
          .activityTaskFailed(
            scheduledEventID: activity.scheduledEventID, startedEventID: startedEventID, identity: identity,
            failure: failure, retryState: retryState),
          at: now, into: &transition)
      }
    }
  }

  private mutating func emitStarted(
    _ activity: PendingActivity, identity: String, into transition: inout RunTransition
  ) -> Int64 {
    emit(
      .activityTaskStarted(
        scheduledEventID: activity.scheduledEventID, identity: identity, attempt: activity.attempt,
        lastFailure: activity.lastFailure),
      at: activity.lastStartedTime ?? activity.readyTime, into: &transition)
  }

  private mutating func emitCanceled(
    _ activity: PendingActivity, startedEventID: Int64, details: [Payload], at now: Timestamp,
    into transition: inout RunTransition
  ) {
    emit(
      .activityTaskCanceled(
        scheduledEventID: activity.scheduledEventID, startedEventID: startedEventID,
        latestCancelRequestedEventID: activity.cancelRequestedEventID ?? 0, identity: "", details: details),
      at: now, into: &transition)
  }

  private mutating func emitTimedOut(
    _ activity: PendingActivity, failure: Failure, retryState: RetryState, at now: Timestamp,
    into transition: inout RunTransition
  ) {
    let isStarted = if case .started = activity.stage { true } else { false }
    let startedEventID = isStarted ? emitStarted(activity, identity: "", into: &transition) : 0
    emit(
      .activityTaskTimedOut(
        scheduledEventID: activity.scheduledEventID, startedEventID: startedEventID, failure: failure,
        retryState: retryState),
      at: now, into: &transition)
  }
}

extension PendingActivity {
  enum RetryDecision {
    case retry(at: Timestamp)
    case giveUp(RetryState)
  }

  /// Whether and when the attempt after a failure happens, by Temporal's rules.
  func retryDecision(after failure: Failure, at now: Timestamp) -> RetryDecision {
    let policy = attributes.retryPolicy
    // An attempt that timed out may have taken effect.
    if !attributes.isIdempotent, case .timeout = failure.info { return .giveUp(.nonRetryableFailure) }
    if cancelRequestedEventID != nil { return .giveUp(.cancelRequested) }
    var delay = policy.interval(afterAttempt: attempt)
    if case .application(let type, let isNonRetryable, _, let nextRetryDelay) = failure.info {
      if isNonRetryable || policy.nonRetryableErrorTypes.contains(type) { return .giveUp(.nonRetryableFailure) }
      delay = nextRetryDelay ?? delay
    }
    if policy.maximumAttempts > 0, attempt >= policy.maximumAttempts { return .giveUp(.maximumAttemptsReached) }
    let dueTime = now + delay
    if let timeout = attributes.scheduleToCloseTimeout, dueTime >= scheduledTime + timeout { return .giveUp(.timeout) }
    return .retry(at: dueTime)
  }

  /// When the current attempt, or the wait for it, times out; `nil` if never.
  var deadline: Timestamp? {
    var deadlines = [attributes.scheduleToCloseTimeout.map { scheduledTime + $0 }]
    switch stage {
    case .scheduled:
      deadlines.append(attributes.scheduleToStartTimeout.map { readyTime + $0 })
    case .started(let startTime):
      deadlines.append(attributes.startToCloseTimeout.map { startTime + $0 })
      deadlines.append(attributes.heartbeatTimeout.map { (lastHeartbeatTime ?? startTime) + $0 })
    case .backingOff:
      break
    }
    return deadlines.compactMap(\.self).min()
  }

  /// The deadlines that run from scheduling.
  var standingTimers: [Effect] {
    var effects: [Effect] = []
    if let timeout = attributes.scheduleToCloseTimeout {
      effects.append(
        .armTimer(
          .activityTimeout(.scheduleToClose, scheduledEventID: scheduledEventID, attempt: 0),
          deadline: scheduledTime + timeout))
    }
    if let timeout = attributes.scheduleToStartTimeout, stage == .scheduled {
      effects.append(
        .armTimer(
          .activityTimeout(.scheduleToStart, scheduledEventID: scheduledEventID, attempt: attempt),
          deadline: readyTime + timeout))
    }
    return effects
  }

  /// The deadlines that run from the start of an attempt.
  func attemptTimers(startedAt now: Timestamp) -> [Effect] {
    var effects: [Effect] = []
    if let timeout = attributes.startToCloseTimeout {
      effects.append(
        .armTimer(
          .activityTimeout(.startToClose, scheduledEventID: scheduledEventID, attempt: attempt),
          deadline: now + timeout))
    }
    if let timeout = attributes.heartbeatTimeout {
      effects.append(
        .armTimer(
          .activityTimeout(.heartbeat, scheduledEventID: scheduledEventID, attempt: attempt),
          deadline: now + timeout))
    }
    return effects
  }
}

extension TimeoutType {
  /// The timeout's usual name, for example `start-to-close`.
  var text: String {
    switch self {
    case .startToClose: "start-to-close"
    case .scheduleToStart: "schedule-to-start"
    case .scheduleToClose: "schedule-to-close"
    case .heartbeat: "heartbeat"
    }
  }
}
