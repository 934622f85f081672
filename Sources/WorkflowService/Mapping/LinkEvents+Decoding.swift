internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.HistoryEvent {
  /// The attributes of an event about a child or another run; `nil` for all others.
  func linkValue() throws -> EventAttributes? {
    switch attributes {
    case .startChildWorkflowExecutionInitiatedEventAttributes(let initiated):
      return .startChildWorkflowExecutionInitiated(try initiated.value(summary: userMetadata.summary.text))
    case .startChildWorkflowExecutionFailedEventAttributes(let failed):
      return .startChildWorkflowExecutionFailed(
        workflowID: failed.workflowID, workflowType: failed.workflowType.name, cause: failed.cause.value,
        initiatedEventID: failed.initiatedEventID, workflowTaskCompletedEventID: failed.workflowTaskCompletedEventID)
    case .childWorkflowExecutionStartedEventAttributes(let started):
      return .childWorkflowExecutionStarted(
        initiatedEventID: started.initiatedEventID, execution: started.workflowExecution.value,
        workflowType: started.workflowType.name)
    case .childWorkflowExecutionCompletedEventAttributes(let completed):
      return .childWorkflowExecutionCompleted(completed.child, result: completed.result.values)
    case .childWorkflowExecutionFailedEventAttributes(let failed):
      return .childWorkflowExecutionFailed(
        failed.child, failure: try failed.failure.value("failure"), retryState: failed.retryState.value)
    case .childWorkflowExecutionCanceledEventAttributes(let canceled):
      return .childWorkflowExecutionCanceled(canceled.child, details: canceled.details.values)
    case .childWorkflowExecutionTimedOutEventAttributes(let timedOut):
      return .childWorkflowExecutionTimedOut(timedOut.child, retryState: timedOut.retryState.value)
    case .childWorkflowExecutionTerminatedEventAttributes(let terminated):
      return .childWorkflowExecutionTerminated(terminated.child)
    default:
      return externalValue()
    }
  }

  private func externalValue() -> EventAttributes? {
    switch attributes {
    case .requestCancelExternalWorkflowExecutionInitiatedEventAttributes(let request):
      .requestCancelExternalWorkflowExecutionInitiated(
        ExternalWorkflowRequestAttributes(
          execution: request.workflowExecution.value, isChildOnly: request.childWorkflowOnly, reason: request.reason,
          workflowTaskCompletedEventID: request.workflowTaskCompletedEventID))
    case .requestCancelExternalWorkflowExecutionFailedEventAttributes(let failed):
      .requestCancelExternalWorkflowExecutionFailed(
        ExternalWorkflowFailedAttributes(
          cause: .init(rawValue: failed.cause.rawValue) ?? .unspecified, initiatedEventID: failed.initiatedEventID,
          execution: failed.workflowExecution.value, workflowTaskCompletedEventID: failed.workflowTaskCompletedEventID))
    case .externalWorkflowExecutionCancelRequestedEventAttributes(let requested):
      .externalWorkflowExecutionCancelRequested(
        initiatedEventID: requested.initiatedEventID, execution: requested.workflowExecution.value)
    case .signalExternalWorkflowExecutionInitiatedEventAttributes(let request):
      .signalExternalWorkflowExecutionInitiated(
        ExternalWorkflowRequestAttributes(
          execution: request.workflowExecution.value, isChildOnly: request.childWorkflowOnly,
          signalName: request.signalName, input: request.input.values, header: request.header.values,
          workflowTaskCompletedEventID: request.workflowTaskCompletedEventID))
    case .signalExternalWorkflowExecutionFailedEventAttributes(let failed):
      .signalExternalWorkflowExecutionFailed(
        ExternalWorkflowFailedAttributes(
          cause: .init(rawValue: failed.cause.rawValue) ?? .unspecified, initiatedEventID: failed.initiatedEventID,
          execution: failed.workflowExecution.value, workflowTaskCompletedEventID: failed.workflowTaskCompletedEventID))
    case .externalWorkflowExecutionSignaledEventAttributes(let signaled):
      .externalWorkflowExecutionSignaled(
        initiatedEventID: signaled.initiatedEventID, execution: signaled.workflowExecution.value)
    default:
      nil
    }
  }
}
