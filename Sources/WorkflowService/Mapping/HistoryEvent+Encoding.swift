internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.HistoryEvent {
  /// Encodes an event as Temporal's server writes it.
  ///
  /// Without a field there, and left out: the start request's id, the run's own id if it is not the original one, and
  /// whether an activity is idempotent.
  ///
  /// - Parameter namespace: the run's; events about other runs name it.
  init(_ event: HistoryEvent, namespace: String) throws {
    self.init()
    eventID = event.id
    eventTime = .init(event.time)
    eventType = .init(rawValue: event.attributes.type.rawValue) ?? .unspecified
    attributes = OneOf_Attributes(event.attributes, namespace: namespace)
    workerMayIgnore = event.attributes.isUnseenByCode
    if let summary = event.attributes.summary { userMetadata = try .init(summary: summary) }
  }
}

extension EventAttributes {
  /// Whether workflow code cannot tell that the event happened, so that a worker need not know its type.
  fileprivate var isUnseenByCode: Bool {
    switch self {
    case .workflowExecutionPaused, .workflowExecutionUnpaused: true
    default: false
    }
  }

  /// The line for people, which the wire carries beside the attributes.
  fileprivate var summary: String? {
    switch self {
    case .activityTaskScheduled(let attributes): attributes.summary
    case .timerStarted(_, _, _, let summary): summary
    case .startChildWorkflowExecutionInitiated(let attributes): attributes.summary
    default: nil
    }
  }
}

