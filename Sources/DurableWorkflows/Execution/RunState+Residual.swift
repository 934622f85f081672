extension RunState {
  /// Whether nothing of the run needs memory until a timer, a message or another run reaches for it.
  var mayLie: Bool {
    if !isOpen { return true }
    return activities.isEmpty && externalRequests.isEmpty && !hasNewEvents && blocked == nil && !hasLocalActivities
      && admittedUpdates.isEmpty && children.allSatisfy { $0.execution != nil }
  }

  /// The fewest state records that, behind the run's events, restore what events do not tell.
  var residualRecords: [StateRecord] {
    guard isOpen else { return [] }
    var records = activities.flatMap(\.residualRecords)
    if hasLocalActivities { records.append(.localActivities(areOpen: true)) }
    return records
  }
}

extension PendingActivity {
  fileprivate var residualRecords: [StateRecord] {
    func started(_ attempt: Int, at time: Timestamp) -> StateRecord {
      .activityAttemptStarted(scheduledEventID: scheduledEventID, attempt: attempt, time: time)
    }
    func heartbeat(at time: Timestamp) -> StateRecord {
      .activityHeartbeat(
        scheduledEventID: scheduledEventID, attempt: attempt, time: time, details: heartbeatDetails)
    }
    var records: [StateRecord] = []
    let retry = lastFailure.map {
      StateRecord.activityRetryScheduled(
        scheduledEventID: scheduledEventID, attempt: attempt, dueTime: readyTime, lastFailure: $0)
    }
    guard case .started(let time) = stage else {
      if let lastStartedTime { records.append(started(max(1, attempt - 1), at: lastStartedTime)) }
      if let retry { records.append(retry) }
      if let lastHeartbeatTime { records.append(heartbeat(at: lastHeartbeatTime)) }
      return records
    }
    if let retry { records.append(retry) }
    records.append(started(attempt, at: time))
    if let lastHeartbeatTime {
      records.append(heartbeat(at: lastHeartbeatTime))
    } else if !heartbeatDetails.isEmpty {
      // The details of an earlier attempt: the start of this one has taken their time away.
      records += [heartbeat(at: readyTime), started(attempt, at: time)]
    }
    if completesAsynchronously {
      records.append(
        .activityCompletesAsynchronously(scheduledEventID: scheduledEventID, attempt: attempt, time: time))
    }
    return records
  }
}
