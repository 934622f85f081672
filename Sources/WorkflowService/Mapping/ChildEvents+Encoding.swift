internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Temporal_Api_History_V1_StartChildWorkflowExecutionInitiatedEventAttributes {
  init(_ attributes: StartChildWorkflowAttributes, namespace: String) {
    self.init()
    self.namespace = namespace
    workflowID = attributes.workflowID
    workflowType = .init(named: attributes.workflowType)
    taskQueue = .init(named: attributes.taskQueue)
    if !attributes.input.isEmpty { input = .init(attributes.input) }
    workflowExecutionTimeout = .init(timeout: attributes.executionTimeout)
    workflowRunTimeout = .init(timeout: attributes.runTimeout)
    workflowTaskTimeout = .init(timeout: attributes.taskTimeout)
    parentClosePolicy = .init(attributes.parentClosePolicy)
    workflowTaskCompletedEventID = attributes.workflowTaskCompletedEventID
    workflowIDReusePolicy = .init(attributes.idReusePolicy)
    if let policy = attributes.retryPolicy { retryPolicy = .init(policy) }
    cronSchedule = attributes.cronSchedule
    if !attributes.header.isEmpty { header = .init(attributes.header) }
    if !attributes.memo.isEmpty { memo = .init(attributes.memo) }
    if !attributes.searchAttributes.isEmpty { searchAttributes = .init(attributes.searchAttributes) }
    if !attributes.priority.isUnset { priority = .init(attributes.priority) }
  }

  func value(summary: String?) throws -> StartChildWorkflowAttributes {
    StartChildWorkflowAttributes(
      workflowID: workflowID,
      workflowType: workflowType.name,
      taskQueue: taskQueue.name,
      input: input.values,
      executionTimeout: try workflowExecutionTimeout.timeout("workflow_execution_timeout"),
      runTimeout: try workflowRunTimeout.timeout("workflow_run_timeout"),
      taskTimeout: try workflowTaskTimeout.timeout("workflow_task_timeout"),
      parentClosePolicy: parentClosePolicy.value,
      idReusePolicy: try workflowIDReusePolicy.value("workflow_id_reuse_policy"),
      retryPolicy: hasRetryPolicy ? try retryPolicy.value("retry_policy") : nil,
      cronSchedule: cronSchedule,
      memo: memo.values,
      searchAttributes: searchAttributes.values,
      header: header.values,
      workflowTaskCompletedEventID: workflowTaskCompletedEventID,
      summary: summary,
      priority: priority.value)
  }
}

/// What the events at the end of a child have in common.
protocol EndOfChildAttributes {
  init()

  var namespace: String { get set }
  var workflowExecution: Wire.WorkflowExecution { get set }
  var workflowType: Wire.WorkflowType { get set }
  var initiatedEventID: Int64 { get set }
  var startedEventID: Int64 { get set }
}

extension EndOfChildAttributes {
  init(_ child: ChildWorkflowReference, namespace: String) {
    self.init()
    self.namespace = namespace
    workflowExecution = .init(child.execution)
    workflowType = .init(named: child.workflowType)
    initiatedEventID = child.initiatedEventID
    startedEventID = child.startedEventID
  }

  var child: ChildWorkflowReference {
    ChildWorkflowReference(
      initiatedEventID: initiatedEventID, startedEventID: startedEventID, execution: workflowExecution.value,
      workflowType: workflowType.name)
  }
}

extension Temporal_Api_History_V1_ChildWorkflowExecutionCompletedEventAttributes: EndOfChildAttributes {
  init(_ child: ChildWorkflowReference, result payloads: [Payload], namespace: String) {
    self.init(child, namespace: namespace)
    if !payloads.isEmpty { result = .init(payloads) }
  }
}

extension Temporal_Api_History_V1_ChildWorkflowExecutionFailedEventAttributes: EndOfChildAttributes {
  init(_ child: ChildWorkflowReference, failure: Failure, retryState: RetryState, namespace: String) {
    self.init(child, namespace: namespace)
    self.failure = .init(failure)
    self.retryState = .init(retryState)
  }
}

extension Temporal_Api_History_V1_ChildWorkflowExecutionCanceledEventAttributes: EndOfChildAttributes {
  init(_ child: ChildWorkflowReference, details payloads: [Payload], namespace: String) {
    self.init(child, namespace: namespace)
    if !payloads.isEmpty { details = .init(payloads) }
  }
}

extension Temporal_Api_History_V1_ChildWorkflowExecutionTimedOutEventAttributes: EndOfChildAttributes {
  init(_ child: ChildWorkflowReference, retryState: RetryState, namespace: String) {
    self.init(child, namespace: namespace)
    self.retryState = .init(retryState)
  }
}

extension Temporal_Api_History_V1_ChildWorkflowExecutionTerminatedEventAttributes: EndOfChildAttributes {}
