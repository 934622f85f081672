extension RunState {
  /// Delivers again what came after the point of a reset and was not the workflow's own doing: signals and updates as
  /// far as wanted, answers of children and other runs that the copied history waits for.
  ///
  /// An activity that must not be repeated keeps the outcome that it had.
  mutating func reapply(
    _ events: some Sequence<HistoryEvent>, _ wanted: ResetWorkflowExecutionRequest.Reapply, at now: Timestamp,
    into transition: inout RunTransition
  ) {
    var starts: [Int64: HistoryEvent] = [:]
    for event in events {
      switch event.attributes {
      case .workflowExecutionSignaled, .workflowExecutionUpdateAccepted, .workflowExecutionUpdateAdmitted:
        reapplyMessage(event, wanted, at: now, into: &transition)
      case .activityTaskStarted(let scheduledEventID, _, _, _):
        starts[scheduledEventID] = event
      case .activityTaskCompleted(let scheduledEventID, _, _, _), .activityTaskFailed(let scheduledEventID, _, _, _, _),
        .activityTaskTimedOut(let scheduledEventID, _, _, _):
        guard let start = starts[scheduledEventID], activity(scheduledEventID)?.attributes.isIdempotent == false
        else { continue }
        let startedEventID = emit(start.attributes, at: start.time, into: &transition)
        emit(event.attributes.closing(startedEventID: startedEventID), at: now, into: &transition)
      default:
        if isAwaited(event.attributes) { emit(event.attributes, at: now, into: &transition) }
      }
    }
  }

  /// Delivers a signal or an update again.
  mutating func reapplyMessage(
    _ event: HistoryEvent, _ wanted: ResetWorkflowExecutionRequest.Reapply, at now: Timestamp,
    into transition: inout RunTransition
  ) {
    switch event.attributes {
    case .workflowExecutionSignaled where wanted.contains(.signals):
      emit(event.attributes, at: now, into: &transition)
    case .workflowExecutionUpdateAccepted(let accepted) where wanted.contains(.updates):
      readmit(accepted.request, at: now, into: &transition)
    case .workflowExecutionUpdateAdmitted(let request) where wanted.contains(.updates):
      readmit(request, at: now, into: &transition)
    default:
      break
    }
  }

  private mutating func readmit(_ request: UpdateRequest, at now: Timestamp, into transition: inout RunTransition) {
    if updates[request.updateID] != nil || admittedUpdates.contains(where: { $0.updateID == request.updateID }) {
      return
    }
    emit(.workflowExecutionUpdateAdmitted(request), at: now, into: &transition)
  }

  /// Whether an event answers what an earlier one asked of a child or another run.
  private func isAwaited(_ event: EventAttributes) -> Bool {
    switch event {
    case .childWorkflowExecutionStarted(let eventID, _, _): child(eventID).map { $0.execution == nil } ?? false
    case .startChildWorkflowExecutionFailed(_, _, _, let eventID, _): child(eventID) != nil
    case .childWorkflowExecutionCompleted(let child, _), .childWorkflowExecutionFailed(let child, _, _),
      .childWorkflowExecutionCanceled(let child, _), .childWorkflowExecutionTimedOut(let child, _),
      .childWorkflowExecutionTerminated(let child):
      self.child(child.initiatedEventID) != nil
    case .signalExternalWorkflowExecutionFailed(let failed), .requestCancelExternalWorkflowExecutionFailed(let failed):
      isWaiting(forRequest: failed.initiatedEventID)
    case .externalWorkflowExecutionSignaled(let eventID, _), .externalWorkflowExecutionCancelRequested(let eventID, _):
      isWaiting(forRequest: eventID)
    default: false
    }
  }

  private func isWaiting(forRequest initiatedEventID: Int64) -> Bool {
    externalRequests.contains { $0.initiatedEventID == initiatedEventID }
  }

  /// The outcomes of activities that must not be repeated and may have run in the run that was reset.
  ///
  /// - Parameters:
  ///   - base: the run that was reset; if it is closed, what its open activities had come to is not known.
  ///   - events: the events of that run after the point.
  mutating func failUnknownActivities(
    of base: RunState, _ events: some Sequence<HistoryEvent>, at now: Timestamp, into transition: inout RunTransition
  ) {
    var started: Set<Int64> = []
    var closed: Set<Int64> = []
    for event in events {
      switch event.attributes {
      case .activityTaskStarted(let eventID, _, _, _): started.insert(eventID)
      case .activityTaskTimedOut(let eventID, _, _, _), .activityTaskCanceled(let eventID, _, _, _, _):
        closed.insert(eventID)
      default: break
      }
    }
    for activity in activities where !activity.attributes.isIdempotent {
      let former = base.activity(activity.scheduledEventID)
      if closed.contains(activity.scheduledEventID) {
        // It ended while it waited: no attempt's outcome is open.
        guard started.contains(activity.scheduledEventID) else { continue }
      } else if base.isOpen {
        guard case .started? = former?.stage else { continue }
      }
      let startedEventID = emit(
        .activityTaskStarted(
          scheduledEventID: activity.scheduledEventID, identity: "", attempt: former?.attempt ?? 1,
          lastFailure: former?.lastFailure),
        at: former?.lastStartedTime ?? now, into: &transition)
      let failure = Failure(
        message: "the run was reset while the activity may have run; whether it took effect is not known",
        info: .application(type: ActivityError.unknownOutcome, isNonRetryable: true, details: [], nextRetryDelay: nil))
      emit(
        .activityTaskFailed(
          scheduledEventID: activity.scheduledEventID, startedEventID: startedEventID, identity: "", failure: failure,
          retryState: .nonRetryableFailure),
        at: now, into: &transition)
    }
  }
}

extension EventAttributes {
  /// The closing event of an activity, with another started event.
  fileprivate func closing(startedEventID: Int64) -> EventAttributes {
    switch self {
    case .activityTaskCompleted(let scheduled, _, let identity, let result):
      .activityTaskCompleted(
        scheduledEventID: scheduled, startedEventID: startedEventID, identity: identity, result: result)
    case .activityTaskFailed(let scheduled, _, let identity, let failure, let state):
      .activityTaskFailed(
        scheduledEventID: scheduled, startedEventID: startedEventID, identity: identity, failure: failure,
        retryState: state)
    case .activityTaskTimedOut(let scheduled, _, let failure, let state):
      .activityTaskTimedOut(
        scheduledEventID: scheduled, startedEventID: startedEventID, failure: failure, retryState: state)
    default:
      self
    }
  }
}
