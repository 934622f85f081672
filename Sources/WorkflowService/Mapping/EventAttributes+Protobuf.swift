internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Temporal_Api_History_V1_WorkflowExecutionStartedEventAttributes {
  init(_ attributes: WorkflowExecutionStartedAttributes) {
    self.init()
    workflowType = .init(named: attributes.workflowType)
    workflowID = attributes.workflowID
    originalExecutionRunID = attributes.originalRunID
    firstExecutionRunID = attributes.firstRunID
    taskQueue = .init(named: attributes.taskQueue)
    if !attributes.input.isEmpty { input = .init(attributes.input) }
    workflowExecutionTimeout = .init(timeout: attributes.executionTimeout)
    workflowRunTimeout = .init(timeout: attributes.runTimeout)
    workflowTaskTimeout = .init(attributes.taskTimeout)
    identity = attributes.identity
    attempt = Int32(clamping: attributes.attempt)
    if !attributes.memo.isEmpty { memo = .init(attributes.memo) }
    if !attributes.searchAttributes.isEmpty { searchAttributes = .init(attributes.searchAttributes) }
    if !attributes.header.isEmpty { header = .init(attributes.header) }
    if let policy = attributes.retryPolicy { retryPolicy = .init(policy) }
    cronSchedule = attributes.cronSchedule
    if let backoff = attributes.firstWorkflowTaskBackoff { firstWorkflowTaskBackoff = .init(backoff) }
    if let deadline = attributes.executionDeadline { workflowExecutionExpirationTime = .init(deadline) }
    setChain(attributes)
    setFamily(attributes)
    if !attributes.priority.isUnset { priority = .init(attributes.priority) }
    if attributes.version > 0 { inheritedPinnedVersion = .init(attributes.version, of: attributes.workflowType) }
  }

  /// The runs before.
  private mutating func setChain(_ attributes: WorkflowExecutionStartedAttributes) {
    continuedExecutionRunID = attributes.continuedRunID
    initiator = .init(attributes.initiator)
    if let failure = attributes.continuedFailure { continuedFailure = .init(failure) }
    if !attributes.lastCompletionResult.isEmpty { lastCompletionResult = .init(attributes.lastCompletionResult) }
  }

  /// The runs above.
  private mutating func setFamily(_ attributes: WorkflowExecutionStartedAttributes) {
    if let parent = attributes.parent {
      parentWorkflowNamespace = parent.namespace
      parentWorkflowExecution = .init(parent.execution)
      parentInitiatedEventID = parent.initiatedEventID
    }
    if let root = attributes.root { rootWorkflowExecution = .init(root) }
  }

  func value() throws -> WorkflowExecutionStartedAttributes {
    var attributes = WorkflowExecutionStartedAttributes(
      workflowType: workflowType.name,
      workflowID: workflowID,
      runID: originalExecutionRunID,
      taskQueue: taskQueue.name,
      input: input.values,
      executionTimeout: try workflowExecutionTimeout.timeout("workflow_execution_timeout"),
      runTimeout: try workflowRunTimeout.timeout("workflow_run_timeout"),
      taskTimeout: try workflowTaskTimeout.duration("workflow_task_timeout"),
      identity: identity,
      memo: memo.values,
      searchAttributes: searchAttributes.values,
      header: header.values,
      attempt: Int(attempt))
    attributes.firstRunID = firstExecutionRunID
    attributes.retryPolicy = hasRetryPolicy ? try retryPolicy.value("retry_policy") : nil
    attributes.cronSchedule = cronSchedule
    attributes.firstWorkflowTaskBackoff = try firstWorkflowTaskBackoff.timeout("first_workflow_task_backoff")
    attributes.executionDeadline =
      hasWorkflowExecutionExpirationTime
      ? try workflowExecutionExpirationTime.timestamp("workflow_execution_expiration_time") : nil
    attributes.continuedRunID = continuedExecutionRunID
    attributes.initiator = initiator.value
    attributes.continuedFailure = hasContinuedFailure ? try continuedFailure.value("continued_failure") : nil
    attributes.lastCompletionResult = lastCompletionResult.values
    if hasParentWorkflowExecution {
      attributes.parent = ParentWorkflow(
        namespace: parentWorkflowNamespace, execution: parentWorkflowExecution.value,
        initiatedEventID: parentInitiatedEventID)
    }
    attributes.root = hasRootWorkflowExecution ? rootWorkflowExecution.value : nil
    attributes.version = inheritedPinnedVersion.number(of: workflowType.name)
    attributes.priority = priority.value
    return attributes
  }
}

