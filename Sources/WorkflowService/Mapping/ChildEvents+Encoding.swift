internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.HistoryEvent.OneOf_Attributes {
  /// The attributes of an event about a child.
  init(child attributes: EventAttributes, namespace: String) {
    switch attributes {
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
    default:
      self.init(endOfChild: attributes, namespace: namespace)
    }
  }

  private init(endOfChild attributes: EventAttributes, namespace: String) {
    switch attributes {
    case .childWorkflowExecutionCompleted(let child, let result):
      self = .childWorkflowExecutionCompletedEventAttributes(
        .with {
          if !result.isEmpty { $0.result = .init(result) }
          $0.set(child, namespace: namespace)
        })
    case .childWorkflowExecutionFailed(let child, let failure, let retryState):
      self = .childWorkflowExecutionFailedEventAttributes(
        .with {
          $0.failure = .init(failure)
          $0.retryState = .init(retryState)
          $0.set(child, namespace: namespace)
        })
    case .childWorkflowExecutionCanceled(let child, let details):
      self = .childWorkflowExecutionCanceledEventAttributes(
        .with {
          if !details.isEmpty { $0.details = .init(details) }
          $0.set(child, namespace: namespace)
        })
    case .childWorkflowExecutionTimedOut(let child, let retryState):
      self = .childWorkflowExecutionTimedOutEventAttributes(
        .with {
          $0.retryState = .init(retryState)
          $0.set(child, namespace: namespace)
        })
    case .childWorkflowExecutionTerminated(let child):
      self = .childWorkflowExecutionTerminatedEventAttributes(.with { $0.set(child, namespace: namespace) })
    default:
      // No input leads here: the one caller lists the cases above.
      preconditionFailure("\(attributes.type) is not about a child")
    }
  }
}

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
  var namespace: String { get set }
  var workflowExecution: Wire.WorkflowExecution { get set }
  var workflowType: Wire.WorkflowType { get set }
  var initiatedEventID: Int64 { get set }
  var startedEventID: Int64 { get set }
}

extension EndOfChildAttributes {
  mutating func set(_ child: ChildWorkflowReference, namespace: String) {
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

extension Temporal_Api_History_V1_ChildWorkflowExecutionCompletedEventAttributes: EndOfChildAttributes {}
extension Temporal_Api_History_V1_ChildWorkflowExecutionFailedEventAttributes: EndOfChildAttributes {}
extension Temporal_Api_History_V1_ChildWorkflowExecutionCanceledEventAttributes: EndOfChildAttributes {}
extension Temporal_Api_History_V1_ChildWorkflowExecutionTimedOutEventAttributes: EndOfChildAttributes {}
extension Temporal_Api_History_V1_ChildWorkflowExecutionTerminatedEventAttributes: EndOfChildAttributes {}
