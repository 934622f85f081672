extension RunState {
  /// The first transition of a run: its start.
  static func start(
    key: RunKey, attributes: WorkflowExecutionStartedAttributes, at now: Timestamp
  ) -> (RunState, RunTransition) {
    var state = RunState(key: key, started: attributes, startTime: now)
    var transition = RunTransition()
    state.emit(.workflowExecutionStarted(attributes), at: now, into: &transition)
    if let deadline = state.workflowDeadline {
      transition.effects.append(.armTimer(.workflowTimeout, deadline: deadline))
    }
    return (state, transition)
  }

  /// When the execution or run timeout passes, whichever is first.
  var workflowDeadline: Timestamp? {
    [started.executionTimeout, started.runTimeout].compactMap { $0.map { startTime + $0 } }.min()
  }

  /// A signal arrived. A repeated request id has no consequence.
  mutating func signal(
    name: String, input: [Payload], identity: String, header: [String: Payload], requestID: String, at now: Timestamp
  ) -> RunTransition {
    var transition = RunTransition()
    if !requestID.isEmpty, signalRequestIDs.contains(requestID) { return transition }
    emit(
      .workflowExecutionSignaled(
        signalName: name, input: input, identity: identity, header: header, requestID: requestID),
      at: now, into: &transition)
    return transition
  }

  /// Cancellation was requested. A second request has no consequence.
  mutating func requestCancel(reason: String, identity: String, at now: Timestamp) -> RunTransition {
    var transition = RunTransition()
    if cancelRequested { return transition }
    emit(.workflowExecutionCancelRequested(cause: reason, identity: identity), at: now, into: &transition)
    return transition
  }

  /// The run is terminated.
  mutating func terminate(reason: String, details: [Payload], identity: String, at now: Timestamp) -> RunTransition {
    closing(.workflowExecutionTerminated(reason: reason, details: details, identity: identity), at: now)
  }

  /// A deadline passed.
  mutating func fire(_ timer: RunTimer, at now: Timestamp) -> RunTransition {
    switch timer {
    case .workflowTimer(let startedEventID):
      guard let timer = timers.first(where: { $0.startedEventID == startedEventID }) else { return RunTransition() }
      var transition = RunTransition()
      emit(.timerFired(timerID: timer.timerID, startedEventID: startedEventID), at: now, into: &transition)
      return transition
    case .activityRetry(let scheduledEventID, let attempt):
      return retryDue(scheduledEventID, attempt: attempt)
    case .activityTimeout(let type, let scheduledEventID, let attempt):
      return activityTimedOut(type, scheduledEventID: scheduledEventID, attempt: attempt, at: now)
    case .workflowTimeout:
      guard isOpen else { return RunTransition() }
      return closing(.workflowExecutionTimedOut(retryState: .retryPolicyNotSet), at: now)
    }
  }

  /// The workflow's code ran until idle and produced commands.
  ///
  /// - Returns: the transition, and for every command the id of its event.
  mutating func completeWorkflowTask(
    commands: [Command], identity: String, at now: Timestamp
  ) -> (transition: RunTransition, commandEventIDs: [Int64]) {
    var transition = RunTransition()
    let scheduled = emit(
      .workflowTaskScheduled(taskQueue: started.taskQueue, startToCloseTimeout: started.taskTimeout, attempt: 1),
      at: now, into: &transition)
    let begun = emit(
      .workflowTaskStarted(scheduledEventID: scheduled, identity: identity, historySizeBytes: historySizeBytes),
      at: now, into: &transition)
    let completed = emit(
      .workflowTaskCompleted(scheduledEventID: scheduled, startedEventID: begun, identity: identity),
      at: now, into: &transition)
    var eventIDs: [Int64] = []
    eventIDs.reserveCapacity(commands.count)
    for command in commands {
      eventIDs.append(accept(command, workflowTask: completed, identity: identity, at: now, into: &transition))
    }
    // Activities that were waiting close at once, but only after the last command, so that the commands' events stay together.
    for case .requestCancelActivity(let scheduledEventID) in commands where isOpen {
      cancelActivity(scheduledEventID, at: now, into: &transition)
    }
    return (transition, eventIDs)
  }

  /// The workflow's code could not run or does not match history. Only the first failure in a row is recorded.
  mutating func failWorkflowTask(
    cause: WorkflowTaskFailedCause, failure: Failure, identity: String, at now: Timestamp
  ) -> RunTransition {
    var transition = RunTransition()
    if blocked != nil {
      blocked?.attempt += 1
      blocked?.failure = failure
      return transition
    }
    let scheduled = emit(
      .workflowTaskScheduled(taskQueue: started.taskQueue, startToCloseTimeout: started.taskTimeout, attempt: 1),
      at: now, into: &transition)
    let begun = emit(
      .workflowTaskStarted(scheduledEventID: scheduled, identity: identity, historySizeBytes: historySizeBytes),
      at: now, into: &transition)
    emit(
      .workflowTaskFailed(
        scheduledEventID: scheduled, startedEventID: begun, cause: cause, failure: failure, identity: identity),
      at: now, into: &transition)
    return transition
  }

  private mutating func accept(
    _ command: Command, workflowTask: Int64, identity: String, at now: Timestamp,
    into transition: inout RunTransition
  ) -> Int64 {
    switch command {
    case .scheduleActivity(let command):
      return accept(command, workflowTask: workflowTask, at: now, into: &transition)
    case .requestCancelActivity(let scheduledEventID):
      return emit(
        .activityTaskCancelRequested(scheduledEventID: scheduledEventID, workflowTaskCompletedEventID: workflowTask),
        at: now, into: &transition)
    case .startTimer(let timerID, let duration, let summary):
      let eventID = emit(
        .timerStarted(
          timerID: timerID, startToFireTimeout: duration, workflowTaskCompletedEventID: workflowTask, summary: summary),
        at: now, into: &transition)
      transition.effects.append(.armTimer(.workflowTimer(startedEventID: eventID), deadline: now + duration))
      return eventID
    case .cancelTimer(let timerID, let startedEventID):
      return emit(
        .timerCanceled(
          timerID: timerID, startedEventID: startedEventID, workflowTaskCompletedEventID: workflowTask,
          identity: identity),
        at: now, into: &transition)
    case .recordMarker(let name, let details):
      return emit(
        .markerRecorded(
          markerName: name, details: details, workflowTaskCompletedEventID: workflowTask, failure: nil),
        at: now, into: &transition)
    case .completeWorkflow(let result):
      return close(
        .workflowExecutionCompleted(result: result, workflowTaskCompletedEventID: workflowTask), at: now,
        into: &transition)
    case .failWorkflow(let failure):
      return close(
        .workflowExecutionFailed(
          failure: failure, retryState: .retryPolicyNotSet, workflowTaskCompletedEventID: workflowTask),
        at: now, into: &transition)
    case .cancelWorkflow(let details):
      return close(
        .workflowExecutionCanceled(details: details, workflowTaskCompletedEventID: workflowTask), at: now,
        into: &transition)
    }
  }

  private mutating func closing(_ attributes: EventAttributes, at now: Timestamp) -> RunTransition {
    var transition = RunTransition()
    _ = close(attributes, at: now, into: &transition)
    return transition
  }

  private mutating func close(
    _ attributes: EventAttributes, at now: Timestamp, into transition: inout RunTransition
  ) -> Int64 {
    for activity in activities {
      guard case .started = activity.stage else { continue }
      transition.effects.append(
        .cancelActivity(scheduledEventID: activity.scheduledEventID, reason: .workflowClosed))
    }
    let eventID = emit(attributes, at: now, into: &transition)
    transition.effects.append(.closed)
    return eventID
  }

  /// Appends an event and folds it in.
  @discardableResult
  mutating func emit(
    _ attributes: EventAttributes, at now: Timestamp, into transition: inout RunTransition
  ) -> Int64 {
    let event = HistoryEvent(id: nextEventID, time: now, attributes: attributes)
    apply(event)
    transition.events.append(event)
    return event.id
  }
}
