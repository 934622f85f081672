internal import Synchronization

extension EngineCore {
  private static let largestPage = 1000

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
    description.quarantine = state.quarantine
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
      startTime: state.startTime, closeTime: state.closeTime, status: state.status,
      historyLength: state.nextEventID - 1, historySizeBytes: state.historySizeBytes, memo: state.memo,
      searchAttributes: state.searchAttributes)
  }

  /// Newest first. The token is the last run's number, so pages stay stable while runs start and close.
  func list(_ request: ListWorkflowExecutionsRequest) throws -> ListWorkflowExecutionsResponse {
    try checkNamespace(request.namespace)
    let filter = try VisibilityFilter(request.query)
    var key = nextKey.rawValue
    if !request.nextPageToken.isEmpty {
      guard let text = String(validating: request.nextPageToken, as: UTF8.self), let last = UInt64(text), last <= key
      else { throw WorkflowServiceError(.invalidArgument, "the next page token is not one of this service") }
      key = last
    }
    let limit = request.pageSize > 0 ? min(request.pageSize, EngineCore.largestPage) : EngineCore.largestPage
    var executions: [WorkflowExecutionInfo] = []
    while key > 1 {
      key -= 1
      guard let state = try runs.state(of: RunKey(rawValue: key)), filter.matches(state) else { continue }
      if executions.count == limit {
        return ListWorkflowExecutionsResponse(executions: executions, nextPageToken: Array("\(key + 1)".utf8))
      }
      executions.append(info(state))
    }
    return ListWorkflowExecutionsResponse(executions: executions, nextPageToken: [])
  }

  func count(namespace: String, query: String) throws -> Int {
    try checkNamespace(namespace)
    let filter = try VisibilityFilter(query)
    if filter.matchesAll { return runs.count }
    var count = 0
    for key in 1..<nextKey.rawValue {
      if let state = try runs.state(of: RunKey(rawValue: key)), filter.matches(state) { count += 1 }
    }
    return count
  }
}
