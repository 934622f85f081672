internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.DescribeResponse {
  init(_ description: WorkflowExecutionDescription) {
    self.init()
    let info = description.info
    workflowExecutionInfo = .init(info)
    setRelatives(description)
    executionConfig = .with {
      $0.taskQueue = .init(named: info.taskQueue)
      $0.workflowExecutionTimeout = .init(timeout: description.executionTimeout)
      $0.workflowRunTimeout = .init(timeout: description.runTimeout)
      $0.defaultWorkflowTaskTimeout = .init(description.taskTimeout)
    }
    workflowExtendedInfo = .with {
      $0.cancelRequested = description.cancelRequested
      $0.originalStartTime = .init(info.startTime)
      if let deadline = description.deadline { $0.runExpirationTime = .init(deadline) }
      if let pause = description.pause { $0.pauseInfo = .init(pause) }
    }
    pendingActivities = description.pendingActivities.map(Wire.PendingActivityInfo.init)
    pendingChildren = description.pendingChildren.map(Wire.PendingChildInfo.init)
    if let task = description.pendingWorkflowTask { pendingWorkflowTask = .init(task) }
  }

  /// The runs before and above, and what the run waits for before it begins.
  private mutating func setRelatives(_ description: WorkflowExecutionDescription) {
    let info = description.info
    if !description.firstRunID.isEmpty { workflowExecutionInfo.firstRunID = description.firstRunID }
    if let parent = description.parent {
      workflowExecutionInfo.parentNamespaceID = parent.namespace
      workflowExecutionInfo.parentExecution = .init(parent.execution)
    }
    if let root = description.root { workflowExecutionInfo.rootExecution = .init(root) }
    if let time = description.firstTaskTime { workflowExecutionInfo.executionTime = .init(time) }
    if description.version > 0 {
      workflowExecutionInfo.workerDeploymentName = info.workflowType
      workflowExecutionInfo.versioningInfo = .with {
        $0.behavior = .pinned
        $0.deploymentVersion = .init(description.version, of: info.workflowType)
      }
    }
    if !description.resetPoints.isEmpty {
      workflowExecutionInfo.autoResetPoints.points = description.resetPoints.map { point in
        .with {
          $0.buildID = point.buildID
          $0.runID = info.execution.runID
          $0.firstWorkflowTaskCompletedID = point.firstWorkflowTaskCompletedID
          $0.createTime = .init(point.createTime)
          $0.resettable = true
        }
      }
    }
  }

  /// The description, as far as the response has fields: timers, updates, local activities, handlers, the run's place
  /// in its chain and the parent's event have none.
  ///
  /// - Parameter taskFailure: why the pending workflow task fails; the response does not carry it.
  func value(taskFailure: Failure?) throws -> WorkflowExecutionDescription {
    let config = executionConfig
    var info = try workflowExecutionInfo.value("workflow_execution_info")
    if info.taskQueue.isEmpty { info.taskQueue = config.taskQueue.name }
    let blocked = hasPendingWorkflowTask ? taskFailure : nil
    var description = WorkflowExecutionDescription(
      info: info,
      executionTimeout: try config.workflowExecutionTimeout.timeout("execution_config.workflow_execution_timeout"),
      runTimeout: try config.workflowRunTimeout.timeout("execution_config.workflow_run_timeout"),
      taskTimeout: try config.defaultWorkflowTaskTimeout.duration("execution_config.default_workflow_task_timeout"),
      pendingActivities: try pendingActivities.map { try $0.value("pending_activities[\($0.activityID)]") },
      pendingWorkflowTask: try blocked.map { try pendingWorkflowTask.value("pending_workflow_task", failure: $0) },
      cancelRequested: workflowExtendedInfo.cancelRequested)
    description.pendingChildren = pendingChildren.map(\.value)
    let wire = workflowExecutionInfo
    description.firstRunID = wire.firstRunID
    if wire.hasParentExecution {
      description.parent = ParentWorkflow(
        namespace: wire.parentNamespaceID, execution: wire.parentExecution.value, initiatedEventID: 0)
    }
    if wire.hasRootExecution, wire.rootExecution.value != info.execution { description.root = wire.rootExecution.value }
    if workflowExtendedInfo.hasRunExpirationTime {
      description.deadline = try workflowExtendedInfo.runExpirationTime.timestamp(
        "workflow_extended_info.run_expiration_time")
    }
    description.pause =
      workflowExtendedInfo.hasPauseInfo
      ? try workflowExtendedInfo.pauseInfo.value("workflow_extended_info.pause_info") : nil
    description.version = wire.versioningInfo.deploymentVersion.number(of: info.workflowType)
    // A cluster also tells those of the runs before.
    description.resetPoints = try wire.autoResetPoints.points.filter { $0.runID == info.execution.runID }.map {
      ResetPointInfo(
        buildID: $0.buildID, firstWorkflowTaskCompletedID: $0.firstWorkflowTaskCompletedID,
        createTime: try $0.createTime.timestamp("workflow_execution_info.auto_reset_points.create_time"))
    }
    if wire.hasExecutionTime {
      let time = try wire.executionTime.timestamp("workflow_execution_info.execution_time")
      description.firstTaskTime = time > info.startTime ? time : nil
    }
    return description
  }
}

extension Temporal_Api_Workflow_V1_WorkflowExecutionPauseInfo {
  /// The message has no field for the request's id.
  init(_ pause: WorkflowPauseInfo) {
    self.init()
    identity = pause.identity
    pausedTime = .init(pause.pausedTime)
    reason = pause.reason
  }

  func value(_ field: String) throws -> WorkflowPauseInfo {
    WorkflowPauseInfo(
      pausedTime: try pausedTime.timestamp("\(field).paused_time"), reason: reason, identity: identity)
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

extension Wire.PendingChildInfo {
  init(_ child: PendingChildInfo) {
    self.init()
    workflowID = child.execution.workflowID
    runID = child.execution.runID
    workflowTypeName = child.workflowType
    initiatedID = child.initiatedEventID
    parentClosePolicy = .init(child.parentClosePolicy)
  }

  var value: PendingChildInfo {
    PendingChildInfo(
      execution: WorkflowExecution(workflowID: workflowID, runID: runID), workflowType: workflowTypeName,
      initiatedEventID: initiatedID, parentClosePolicy: parentClosePolicy.value)
  }
}
