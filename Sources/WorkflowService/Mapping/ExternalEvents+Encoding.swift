internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Temporal_Api_History_V1_RequestCancelExternalWorkflowExecutionInitiatedEventAttributes {
  init(_ request: ExternalWorkflowRequestAttributes, namespace: String) {
    self.init()
    workflowTaskCompletedEventID = request.workflowTaskCompletedEventID
    self.namespace = namespace
    workflowExecution = .init(request.execution)
    childWorkflowOnly = request.isChildOnly
    reason = request.reason
  }
}

extension Temporal_Api_History_V1_RequestCancelExternalWorkflowExecutionFailedEventAttributes {
  init(_ failed: ExternalWorkflowFailedAttributes, namespace: String) {
    self.init()
    cause = .init(rawValue: failed.cause.rawValue) ?? .unspecified
    workflowTaskCompletedEventID = failed.workflowTaskCompletedEventID
    self.namespace = namespace
    workflowExecution = .init(failed.execution)
    initiatedEventID = failed.initiatedEventID
  }
}

extension Temporal_Api_History_V1_SignalExternalWorkflowExecutionInitiatedEventAttributes {
  init(_ request: ExternalWorkflowRequestAttributes, namespace: String) {
    self.init()
    workflowTaskCompletedEventID = request.workflowTaskCompletedEventID
    self.namespace = namespace
    workflowExecution = .init(request.execution)
    signalName = request.signalName
    if !request.input.isEmpty { input = .init(request.input) }
    childWorkflowOnly = request.isChildOnly
    if !request.header.isEmpty { header = .init(request.header) }
  }
}

extension Temporal_Api_History_V1_SignalExternalWorkflowExecutionFailedEventAttributes {
  init(_ failed: ExternalWorkflowFailedAttributes, namespace: String) {
    self.init()
    cause = .init(rawValue: failed.cause.rawValue) ?? .unspecified
    workflowTaskCompletedEventID = failed.workflowTaskCompletedEventID
    self.namespace = namespace
    workflowExecution = .init(failed.execution)
    initiatedEventID = failed.initiatedEventID
  }
}
