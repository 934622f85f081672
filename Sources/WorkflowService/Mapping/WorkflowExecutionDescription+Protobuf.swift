internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.DescribeResponse {
  init(_ description: WorkflowExecutionDescription) {
    self.init()
    let info = description.info
    workflowExecutionInfo = .init(info)
    executionConfig = .with {
      $0.taskQueue = .init(named: info.taskQueue)
      $0.workflowExecutionTimeout = .init(timeout: description.executionTimeout)
      $0.workflowRunTimeout = .init(timeout: description.runTimeout)
      $0.defaultWorkflowTaskTimeout = .init(description.taskTimeout)
    }
    workflowExtendedInfo = .with {
      $0.cancelRequested = description.cancelRequested
      $0.originalStartTime = .init(info.startTime)
      if let timeout = description.executionTimeout {
        $0.executionExpirationTime = .init(info.startTime + timeout)
      }
      if let timeout = description.runTimeout {
        $0.runExpirationTime = .init(info.startTime + timeout)
      }
    }
    pendingActivities = description.pendingActivities.map(Wire.PendingActivityInfo.init)
    if let task = description.pendingWorkflowTask { pendingWorkflowTask = .init(task) }
  }

  /// The description.
  ///
  /// - Parameter taskFailure: why the pending workflow task fails; the response does not carry it.
  func value(taskFailure: Failure?) throws -> WorkflowExecutionDescription {
    let config = executionConfig
    var info = try workflowExecutionInfo.value("workflow_execution_info")
    if info.taskQueue.isEmpty { info.taskQueue = config.taskQueue.name }
    let blocked = hasPendingWorkflowTask ? taskFailure : nil
    return WorkflowExecutionDescription(
      info: info,
      executionTimeout: try config.workflowExecutionTimeout.timeout("execution_config.workflow_execution_timeout"),
      runTimeout: try config.workflowRunTimeout.timeout("execution_config.workflow_run_timeout"),
      taskTimeout: try config.defaultWorkflowTaskTimeout.duration("execution_config.default_workflow_task_timeout"),
      pendingActivities: try pendingActivities.map { try $0.value("pending_activities[\($0.activityID)]") },
      pendingWorkflowTask: try blocked.map { try pendingWorkflowTask.value("pending_workflow_task", failure: $0) },
      cancelRequested: workflowExtendedInfo.cancelRequested)
  }
}

extension Wire.PendingWorkflowTaskInfo {
  init(_ task: PendingWorkflowTaskInfo) {
    self.init()
    state = .scheduled
    scheduledTime = .init(task.scheduledTime)
    originalScheduledTime = .init(task.scheduledTime)
    attempt = Int32(clamping: task.attempt)
  }

  func value(_ field: String, failure: Failure) throws -> PendingWorkflowTaskInfo {
    let first = hasOriginalScheduledTime ? originalScheduledTime : scheduledTime
    return PendingWorkflowTaskInfo(
      scheduledTime: try first.timestamp("\(field).original_scheduled_time"), attempt: Int(attempt), failure: failure)
  }
}

extension Wire.PendingActivityInfo {
  init(_ activity: PendingActivityInfo) {
    self.init()
    activityID = activity.activityID
    activityType = .init(named: activity.activityType)
    state =
      switch activity.state {
      case .scheduled: .scheduled
      case .started: .started
      case .cancelRequested: .cancelRequested
      }
    attempt = Int32(clamping: activity.attempt)
    maximumAttempts = Int32(clamping: activity.maximumAttempts)
    scheduledTime = .init(activity.scheduledTime)
    if let time = activity.nextAttemptTime { nextAttemptScheduleTime = .init(time) }
    if let time = activity.lastStartedTime { lastStartedTime = .init(time) }
    if let time = activity.lastHeartbeatTime { lastHeartbeatTime = .init(time) }
    if !activity.heartbeatDetails.isEmpty { heartbeatDetails = .init(activity.heartbeatDetails) }
    if let failure = activity.lastFailure { lastFailure = .init(failure) }
  }

  func value(_ field: String) throws -> PendingActivityInfo {
    let knownState: PendingActivityInfo.State =
      switch state {
      case .started, .pauseRequested: .started
      case .cancelRequested: .cancelRequested
      case .scheduled, .paused: .scheduled
      case .unspecified, .UNRECOGNIZED:
        throw MappingError("\(field).state", "is \(state.rawValue), which is no known state")
      }
    return PendingActivityInfo(
      activityID: activityID,
      activityType: activityType.name,
      state: knownState,
      attempt: Int(attempt),
      maximumAttempts: Int(maximumAttempts),
      scheduledTime: try scheduledTime.timestamp("\(field).scheduled_time"),
      nextAttemptTime: hasNextAttemptScheduleTime
        ? try nextAttemptScheduleTime.timestamp("\(field).next_attempt_schedule_time") : nil,
      lastStartedTime: hasLastStartedTime ? try lastStartedTime.timestamp("\(field).last_started_time") : nil,
      lastHeartbeatTime: hasLastHeartbeatTime ? try lastHeartbeatTime.timestamp("\(field).last_heartbeat_time") : nil,
      heartbeatDetails: heartbeatDetails.values,
      lastFailure: hasLastFailure ? try lastFailure.value("\(field).last_failure") : nil)
  }
}
