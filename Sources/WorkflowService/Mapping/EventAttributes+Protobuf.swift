internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Temporal_Api_History_V1_WorkflowExecutionStartedEventAttributes {
  init(_ attributes: WorkflowExecutionStartedAttributes) {
    self.init()
    workflowType = .init(named: attributes.workflowType)
    workflowID = attributes.workflowID
    originalExecutionRunID = attributes.runID
    firstExecutionRunID = attributes.runID
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
  }

  func value() throws -> WorkflowExecutionStartedAttributes {
    WorkflowExecutionStartedAttributes(
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
      summary: summary)
  }
}
