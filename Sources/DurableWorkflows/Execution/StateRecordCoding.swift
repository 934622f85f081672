extension ByteWriter {
  /// The record body of one state record.
  mutating func stateRecord(_ record: StateRecord, of key: RunKey) {
    unsigned(key.rawValue)
    switch record {
    case .activityRetryScheduled(let eventID, let attempt, let dueTime, let lastFailure):
      head(1, eventID, attempt, dueTime)
      failure(lastFailure)
    case .activityHeartbeat(let eventID, let attempt, let time, let details):
      head(2, eventID, attempt, time)
      payloads(details)
    case .activityAttemptStarted(let eventID, let attempt, let time):
      head(3, eventID, attempt, time)
    case .activityCompletesAsynchronously(let eventID, let attempt, let time):
      head(4, eventID, attempt, time)
    case .localActivities(let areOpen):
      head(5, areOpen ? 1 : 0, 1, .epoch)
    case .deleted(let time):
      head(6, 0, 1, time)
    case .quarantined(let reason, let time):
      head(32, 0, 1, time)
      text(reason)
    case .released(let time):
      head(33, 0, 1, time)
    case .resetPoint(let point):
      head(34, point.firstWorkflowTaskCompletedID, 1, point.createTime)
      text(point.buildID)
    }
  }

  private mutating func head(_ kind: UInt8, _ eventID: Int64, _ attempt: Int, _ time: Timestamp) {
    byte(kind)
    signed(eventID)
    count(attempt)
    signed(time.nanosecondsSinceEpoch)
  }
}

extension ByteReader {
  /// Reads a state record after its key.
  mutating func stateRecord() throws(RecordCodingError) -> StateRecord {
    let kind = try byte()
    let eventID = try signed()
    let attempt = try attempt()
    let time = Timestamp(nanosecondsSinceEpoch: try signed())
    switch kind {
    case 1:
      return .activityRetryScheduled(
        scheduledEventID: eventID, attempt: attempt, dueTime: time, lastFailure: try failure())
    case 2:
      return .activityHeartbeat(scheduledEventID: eventID, attempt: attempt, time: time, details: try payloads())
    case 3: return .activityAttemptStarted(scheduledEventID: eventID, attempt: attempt, time: time)
    case 4: return .activityCompletesAsynchronously(scheduledEventID: eventID, attempt: attempt, time: time)
    case 5: return .localActivities(areOpen: eventID != 0)
    case 6: return .deleted(at: time)
    case 32: return .quarantined(reason: try text(), time: time)
    case 33: return .released(time: time)
    case 34:
      return .resetPoint(
        ResetPointInfo(buildID: try text(), firstWorkflowTaskCompletedID: eventID, createTime: time))
    default: throw RecordCodingError("state record kind \(kind) is unknown; a newer version wrote it", at: remaining)
    }
  }
}
