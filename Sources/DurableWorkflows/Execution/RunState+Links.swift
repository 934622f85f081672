/// How a child ended, as its parent sees it.
enum ChildOutcome: Sendable {
  case completed([Payload])
  case failed(Failure, RetryState)
  case canceled(details: [Payload])
  case timedOut(RetryState)
  case terminated

  /// What the parent sees of the event that closed the last run of a child's chain.
  init(closing event: EventAttributes) {
    self =
      switch event {
      case .workflowExecutionCompleted(let result, _, _): .completed(result)
      case .workflowExecutionFailed(let failure, let retryState, _, _): .failed(failure, retryState)
      case .workflowExecutionCanceled(let details, _): .canceled(details: details)
      case .workflowExecutionTimedOut(let retryState, _): .timedOut(retryState)
      default: .terminated
      }
  }
}

extension RunState {
  // MARK: Commands

  /// Accepts the command to start a child.
  ///
  /// - Returns: the id of its event.
  mutating func acceptChild(
    _ command: StartChildWorkflowAttributes, workflowTask: Int64, at now: Timestamp,
    into transition: inout RunTransition
  ) -> Int64 {
    var attributes = command
    attributes.workflowTaskCompletedEventID = workflowTask
    if attributes.taskQueue.isEmpty { attributes.taskQueue = started.taskQueue }
    let eventID = emit(.startChildWorkflowExecutionInitiated(attributes), at: now, into: &transition)
    transition.effects.append(.startChild(initiatedEventID: eventID, attributes))
    return eventID
  }

  /// Accepts the command to signal another run, or to request its cancellation.
  ///
  /// - Returns: the id of its event.
  mutating func acceptExternal(
    _ command: ExternalWorkflowRequestAttributes, isCancelRequest: Bool, workflowTask: Int64, at now: Timestamp,
    into transition: inout RunTransition
  ) -> Int64 {
    var attributes = command
    attributes.workflowTaskCompletedEventID = workflowTask
    let eventID = emit(
      isCancelRequest
        ? .requestCancelExternalWorkflowExecutionInitiated(attributes)
        : .signalExternalWorkflowExecutionInitiated(attributes),
      at: now, into: &transition)
    transition.effects.append(
      .requestExternal(
        PendingExternalRequest(
          initiatedEventID: eventID, isCancelRequest: isCancelRequest, attributes: attributes)))
    return eventID
  }

  // MARK: Children

  /// The child that an event asked for runs.
  mutating func childStarted(
    _ initiatedEventID: Int64, execution: WorkflowExecution, at now: Timestamp
  ) -> RunTransition {
    var transition = RunTransition()
    guard let child = child(initiatedEventID) else { return transition }
    emit(
      .childWorkflowExecutionStarted(
        initiatedEventID: initiatedEventID, execution: execution, workflowType: child.attributes.workflowType),
      at: now, into: &transition)
    return transition
  }

  /// The child that an event asked for cannot be started.
  mutating func childStartFailed(
    _ initiatedEventID: Int64, cause: StartChildWorkflowFailedCause, at now: Timestamp
  ) -> RunTransition {
    var transition = RunTransition()
    guard let child = child(initiatedEventID) else { return transition }
    emit(
      .startChildWorkflowExecutionFailed(
        workflowID: child.attributes.workflowID, workflowType: child.attributes.workflowType, cause: cause,
        initiatedEventID: initiatedEventID,
        workflowTaskCompletedEventID: child.attributes.workflowTaskCompletedEventID),
      at: now, into: &transition)
    return transition
  }

  /// The last run of a child's chain closed. A child that is not open has no consequence.
  mutating func childClosed(
    _ initiatedEventID: Int64, execution: WorkflowExecution, outcome: ChildOutcome, at now: Timestamp
  ) -> RunTransition {
    var transition = RunTransition()
    guard isOpen, let child = child(initiatedEventID) else { return transition }
    let reference = ChildWorkflowReference(
      initiatedEventID: initiatedEventID, startedEventID: child.startedEventID, execution: execution,
      workflowType: child.attributes.workflowType)
    let event: EventAttributes =
      switch outcome {
      case .completed(let result): .childWorkflowExecutionCompleted(reference, result: result)
      case .failed(let failure, let state):
        .childWorkflowExecutionFailed(reference, failure: failure, retryState: state)
      case .canceled(let details): .childWorkflowExecutionCanceled(reference, details: details)
      case .timedOut(let state): .childWorkflowExecutionTimedOut(reference, retryState: state)
      case .terminated: .childWorkflowExecutionTerminated(reference)
      }
    emit(event, at: now, into: &transition)
    return transition
  }

  func child(_ initiatedEventID: Int64) -> PendingChild? {
    children.first { $0.initiatedEventID == initiatedEventID }
  }

  // MARK: Other runs

  /// A signal or a cancellation request reached its run, or could not.
  mutating func externalRequestAnswered(
    _ initiatedEventID: Int64, execution: WorkflowExecution, failure: ExternalWorkflowFailedAttributes.Cause?,
    at now: Timestamp
  ) -> RunTransition {
    var transition = RunTransition()
    guard isOpen, let request = externalRequests.first(where: { $0.initiatedEventID == initiatedEventID })
    else { return transition }
    if let failure {
      let failed = ExternalWorkflowFailedAttributes(
        cause: failure, initiatedEventID: initiatedEventID, execution: request.attributes.execution,
        workflowTaskCompletedEventID: request.attributes.workflowTaskCompletedEventID)
      emit(
        request.isCancelRequest
          ? .requestCancelExternalWorkflowExecutionFailed(failed) : .signalExternalWorkflowExecutionFailed(failed),
        at: now, into: &transition)
    } else {
      emit(
        request.isCancelRequest
          ? .externalWorkflowExecutionCancelRequested(initiatedEventID: initiatedEventID, execution: execution)
          : .externalWorkflowExecutionSignaled(initiatedEventID: initiatedEventID, execution: execution),
        at: now, into: &transition)
    }
    return transition
  }
}
