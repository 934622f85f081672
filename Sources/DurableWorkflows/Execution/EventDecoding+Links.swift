extension ByteReader {
  /// Reads what ``ByteWriter/linkedAttributes(_:)`` wrote.
  mutating func linkedAttributes(_ kind: UInt8) throws(RecordCodingError) -> EventAttributes {
    switch kind {
    case 22: return .requestCancelExternalWorkflowExecutionInitiated(try externalRequest())
    case 23: return .requestCancelExternalWorkflowExecutionFailed(try externalFailed())
    case 24:
      return .externalWorkflowExecutionCancelRequested(initiatedEventID: try signed(), execution: try execution())
    case 28: return .workflowExecutionContinuedAsNew(try continuedAsNew())
    case 29: return .startChildWorkflowExecutionInitiated(try startChild())
    case 229:
      var attributes = try startChild()
      attributes.priority = try priority()
      return .startChildWorkflowExecutionInitiated(attributes)
    case 30:
      return .startChildWorkflowExecutionFailed(
        workflowID: try text(), workflowType: try text(),
        cause: StartChildWorkflowFailedCause(rawValue: Int(clamping: try unsigned())) ?? .unspecified,
        initiatedEventID: try signed(), workflowTaskCompletedEventID: try signed())
    case 31:
      return .childWorkflowExecutionStarted(
        initiatedEventID: try signed(), execution: try execution(), workflowType: try text())
    case 32: return .childWorkflowExecutionCompleted(try reference(), result: try payloads())
    case 33:
      return .childWorkflowExecutionFailed(try reference(), failure: try failure(), retryState: try retryState())
    case 34: return .childWorkflowExecutionCanceled(try reference(), details: try payloads())
    case 35: return .childWorkflowExecutionTimedOut(try reference(), retryState: try retryState())
    case 36: return .childWorkflowExecutionTerminated(try reference())
    case 37: return .signalExternalWorkflowExecutionInitiated(try externalRequest())
    case 38: return .signalExternalWorkflowExecutionFailed(try externalFailed())
    case 39: return .externalWorkflowExecutionSignaled(initiatedEventID: try signed(), execution: try execution())
    case 40:
      return .upsertWorkflowSearchAttributes(
        searchAttributes: try payloadMap(), workflowTaskCompletedEventID: try signed())
    case 41:
      return .workflowExecutionUpdateAccepted(
        UpdateAcceptedAttributes(request: try updateRequest(), sequencingEventID: try signed()))
    case 43:
      return .workflowExecutionUpdateCompleted(
        updateID: try text(), identity: try text(), acceptedEventID: try signed(), outcome: try updateOutcome())
    case 46:
      return .workflowPropertiesModified(upsertedMemo: try payloadMap(), workflowTaskCompletedEventID: try signed())
    case 47: return .workflowExecutionUpdateAdmitted(try updateRequest())
    case 58: return .workflowExecutionPaused(reason: try text(), identity: try text(), requestID: try text())
    case 59: return .workflowExecutionUnpaused(reason: try text(), identity: try text(), requestID: try text())
    default: throw RecordCodingError("event type \(kind) is unknown; a newer version wrote it", at: remaining)
    }
  }

  private mutating func externalRequest() throws(RecordCodingError) -> ExternalWorkflowRequestAttributes {
    ExternalWorkflowRequestAttributes(
      execution: try execution(), isChildOnly: try bool(), signalName: try text(), input: try payloads(),
      reason: try text(), header: try payloadMap(), workflowTaskCompletedEventID: try signed())
  }

  private mutating func externalFailed() throws(RecordCodingError) -> ExternalWorkflowFailedAttributes {
    ExternalWorkflowFailedAttributes(
      cause: ExternalWorkflowFailedAttributes.Cause(rawValue: Int(clamping: try unsigned())) ?? .unspecified,
      initiatedEventID: try signed(), execution: try execution(), workflowTaskCompletedEventID: try signed())
  }

  private mutating func continuedAsNew() throws(RecordCodingError) -> ContinuedAsNewAttributes {
    ContinuedAsNewAttributes(
      newExecutionRunID: try text(), workflowType: try text(), taskQueue: try text(), input: try payloads(),
      runTimeout: try optional { reader throws(RecordCodingError) in try reader.duration() },
      taskTimeout: try duration(),
      backoffStartInterval: try optional { reader throws(RecordCodingError) in try reader.duration() },
      initiator: try known("initiator") { ContinueAsNewInitiator(rawValue: $0) }, memo: try payloadMap(),
      searchAttributes: try payloadMap(), header: try payloadMap(), workflowTaskCompletedEventID: try signed())
  }

  private mutating func startChild() throws(RecordCodingError) -> StartChildWorkflowAttributes {
    StartChildWorkflowAttributes(
      workflowID: try text(), workflowType: try text(), taskQueue: try text(), input: try payloads(),
      executionTimeout: try optional { reader throws(RecordCodingError) in try reader.duration() },
      runTimeout: try optional { reader throws(RecordCodingError) in try reader.duration() },
      taskTimeout: try optional { reader throws(RecordCodingError) in try reader.duration() },
      parentClosePolicy: try known("parent close policy") { ParentClosePolicy(rawValue: $0) },
      idReusePolicy: try known("id reuse policy") { WorkflowIDReusePolicy(rawValue: $0) },
      retryPolicy: try optional { reader throws(RecordCodingError) in try reader.retryPolicy() },
      cronSchedule: try text(), memo: try payloadMap(), searchAttributes: try payloadMap(), header: try payloadMap(),
      workflowTaskCompletedEventID: try signed(),
      summary: try optional { reader throws(RecordCodingError) in try reader.text() })
  }

  private mutating func reference() throws(RecordCodingError) -> ChildWorkflowReference {
    ChildWorkflowReference(
      initiatedEventID: try signed(), startedEventID: try signed(), execution: try execution(),
      workflowType: try text())
  }

  mutating func updateRequest() throws(RecordCodingError) -> UpdateRequest {
    UpdateRequest(
      updateID: try text(), name: try text(), input: try payloads(), header: try payloadMap(), identity: try text())
  }

  private mutating func updateOutcome() throws(RecordCodingError) -> UpdateOutcome {
    try byte() == 0 ? .success(try payloads()) : .failure(try failure())
  }
}
