/// The parts of events that link a run to others: children, signals, continuations, updates.
extension ByteWriter {
  mutating func externalRequest(_ request: ExternalWorkflowRequestAttributes) {
    execution(request.execution)
    byte(request.isChildOnly ? 1 : 0)
    text(request.signalName)
    payloads(request.input)
    text(request.reason)
    payloadMap(request.header)
    signed(request.workflowTaskCompletedEventID)
  }

  mutating func continuedAsNew(_ continued: ContinuedAsNewAttributes) {
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

  mutating func startChild(_ child: StartChildWorkflowAttributes) {
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
    if !child.priority.isUnset { priority(child.priority) }
  }

  mutating func reference(_ child: ChildWorkflowReference) {
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

  mutating func updateOutcome(_ outcome: UpdateOutcome) {
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
