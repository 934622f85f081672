internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.HistoryEvent.OneOf_Attributes {
  /// The attributes of an event about a signal or a cancellation request to another run.
  init(external attributes: EventAttributes, namespace: String) {
    switch attributes {
    case .requestCancelExternalWorkflowExecutionInitiated(let request):
      self = .requestCancelExternalWorkflowExecutionInitiatedEventAttributes(
        .with {
          $0.workflowTaskCompletedEventID = request.workflowTaskCompletedEventID
          $0.namespace = namespace
          $0.workflowExecution = .init(request.execution)
          $0.childWorkflowOnly = request.isChildOnly
          $0.reason = request.reason
        })
    case .requestCancelExternalWorkflowExecutionFailed(let failed):
      self = .requestCancelExternalWorkflowExecutionFailedEventAttributes(
        .with {
          $0.cause = .init(rawValue: failed.cause.rawValue) ?? .unspecified
          $0.workflowTaskCompletedEventID = failed.workflowTaskCompletedEventID
          $0.namespace = namespace
          $0.workflowExecution = .init(failed.execution)
          $0.initiatedEventID = failed.initiatedEventID
        })
    case .externalWorkflowExecutionCancelRequested(let initiatedID, let execution):
      self = .externalWorkflowExecutionCancelRequestedEventAttributes(
        .with {
          $0.initiatedEventID = initiatedID
          $0.namespace = namespace
          $0.workflowExecution = .init(execution)
        })
    case .signalExternalWorkflowExecutionInitiated(let request):
      self = .signalExternalWorkflowExecutionInitiatedEventAttributes(
        .with {
          $0.workflowTaskCompletedEventID = request.workflowTaskCompletedEventID
          $0.namespace = namespace
          $0.workflowExecution = .init(request.execution)
          $0.signalName = request.signalName
          if !request.input.isEmpty { $0.input = .init(request.input) }
          $0.childWorkflowOnly = request.isChildOnly
          if !request.header.isEmpty { $0.header = .init(request.header) }
        })
    case .signalExternalWorkflowExecutionFailed(let failed):
      self = .signalExternalWorkflowExecutionFailedEventAttributes(
        .with {
          $0.cause = .init(rawValue: failed.cause.rawValue) ?? .unspecified
          $0.workflowTaskCompletedEventID = failed.workflowTaskCompletedEventID
          $0.namespace = namespace
          $0.workflowExecution = .init(failed.execution)
          $0.initiatedEventID = failed.initiatedEventID
        })
    case .externalWorkflowExecutionSignaled(let initiatedID, let execution):
      self = .externalWorkflowExecutionSignaledEventAttributes(
        .with {
          $0.initiatedEventID = initiatedID
          $0.namespace = namespace
          $0.workflowExecution = .init(execution)
        })
    default:
      // No input leads here: the one caller lists the cases above.
      preconditionFailure("\(attributes.type) is not about another run")
    }
  }
}
