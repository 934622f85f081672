extension RunState {
  /// Whether nothing of the run needs memory until a timer, a message or another run reaches for it.
  var mayLie: Bool {
    if !isOpen { return !isDeleted }
    return activities.isEmpty && externalRequests.isEmpty && !hasNewEvents && blocked == nil && !hasLocalActivities
      && quarantine == nil && admittedUpdates.isEmpty && children.allSatisfy { $0.execution != nil }
  }

  /// The fewest state records that, behind the run's events, restore what events do not tell.
  var residualRecords: [StateRecord] {
    let points = resetPoints.map(StateRecord.resetPoint)
    guard isOpen else { return points }
    var records = points + activities.flatMap(\.residualRecords)
    if hasLocalActivities { records.append(.localActivities(areOpen: true)) }
    if let quarantine { records.append(.quarantined(reason: quarantine.reason, time: quarantine.time)) }
    return records
  }
}

extension PendingActivity {
  fileprivate var residualRecords: [StateRecord] {
    func started(_ attempt: Int, at time: Timestamp) -> StateRecord {
      .activityAttemptStarted(scheduledEventID: scheduledEventID, attempt: attempt, time: time)
    }
    func heartbeat(_ attempt: Int, at time: Timestamp) -> StateRecord {
      .activityHeartbeat(
        scheduledEventID: scheduledEventID, attempt: attempt, time: time, details: heartbeatDetails)
    }
    var records: [StateRecord] = []
    let retry = lastFailure.map {
      StateRecord.activityRetryScheduled(
        scheduledEventID: scheduledEventID, attempt: attempt, dueTime: readyTime, lastFailure: $0)
    }
    guard case .started(let time) = stage else {
      // What the attempt before left behind.
      if let lastStartedTime {
        let before = max(1, attempt - 1)
        records.append(started(before, at: lastStartedTime))
        if lastHeartbeatTime != nil || !heartbeatDetails.isEmpty {
          records.append(heartbeat(before, at: lastHeartbeatTime ?? lastStartedTime))
        }
        if lastHeartbeatTime == nil { records.append(started(before, at: lastStartedTime)) }
      }
      if let retry { records.append(retry) }
      return records
    }
    if let retry { records.append(retry) }
    records.append(started(attempt, at: time))
    if let lastHeartbeatTime {
      records.append(heartbeat(attempt, at: lastHeartbeatTime))
    } else if !heartbeatDetails.isEmpty {
      // The details of an earlier attempt: the start of this one has taken their time away.
      records += [heartbeat(attempt, at: time), started(attempt, at: time)]
    }
    if completesAsynchronously {
      records.append(
        .activityCompletesAsynchronously(scheduledEventID: scheduledEventID, attempt: attempt, time: time))
    }
    return records
  }
}