extension Wire.HistoryEvent.OneOf_Attributes {
  fileprivate init(_ attributes: EventAttributes, namespace: String) {
    switch attributes {
    case .workflowExecutionStarted(let started):
      self = .workflowExecutionStartedEventAttributes(.init(started))
    case .workflowExecutionCompleted(let result, let taskID, let newRunID):
      self = .workflowExecutionCompletedEventAttributes(
        .with {
          if !result.isEmpty { $0.result = .init(result) }
          $0.workflowTaskCompletedEventID = taskID
          $0.newExecutionRunID = newRunID
        })
    case .workflowExecutionFailed(let failure, let retryState, let taskID, let newRunID):
      self = .workflowExecutionFailedEventAttributes(
        .with {
          $0.failure = .init(failure)
          $0.retryState = .init(retryState)
          $0.workflowTaskCompletedEventID = taskID
          $0.newExecutionRunID = newRunID
        })
    case .workflowExecutionTimedOut(let retryState, let newRunID):
      self = .workflowExecutionTimedOutEventAttributes(
        .with {
          $0.retryState = .init(retryState)
          $0.newExecutionRunID = newRunID
        })
    case .workflowExecutionCancelRequested(let cause, let identity):
      self = .workflowExecutionCancelRequestedEventAttributes(
        .with {
          $0.cause = cause
          $0.identity = identity
        })
    case .workflowExecutionCanceled(let details, let taskID):
      self = .workflowExecutionCanceledEventAttributes(
        .with {
          $0.workflowTaskCompletedEventID = taskID
          if !details.isEmpty { $0.details = .init(details) }
        })
    case .workflowExecutionSignaled(let name, let input, let identity, let header, let requestID):
      self = .workflowExecutionSignaledEventAttributes(
        .with {
          $0.signalName = name
          if !input.isEmpty { $0.input = .init(input) }
          $0.identity = identity
          if !header.isEmpty { $0.header = .init(header) }
          $0.requestID = requestID
        })
    case .workflowExecutionTerminated(let reason, let details, let identity):
      self = .workflowExecutionTerminatedEventAttributes(
        .with {
          $0.reason = reason
          if !details.isEmpty { $0.details = .init(details) }
          $0.identity = identity
        })
    case .workflowTaskScheduled(let taskQueue, let startToCloseTimeout, let attempt):
      self = .workflowTaskScheduledEventAttributes(
        .with {
          $0.taskQueue = .init(named: taskQueue)
          $0.startToCloseTimeout = .init(startToCloseTimeout)
          $0.attempt = Int32(clamping: attempt)
        })
    case .workflowTaskStarted(let scheduledID, let identity, let historySizeBytes):
      self = .workflowTaskStartedEventAttributes(
        .with {
          $0.scheduledEventID = scheduledID
          $0.identity = identity
          $0.historySizeBytes = historySizeBytes
        })
    case .workflowTaskCompleted(let scheduledID, let startedID, let identity):
      self = .workflowTaskCompletedEventAttributes(
        .with {
          $0.scheduledEventID = scheduledID
          $0.startedEventID = startedID
          $0.identity = identity
        })
    case .workflowTaskFailed(let scheduledID, let startedID, let cause, let failure, let identity, let reset):
      self = .workflowTaskFailedEventAttributes(
        .with {
          $0.scheduledEventID = scheduledID
          $0.startedEventID = startedID
          $0.cause = .init(cause)
          $0.failure = .init(failure)
          $0.identity = identity
          if let reset {
            if failure.applicationType == "ResetWorkflow" {
              $0.failure.failureInfo = .resetWorkflowFailureInfo(.init())
            }
            $0.baseRunID = reset.baseRunID
            $0.newRunID = reset.newRunID
          }
        })
    case .activityTaskScheduled(let scheduled):
      self = .activityTaskScheduledEventAttributes(.init(scheduled))
    case .activityTaskStarted(let scheduledID, let identity, let attempt, let lastFailure):
      self = .activityTaskStartedEventAttributes(
        .with {
          $0.scheduledEventID = scheduledID
          $0.identity = identity
          $0.attempt = Int32(clamping: attempt)
          if let lastFailure { $0.lastFailure = .init(lastFailure) }
        })
    case .activityTaskCompleted(let scheduledID, let startedID, let identity, let result):
      self = .activityTaskCompletedEventAttributes(
        .with {
          if !result.isEmpty { $0.result = .init(result) }
          $0.scheduledEventID = scheduledID
          $0.startedEventID = startedID
          $0.identity = identity
        })
    case .activityTaskFailed(let scheduledID, let startedID, let identity, let failure, let retryState):
      self = .activityTaskFailedEventAttributes(
        .with {
          $0.failure = .init(failure)
          $0.scheduledEventID = scheduledID
          $0.startedEventID = startedID
          $0.identity = identity
          $0.retryState = .init(retryState)
        })
    case .activityTaskTimedOut(let scheduledID, let startedID, let failure, let retryState):
      self = .activityTaskTimedOutEventAttributes(
        .with {
          $0.failure = .init(failure)
          $0.scheduledEventID = scheduledID
          $0.startedEventID = startedID
          $0.retryState = .init(retryState)
        })
    case .activityTaskCancelRequested(let scheduledID, let taskID):
      self = .activityTaskCancelRequestedEventAttributes(
        .with {
          $0.scheduledEventID = scheduledID
          $0.workflowTaskCompletedEventID = taskID
        })
    case .activityTaskCanceled(let scheduledID, let startedID, let cancelRequestedID, let identity, let details):
      self = .activityTaskCanceledEventAttributes(
        .with {
          if !details.isEmpty { $0.details = .init(details) }
          $0.latestCancelRequestedEventID = cancelRequestedID
          $0.scheduledEventID = scheduledID
          $0.startedEventID = startedID
          $0.identity = identity
        })
    case .timerStarted(let timerID, let startToFireTimeout, let taskID, _):
      self = .timerStartedEventAttributes(
        .with {
          $0.timerID = timerID
          $0.startToFireTimeout = .init(startToFireTimeout)
          $0.workflowTaskCompletedEventID = taskID
        })
    case .timerFired(let timerID, let startedID):
      self = .timerFiredEventAttributes(
        .with {
          $0.timerID = timerID
          $0.startedEventID = startedID
        })
    case .timerCanceled(let timerID, let startedID, let taskID, let identity):
      self = .timerCanceledEventAttributes(
        .with {
          $0.timerID = timerID
          $0.startedEventID = startedID
          $0.workflowTaskCompletedEventID = taskID
          $0.identity = identity
        })
    case .markerRecorded(let name, let details, let taskID, let failure):
      self = .markerRecordedEventAttributes(
        .with {
          $0.markerName = name
          $0.details = details.mapValues(Wire.Payloads.init)
          $0.workflowTaskCompletedEventID = taskID
          if let failure { $0.failure = .init(failure) }
        })
    case .workflowExecutionContinuedAsNew(let continued):
      self = .workflowExecutionContinuedAsNewEventAttributes(.init(continued))
    case .upsertWorkflowSearchAttributes(let searchAttributes, let taskID):
      self = .upsertWorkflowSearchAttributesEventAttributes(
        .with {
          $0.workflowTaskCompletedEventID = taskID
          $0.searchAttributes = .init(searchAttributes)
        })
    case .workflowPropertiesModified(let memo, let taskID):
      self = .workflowPropertiesModifiedEventAttributes(
        .with {
          $0.workflowTaskCompletedEventID = taskID
          $0.upsertedMemo = .init(memo)
        })
    case .workflowExecutionUpdateAccepted(let accepted):
      self = .workflowExecutionUpdateAcceptedEventAttributes(.init(accepted))
    case .workflowExecutionUpdateCompleted(let updateID, let identity, let acceptedID, let outcome):
      self = .workflowExecutionUpdateCompletedEventAttributes(
        .with {
          $0.meta = .with {
            $0.updateID = updateID
            $0.identity = identity
          }
          $0.acceptedEventID = acceptedID
          $0.outcome = .init(outcome)
        })
    case .workflowExecutionUpdateAdmitted(let request):
      self = .workflowExecutionUpdateAdmittedEventAttributes(
        .with {
          $0.request = .init(request)
          $0.origin = .reapply
        })
    case .workflowExecutionPaused(let reason, let identity, let requestID):
      self = .workflowExecutionPausedEventAttributes(
        .with {
          $0.reason = reason
          $0.identity = identity
          $0.requestID = requestID
        })
    case .workflowExecutionUnpaused(let reason, let identity, let requestID):
      self = .workflowExecutionUnpausedEventAttributes(
        .with {
          $0.reason = reason
          $0.identity = identity
          $0.requestID = requestID
        })
    case .startChildWorkflowExecutionInitiated(let initiated):
      self = .startChildWorkflowExecutionInitiatedEventAttributes(.init(initiated, namespace: namespace))
    case .startChildWorkflowExecutionFailed(let workflowID, let type, let cause, let initiatedID, let taskID):
      self = .startChildWorkflowExecutionFailedEventAttributes(
        .with {
          $0.namespace = namespace
          $0.workflowID = workflowID
          $0.workflowType = .init(named: type)
          $0.cause = .init(cause)
          $0.initiatedEventID = initiatedID
          $0.workflowTaskCompletedEventID = taskID
        })
    case .childWorkflowExecutionStarted(let initiatedID, let execution, let type):
      self = .childWorkflowExecutionStartedEventAttributes(
        .with {
          $0.namespace = namespace
          $0.initiatedEventID = initiatedID
          $0.workflowExecution = .init(execution)
          $0.workflowType = .init(named: type)
        })
    case .childWorkflowExecutionCompleted(let child, let result):
      self = .childWorkflowExecutionCompletedEventAttributes(.init(child, result: result, namespace: namespace))
    case .childWorkflowExecutionFailed(let child, let failure, let retryState):
      self = .childWorkflowExecutionFailedEventAttributes(
        .init(child, failure: failure, retryState: retryState, namespace: namespace))
    case .childWorkflowExecutionCanceled(let child, let details):
      self = .childWorkflowExecutionCanceledEventAttributes(.init(child, details: details, namespace: namespace))
    case .childWorkflowExecutionTimedOut(let child, let retryState):
      self = .childWorkflowExecutionTimedOutEventAttributes(
        .init(child, retryState: retryState, namespace: namespace))
    case .childWorkflowExecutionTerminated(let child):
      self = .childWorkflowExecutionTerminatedEventAttributes(.init(child, namespace: namespace))
    case .requestCancelExternalWorkflowExecutionInitiated(let request):
      self = .requestCancelExternalWorkflowExecutionInitiatedEventAttributes(.init(request, namespace: namespace))
    case .requestCancelExternalWorkflowExecutionFailed(let failed):
      self = .requestCancelExternalWorkflowExecutionFailedEventAttributes(.init(failed, namespace: namespace))
    case .externalWorkflowExecutionCancelRequested(let initiatedID, let execution):
      self = .externalWorkflowExecutionCancelRequestedEventAttributes(
        .with {
          $0.initiatedEventID = initiatedID
          $0.namespace = namespace
          $0.workflowExecution = .init(execution)
        })
    case .signalExternalWorkflowExecutionInitiated(let request):
      self = .signalExternalWorkflowExecutionInitiatedEventAttributes(.init(request, namespace: namespace))
    case .signalExternalWorkflowExecutionFailed(let failed):
      self = .signalExternalWorkflowExecutionFailedEventAttributes(.init(failed, namespace: namespace))
    case .externalWorkflowExecutionSignaled(let initiatedID, let execution):
      self = .externalWorkflowExecutionSignaledEventAttributes(
        .with {
          $0.initiatedEventID = initiatedID
          $0.namespace = namespace
          $0.workflowExecution = .init(execution)
        })
    }
  }
}
