extension ByteWriter {
  /// The events that link a run to others: children, signals, continuations, updates; and upserts.
  mutating func linkedAttributes(_ attributes: EventAttributes) {
    switch attributes {
    case .requestCancelExternalWorkflowExecutionInitiated(let request),
      .signalExternalWorkflowExecutionInitiated(let request):
      externalRequest(request)
    case .requestCancelExternalWorkflowExecutionFailed(let failed),
      .signalExternalWorkflowExecutionFailed(let failed):
      count(failed.cause.rawValue)
      signed(failed.initiatedEventID)
      execution(failed.execution)
      signed(failed.workflowTaskCompletedEventID)
    case .externalWorkflowExecutionCancelRequested(let initiated, let other),
      .externalWorkflowExecutionSignaled(let initiated, let other):
      signed(initiated)
      execution(other)
    case .workflowExecutionContinuedAsNew(let continued):
      continuedAsNew(continued)
    case .startChildWorkflowExecutionInitiated(let child):
      startChild(child)
    case .startChildWorkflowExecutionFailed(let id, let type, let cause, let initiated, let task):
      text(id)
      text(type)
      count(cause.rawValue)
      signed(initiated)
      signed(task)
    case .childWorkflowExecutionStarted(let initiated, let child, let type):
      signed(initiated)
      execution(child)
      text(type)
    case .childWorkflowExecutionCompleted(let child, let result):
      reference(child)
      payloads(result)
    case .childWorkflowExecutionFailed(let child, let reason, let retryState):
      reference(child)
      failure(reason)
      count(retryState.rawValue)
    case .childWorkflowExecutionCanceled(let child, let details):
      reference(child)
      payloads(details)
    case .childWorkflowExecutionTimedOut(let child, let retryState):
      reference(child)
      count(retryState.rawValue)
    case .childWorkflowExecutionTerminated(let child):
      reference(child)
    case .upsertWorkflowSearchAttributes(let map, let task), .workflowPropertiesModified(let map, let task):
      payloadMap(map)
      signed(task)
    case .workflowExecutionUpdateAccepted(let accepted):
      updateRequest(accepted.request)
      signed(accepted.sequencingEventID)
    case .workflowExecutionUpdateCompleted(let updateID, let identity, let accepted, let outcome):
      text(updateID)
      text(identity)
      signed(accepted)
      updateOutcome(outcome)
    case .workflowExecutionUpdateAdmitted(let request):
      updateRequest(request)
    case .workflowExecutionPaused(let reason, let identity, let requestID),
      .workflowExecutionUnpaused(let reason, let identity, let requestID):
      text(reason)
      text(identity)
      text(requestID)
    default:
      // No input leads here, only an event type without a coding: RecordCodingTests encodes every one.
      preconditionFailure("\(attributes.type) has no coding")
    }
  }

  private mutating func externalRequest(_ request: ExternalWorkflowRequestAttributes) {
    execution(request.execution)
    byte(request.isChildOnly ? 1 : 0)
    text(request.signalName)
    payloads(request.input)
    text(request.reason)
    payloadMap(request.header)
    signed(request.workflowTaskCompletedEventID)
  }

  private mutating func continuedAsNew(_ continued: ContinuedAsNewAttributes) {
    text(continued.newExecutionRunID)
    text(continued.workflowType)
    text(continued.taskQueue)
    payloads(continued.input)
    optional(continued.runTimeout) { $0.duration($1) }
    duration(continued.taskTimeout)
    optional(continued.backoffStartInterval) { $0.duration($1) }
    count(continued.initiator.rawValue)
    payloadMap(continued.memo)
    payloadMap(continued.searchAttributes)
    payloadMap(continued.header)
    signed(continued.workflowTaskCompletedEventID)
  }

  private mutating func startChild(_ child: StartChildWorkflowAttributes) {
    text(child.workflowID)
    text(child.workflowType)
    text(child.taskQueue)
    payloads(child.input)
    optional(child.executionTimeout) { $0.duration($1) }
    optional(child.runTimeout) { $0.duration($1) }
    optional(child.taskTimeout) { $0.duration($1) }
    count(child.parentClosePolicy.rawValue)
    count(child.idReusePolicy.rawValue)
    optional(child.retryPolicy) { $0.retryPolicy($1) }
    text(child.cronSchedule)
    payloadMap(child.memo)
    payloadMap(child.searchAttributes)
    payloadMap(child.header)
    signed(child.workflowTaskCompletedEventID)
    optional(child.summary) { $0.text($1) }
  }

  private mutating func reference(_ child: ChildWorkflowReference) {
    signed(child.initiatedEventID)
    signed(child.startedEventID)
    execution(child.execution)
    text(child.workflowType)
  }

  mutating func updateRequest(_ request: UpdateRequest) {
    text(request.updateID)
    text(request.name)
    payloads(request.input)
    payloadMap(request.header)
    text(request.identity)
  }

  private mutating func updateOutcome(_ outcome: UpdateOutcome) {
    switch outcome {
    case .success(let result):
      byte(0)
      payloads(result)
    case .failure(let reason):
      byte(1)
      failure(reason)
    }
  }
}