extension Temporal_Api_History_V1_WorkflowExecutionContinuedAsNewEventAttributes {
  init(_ attributes: ContinuedAsNewAttributes) {
    self.init()
    newExecutionRunID = attributes.newExecutionRunID
    workflowType = .init(named: attributes.workflowType)
    taskQueue = .init(named: attributes.taskQueue)
    if !attributes.input.isEmpty { input = .init(attributes.input) }
    workflowRunTimeout = .init(timeout: attributes.runTimeout)
    workflowTaskTimeout = .init(attributes.taskTimeout)
    workflowTaskCompletedEventID = attributes.workflowTaskCompletedEventID
    if let interval = attributes.backoffStartInterval { backoffStartInterval = .init(interval) }
    initiator = .init(attributes.initiator)
    if !attributes.header.isEmpty { header = .init(attributes.header) }
    if !attributes.memo.isEmpty { memo = .init(attributes.memo) }
    if !attributes.searchAttributes.isEmpty { searchAttributes = .init(attributes.searchAttributes) }
  }

  func value() throws -> ContinuedAsNewAttributes {
    ContinuedAsNewAttributes(
      newExecutionRunID: newExecutionRunID,
      workflowType: workflowType.name,
      taskQueue: taskQueue.name,
      input: input.values,
      runTimeout: try workflowRunTimeout.timeout("workflow_run_timeout"),
      taskTimeout: try workflowTaskTimeout.duration("workflow_task_timeout"),
      backoffStartInterval: try backoffStartInterval.timeout("backoff_start_interval"),
      initiator: initiator.value ?? .workflow,
      memo: memo.values,
      searchAttributes: searchAttributes.values,
      header: header.values,
      workflowTaskCompletedEventID: workflowTaskCompletedEventID)
  }
}

extension Temporal_Api_History_V1_ActivityTaskScheduledEventAttributes {
  init(_ attributes: ActivityTaskScheduledAttributes) {
    self.init()
    activityID = attributes.activityID
    activityType = .init(named: attributes.activityType)
    taskQueue = .init(named: attributes.taskQueue)
    if !attributes.header.isEmpty { header = .init(attributes.header) }
    if !attributes.input.isEmpty { input = .init(attributes.input) }
    scheduleToCloseTimeout = .init(timeout: attributes.scheduleToCloseTimeout)
    scheduleToStartTimeout = .init(timeout: attributes.scheduleToStartTimeout)
    startToCloseTimeout = .init(timeout: attributes.startToCloseTimeout)
    heartbeatTimeout = .init(timeout: attributes.heartbeatTimeout)
    workflowTaskCompletedEventID = attributes.workflowTaskCompletedEventID
    retryPolicy = .init(attributes.retryPolicy)
    if !attributes.priority.isUnset { priority = .init(attributes.priority) }
  }

  func value(summary: String?) throws -> ActivityTaskScheduledAttributes {
    ActivityTaskScheduledAttributes(
      activityID: activityID,
      activityType: activityType.name,
      taskQueue: taskQueue.name,
      input: input.values,
      scheduleToCloseTimeout: try scheduleToCloseTimeout.timeout("schedule_to_close_timeout"),
      scheduleToStartTimeout: try scheduleToStartTimeout.timeout("schedule_to_start_timeout"),
      startToCloseTimeout: try startToCloseTimeout.timeout("start_to_close_timeout"),
      heartbeatTimeout: try heartbeatTimeout.timeout("heartbeat_timeout"),
      retryPolicy: try retryPolicy.value("retry_policy"),
      workflowTaskCompletedEventID: workflowTaskCompletedEventID,
      header: header.values,
      summary: summary,
      priority: priority.value)
  }
}
