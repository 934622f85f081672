internal import Synchronization

extension EngineCore {
  func describe(_ run: Run) -> WorkflowExecutionDescription {
    let state = run.state
    var description = WorkflowExecutionDescription(
      info: info(state), executionTimeout: state.started.executionTimeout, runTimeout: state.started.runTimeout,
      taskTimeout: state.started.taskTimeout, pendingActivities: state.activities.map(describe),
      pendingWorkflowTask: state.blocked, cancelRequested: state.cancelRequested)
    description.pendingChildren = state.children.map { child in
      PendingChildInfo(
        execution: child.execution ?? WorkflowExecution(workflowID: child.attributes.workflowID),
        workflowType: child.attributes.workflowType, initiatedEventID: child.initiatedEventID,
        parentClosePolicy: child.attributes.parentClosePolicy)
    }
    description.pendingTimers = state.timers.map {
      PendingTimerInfo(timerID: $0.timerID, startedEventID: $0.startedEventID, deadline: $0.deadline)
    }
    description.pendingUpdates = state.updateIDs.compactMap { state.updates[$0] }.filter { $0.outcome == nil }
      .map(\.request)
    description.parent = state.started.parent
    description.root = state.started.root
    description.firstRunID = state.started.firstRunID
    description.version = state.started.version
    description.firstTaskTime = state.firstTaskTime
    description.pause = state.pause
    description.quarantine = state.quarantine
    description.resetPoints = state.resetPoints
    describeProgress(of: run, in: &description)
    return description
  }

  /// What Temporal's services do not tell.
  private func describeProgress(of run: Run, in description: inout WorkflowExecutionDescription) {
    let state = run.state
    description.attempt = state.started.attempt
    description.initiator = state.started.initiator
    description.cronSchedule = state.started.cronSchedule
    description.lastTaskTime = state.lastTaskTime
    description.tellsTimers = true
    guard state.isOpen else { return }
    description.deadline = state.workflowDeadline
    description.handlers = (try? registry(of: state)?.registration(of: state.started))?.handlerNames
    if let instance = run.instance {
      let registered = instance.state.withLock { $0.signalHandlers.keys.sorted() }
      description.handlers?.signals.append(contentsOf: registered)
    }
    description.pendingLocalActivities =
      run.localActivities.values.sorted { $0.request.seq < $1.request.seq }.map(describe)
  }

  private func describe(_ activity: RunningLocalActivity) -> PendingActivityInfo {
    let request = activity.request
    return PendingActivityInfo(
      activityID: request.activityID, activityType: request.activityType,
      state: activity.running == nil ? .scheduled : .started, attempt: activity.attempt,
      maximumAttempts: (request.options.retryPolicy ?? .standard).maximumAttempts,
      scheduledTime: request.scheduledTime, nextAttemptTime: activity.nextAttemptTime,
      lastStartedTime: nil, lastHeartbeatTime: nil, heartbeatDetails: [], lastFailure: activity.lastFailure)
  }

  private func describe(_ activity: PendingActivity) -> PendingActivityInfo {
    var info = PendingActivityInfo(
      activityID: activity.attributes.activityID, activityType: activity.attributes.activityType, state: .scheduled,
      attempt: activity.attempt, maximumAttempts: activity.attributes.retryPolicy.maximumAttempts,
      scheduledTime: activity.scheduledTime, nextAttemptTime: nil, lastStartedTime: activity.lastStartedTime,
      lastHeartbeatTime: activity.lastHeartbeatTime, heartbeatDetails: activity.heartbeatDetails,
      lastFailure: activity.lastFailure)
    switch activity.stage {
    case .scheduled: break
    case .started: info.state = activity.cancelRequestedEventID == nil ? .started : .cancelRequested
    case .backingOff(let until): info.nextAttemptTime = until
    }
    info.completesAsynchronously = activity.completesAsynchronously
    info.deadline = activity.deadline
    return info
  }

  private func info(_ state: RunState) -> WorkflowExecutionInfo {
    WorkflowExecutionInfo(
      execution: state.execution, workflowType: state.started.workflowType, taskQueue: state.started.taskQueue,
      startTime: state.startTime, closeTime: state.closeTime, status: state.visibleStatus,
      historyLength: state.nextEventID - 1, historySizeBytes: state.historySizeBytes, memo: state.memo,
      searchAttributes: state.searchAttributes)
  }
}
