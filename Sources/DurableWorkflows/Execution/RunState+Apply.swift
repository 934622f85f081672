extension RunState {
  /// Folds the next event in.
  mutating func apply(_ event: HistoryEvent) {
    nextEventID = event.id + 1
    switch event.attributes {
    case .workflowExecutionStarted, .workflowTaskScheduled, .workflowTaskStarted, .activityTaskStarted, .markerRecorded:
      if case .workflowExecutionStarted = event.attributes { hasNewEvents = true }
    case .workflowTaskCompleted:
      hasNewEvents = false
      blocked = nil
      firstTaskTime = nil
      lastTaskTime = event.time
    case .workflowTaskFailed(_, _, _, let failure, _, nil):
      blocked = PendingWorkflowTaskInfo(scheduledTime: event.time, attempt: 1, failure: failure)
    case .workflowTaskFailed(_, _, _, _, _, .some):
      applyReset(at: event.time)
    case .workflowExecutionSignaled(_, _, _, _, let requestID):
      hasNewEvents = true
      if !requestID.isEmpty {
        if signalRequestIDs.count >= 1000 { signalRequestIDs.removeFirst() }
        signalRequestIDs.append(requestID)
      }
      // The signal of a signal-with-start waits with its run.
      let isOwn = !requestID.isEmpty && requestID == started.requestID
      if !isOwn, started.initiator == nil, started.cronSchedule.isEmpty { firstTaskTime = nil }
    case .workflowExecutionCancelRequested:
      hasNewEvents = true
      cancelRequested = true
      firstTaskTime = nil
    case .timerStarted(let timerID, let duration, _, _):
      timers.append(PendingTimer(startedEventID: event.id, timerID: timerID, deadline: event.time + duration))
    case .timerFired(_, let startedEventID):
      hasNewEvents = true
      removeTimer(startedEventID)
    case .timerCanceled(_, let startedEventID, _, _):
      removeTimer(startedEventID)
    case .upsertWorkflowSearchAttributes(let map, _):
      searchAttributes.upsert(map)
    case .workflowPropertiesModified(let map, _):
      memo.upsert(map)
    case .workflowExecutionUpdateAccepted, .workflowExecutionUpdateCompleted, .workflowExecutionUpdateAdmitted:
      applyUpdate(event)
    case .activityTaskScheduled, .activityTaskCompleted, .activityTaskFailed, .activityTaskTimedOut,
      .activityTaskCancelRequested, .activityTaskCanceled:
      applyActivity(event)
    case .workflowExecutionPaused(let reason, let identity, let requestID):
      pause = WorkflowPauseInfo(pausedTime: event.time, reason: reason, identity: identity, requestID: requestID)
    case .workflowExecutionUnpaused: pause = nil
    case .workflowExecutionCompleted: close(.completed, at: event.time)
    case .workflowExecutionFailed: close(.failed, at: event.time)
    case .workflowExecutionTimedOut: close(.timedOut, at: event.time)
    case .workflowExecutionCanceled: close(.canceled, at: event.time)
    case .workflowExecutionTerminated: close(.terminated, at: event.time)
    case .workflowExecutionContinuedAsNew: close(.continuedAsNew, at: event.time)
    default:
      applyLink(event)
    }
  }

  private mutating func applyActivity(_ event: HistoryEvent) {
    switch event.attributes {
    case .activityTaskScheduled(let attributes):
      activities.append(
        PendingActivity(
          scheduledEventID: event.id, scheduledTime: event.time, attributes: attributes))
    case .activityTaskCancelRequested(let scheduledEventID, _):
      updateActivity(scheduledEventID) { $0.cancelRequestedEventID = event.id }
    case .activityTaskCompleted(let scheduledEventID, _, _, _),
      .activityTaskFailed(let scheduledEventID, _, _, _, _),
      .activityTaskTimedOut(let scheduledEventID, _, _, _),
      .activityTaskCanceled(let scheduledEventID, _, _, _, _):
      hasNewEvents = true
      if let index = activities.index(ofActivity: scheduledEventID) { activities.remove(at: index) }
    default:
      break
    }
  }

  private mutating func applyUpdate(_ event: HistoryEvent) {
    switch event.attributes {
    case .workflowExecutionUpdateAccepted(let accepted):
      updates[accepted.request.updateID] = UpdateState(request: accepted.request, acceptedEventID: event.id)
      updateIDs.append(accepted.request.updateID)
      admittedUpdates.removeAll { $0.updateID == accepted.request.updateID }
    case .workflowExecutionUpdateCompleted(let updateID, _, _, let outcome):
      updates[updateID]?.outcome = outcome
    case .workflowExecutionUpdateAdmitted(let request):
      hasNewEvents = true
      admittedUpdates.append(request)
    default:
      break
    }
  }

  /// Folds in an event about children and other runs.
  private mutating func applyLink(_ event: HistoryEvent) {
    switch event.attributes {
    case .startChildWorkflowExecutionInitiated(let attributes):
      children.append(PendingChild(initiatedEventID: event.id, attributes: attributes))
    case .startChildWorkflowExecutionFailed(_, _, _, let initiatedEventID, _):
      hasNewEvents = true
      children.removeAll { $0.initiatedEventID == initiatedEventID }
    case .childWorkflowExecutionStarted(let initiatedEventID, let execution, _):
      hasNewEvents = true
      if let index = children.firstIndex(where: { $0.initiatedEventID == initiatedEventID }) {
        children[index].startedEventID = event.id
        children[index].execution = execution
      }
    case .childWorkflowExecutionCompleted(let child, _), .childWorkflowExecutionFailed(let child, _, _),
      .childWorkflowExecutionCanceled(let child, _), .childWorkflowExecutionTimedOut(let child, _),
      .childWorkflowExecutionTerminated(let child):
      hasNewEvents = true
      children.removeAll { $0.initiatedEventID == child.initiatedEventID }
    case .signalExternalWorkflowExecutionInitiated(let attributes):
      externalRequests.append(
        PendingExternalRequest(initiatedEventID: event.id, isCancelRequest: false, attributes: attributes))
    case .requestCancelExternalWorkflowExecutionInitiated(let attributes):
      externalRequests.append(
        PendingExternalRequest(initiatedEventID: event.id, isCancelRequest: true, attributes: attributes))
    case .signalExternalWorkflowExecutionFailed(let failed), .requestCancelExternalWorkflowExecutionFailed(let failed):
      hasNewEvents = true
      externalRequests.removeAll { $0.initiatedEventID == failed.initiatedEventID }
    case .externalWorkflowExecutionSignaled(let initiatedEventID, _),
      .externalWorkflowExecutionCancelRequested(let initiatedEventID, _):
      hasNewEvents = true
      externalRequests.removeAll { $0.initiatedEventID == initiatedEventID }
    default:
      break
    }
  }

  private mutating func close(_ newStatus: WorkflowExecutionStatus, at time: Timestamp) {
    status = newStatus
    closeTime = time
    activities = []
    timers = []
    children = []
    externalRequests = []
    hasLocalActivities = false
    hasNewEvents = false
    blocked = nil
    firstTaskTime = nil
    pause = nil
  }

  /// Changes an open activity in place.
  /// - Returns: whether the activity is open.
  @discardableResult
  mutating func updateActivity(_ scheduledEventID: Int64, _ change: (inout PendingActivity) -> Void) -> Bool {
    guard let index = activities.index(ofActivity: scheduledEventID) else { return false }
    change(&activities[index])
    return true
  }

  func activity(_ scheduledEventID: Int64) -> PendingActivity? { activities.activity(scheduledEventID) }

  private mutating func removeTimer(_ startedEventID: Int64) {
    let index = timers.index(of: startedEventID) { $0.startedEventID }
    if let index { timers.remove(at: index) }
  }
}

extension [PendingActivity] {
  /// The activity that an event scheduled.
  func activity(_ scheduledEventID: Int64) -> PendingActivity? {
    index(ofActivity: scheduledEventID).map { self[$0] }
  }

  func index(ofActivity scheduledEventID: Int64) -> Int? {
    index(of: scheduledEventID) { $0.scheduledEventID }
  }
}

extension Array {
  /// The place of what an event began, in an array that is in the order of those events.
  @inline(__always)
  fileprivate func index(of eventID: Int64, _ id: (Element) -> Int64) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if id(self[middle]) < eventID { low = middle + 1 } else { high = middle }
    }
    return low < count && id(self[low]) == eventID ? low : nil
  }
}

extension [String: Payload] {
  /// Takes over new values; a null payload removes the key.
  mutating func upsert(_ changes: [String: Payload]) {
    for (key, payload) in changes { self[key] = payload.isNull ? nil : payload }
  }
}
