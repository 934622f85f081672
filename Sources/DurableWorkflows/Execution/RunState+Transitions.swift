extension RunState {
  /// The first transition of a run: its start.
  static func start(
    key: RunKey, attributes: WorkflowExecutionStartedAttributes, at now: Timestamp
  ) -> (RunState, RunTransition) {
    var state = RunState(key: key, started: attributes, startTime: now)
    var transition = RunTransition()
    state.emit(.workflowExecutionStarted(attributes), at: now, into: &transition)
    transition.effects.append(contentsOf: state.runTimers)
    return (state, transition)
  }

  /// The deadlines of the run as a whole.
  var runTimers: [Effect] {
    var effects: [Effect] = []
    if let deadline = workflowDeadline { effects.append(.armTimer(.workflowTimeout, deadline: deadline)) }
    if let firstTaskTime { effects.append(.armTimer(.firstWorkflowTask, deadline: firstTaskTime)) }
    return effects
  }

  /// When the execution or run timeout passes, whichever is first. A run's own timeout counts from its first task, or
  /// from its reset.
  var workflowDeadline: Timestamp? {
    let beginning = resetTime ?? startTime + (started.firstWorkflowTaskBackoff ?? .zero)
    let runDeadline = started.runTimeout.map { beginning + $0 }
    return [executionDeadline, runDeadline].compactMap(\.self).min()
  }

  /// When the chain of runs times out.
  var executionDeadline: Timestamp? {
    if let resetTime, let timeout = started.executionTimeout { return resetTime + timeout }
    return started.executionDeadline ?? started.executionTimeout.map { startTime + $0 }
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

  /// The run is not to go on until it is unpaused. A run that is paused stays as it is.
  mutating func pause(reason: String, identity: String, requestID: String, at now: Timestamp) -> RunTransition {
    var transition = RunTransition()
    if pause != nil || !isOpen { return transition }
    emit(.workflowExecutionPaused(reason: reason, identity: identity, requestID: requestID), at: now, into: &transition)
    return transition
  }

  /// The run goes on. A run that is not paused stays as it is.
  mutating func unpause(reason: String, identity: String, requestID: String, at now: Timestamp) -> RunTransition {
    var transition = RunTransition()
    if pause == nil { return transition }
    emit(
      .workflowExecutionUnpaused(reason: reason, identity: identity, requestID: requestID), at: now, into: &transition)
    // Attempts whose turn came meanwhile were passed over.
    for activity in activities where activity.stage == .scheduled {
      transition.effects.append(.enqueueActivity(scheduledEventID: activity.scheduledEventID))
    }
    return transition
  }

  /// Nothing of the run, which is closed, is kept.
  mutating func delete(at now: Timestamp) -> RunTransition {
    var transition = RunTransition()
    let record = StateRecord.deleted(at: now)
    apply(record)
    transition.records.append(record)
    return transition
  }

  /// The run is terminated.
  mutating func terminate(reason: String, details: [Payload], identity: String, at now: Timestamp) -> RunTransition {
    closing(.workflowExecutionTerminated(reason: reason, details: details, identity: identity), at: now)
  }

  /// A deadline passed.
  ///
  /// - Parameter makeRunID: makes the id of the run that continues this one, if one does.
  mutating func fire(
    _ timer: RunTimer, at now: Timestamp, makeRunID: () -> String = { "" }
  ) -> RunTransition {
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
      return timeOut(at: now, makeRunID: makeRunID)
    case .firstWorkflowTask:
      if let time = firstTaskTime, time <= now { firstTaskTime = nil }
      return RunTransition()
    }
  }

  private mutating func timeOut(at now: Timestamp, makeRunID: () -> String) -> RunTransition {
    var transition = RunTransition()
    let isFinal = executionDeadline.map { $0 <= now } ?? false
    let failure = Failure(
      message: "the workflow timed out", info: .timeout(.startToClose, lastHeartbeatDetails: []))
    let decision = isFinal
      ? SuccessorDecision(retryState: .timeout) : successor(after: failure, at: now, makeRunID: makeRunID)
    _ = close(
      .workflowExecutionTimedOut(
        retryState: decision.retryState, newExecutionRunID: decision.successor?.runID ?? ""),
      at: now, successor: decision.successor, into: &transition)
    return transition
  }

  /// The workflow's code ran until idle and produced commands.
  ///
  /// - Parameter buildID: the build that ran it, if builds are told apart.
  /// - Returns: the transition, and for every command the id of its event.
  mutating func completeWorkflowTask(
    commands: [Command], identity: String, buildID: String? = nil, at now: Timestamp,
    makeRunID: () -> String = { "" }
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
    if let buildID, !resetPoints.knows(buildID) {
      let record = StateRecord.resetPoint(
        ResetPointInfo(buildID: buildID, firstWorkflowTaskCompletedID: completed, createTime: now))
      apply(record)
      transition.records.append(record)
    }
    var eventIDs: [Int64] = []
    eventIDs.reserveCapacity(commands.count)
    for command in commands {
      eventIDs.append(
        accept(
          command, workflowTask: completed, identity: identity, at: now, makeRunID: makeRunID, into: &transition))
    }
    // Activities that were waiting close at once, but only after the last command, so that the commands' events stay
    // together.
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
    _ command: Command, workflowTask: Int64, identity: String, at now: Timestamp, makeRunID: () -> String,
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
    case .recordMarker(let name, let details, let failure):
      return emit(
        .markerRecorded(
          markerName: name, details: details, workflowTaskCompletedEventID: workflowTask, failure: failure),
        at: now, into: &transition)
    case .completeWorkflow(let result):
      let next = started.cronSchedule.isEmpty ? nil : cronSuccessor(result: result, at: now, makeRunID: makeRunID)
      return close(
        .workflowExecutionCompleted(
          result: result, workflowTaskCompletedEventID: workflowTask, newExecutionRunID: next?.runID ?? ""),
        at: now, successor: next, into: &transition)
    case .failWorkflow(let failure):
      let decision = successor(after: failure, at: now, makeRunID: makeRunID)
      return close(
        .workflowExecutionFailed(
          failure: failure, retryState: decision.retryState, workflowTaskCompletedEventID: workflowTask,
          newExecutionRunID: decision.successor?.runID ?? ""),
        at: now, successor: decision.successor, into: &transition)
    case .cancelWorkflow(let details):
      return close(
        .workflowExecutionCanceled(details: details, workflowTaskCompletedEventID: workflowTask), at: now,
        into: &transition)
    case .continueAsNew(let command):
      let next = successor(continuing: command, at: now, runID: makeRunID())
      return close(
        .workflowExecutionContinuedAsNew(continuedAsNew(next, workflowTask: workflowTask)), at: now, successor: next,
        signals: command.signals, into: &transition)
    case .startChildWorkflow(let attributes):
      return acceptChild(attributes, workflowTask: workflowTask, at: now, into: &transition)
    case .signalExternalWorkflow(let attributes):
      return acceptExternal(
        attributes, isCancelRequest: false, workflowTask: workflowTask, at: now, into: &transition)
    case .requestCancelExternalWorkflow(let attributes):
      return acceptExternal(attributes, isCancelRequest: true, workflowTask: workflowTask, at: now, into: &transition)
    case .upsertSearchAttributes(let map):
      return emit(
        .upsertWorkflowSearchAttributes(searchAttributes: map, workflowTaskCompletedEventID: workflowTask), at: now,
        into: &transition)
    case .modifyProperties(let memo):
      return emit(
        .workflowPropertiesModified(upsertedMemo: memo, workflowTaskCompletedEventID: workflowTask), at: now,
        into: &transition)
    case .acceptUpdate(let accepted):
      return emit(.workflowExecutionUpdateAccepted(accepted), at: now, into: &transition)
    case .completeUpdate(let updateID, let outcome):
      return emit(
        .workflowExecutionUpdateCompleted(
          updateID: updateID, identity: identity, acceptedEventID: updates[updateID]?.acceptedEventID ?? 0,
          outcome: outcome),
        at: now, into: &transition)
    }
  }

  private mutating func closing(_ attributes: EventAttributes, at now: Timestamp) -> RunTransition {
    var transition = RunTransition()
    _ = close(attributes, at: now, into: &transition)
    return transition
  }

  private mutating func close(
    _ attributes: EventAttributes, at now: Timestamp, successor: WorkflowExecutionStartedAttributes? = nil,
    signals: [CarriedSignal] = [], into transition: inout RunTransition
  ) -> Int64 {
    for activity in activities {
      guard case .started = activity.stage else { continue }
      transition.effects.append(
        .cancelActivity(scheduledEventID: activity.scheduledEventID, reason: .workflowClosed))
    }
    for child in children where child.attributes.parentClosePolicy != .abandon {
      guard let execution = child.execution else { continue }
      transition.effects.append(.closeChild(execution, child.attributes.parentClosePolicy))
    }
    let eventID = emit(attributes, at: now, into: &transition)
    if let successor { transition.effects.append(.continueRun(successor, signals: signals)) }
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
