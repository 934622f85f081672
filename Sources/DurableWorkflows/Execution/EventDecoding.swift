extension ByteReader {
  /// Far beyond what a record's events can count up to, and far enough from the end of the integers.
  private static let lastEventID: Int64 = 1 << 60

  /// Reads the events of a record after its key. `started` supplies what compact workflow tasks leave out; it is `nil`
  /// for the record that begins with the run's first event.
  mutating func events(started: WorkflowExecutionStartedAttributes?) throws(RecordCodingError) -> [HistoryEvent] {
    var started = started
    var events: [HistoryEvent] = []
    var id = try signed()
    guard (1...ByteReader.lastEventID).contains(id) else {
      throw RecordCodingError("\(id) is not the id of an event", at: remaining)
    }
    var time = try signed()
    while !isAtEnd {
      let kind = try byte()
      time &+= try signed()
      let now = Timestamp(nanosecondsSinceEpoch: time)
      if kind == 250 || kind == 251 {
        guard let started else { throw RecordCodingError("a workflow task precedes the run's start", at: remaining) }
        let size = try signed()
        let identity = kind == 251 ? try text() : ""
        let task: [EventAttributes] = [
          .workflowTaskScheduled(taskQueue: started.taskQueue, startToCloseTimeout: started.taskTimeout, attempt: 1),
          .workflowTaskStarted(scheduledEventID: id, identity: identity, historySizeBytes: size),
          .workflowTaskCompleted(scheduledEventID: id, startedEventID: id + 1, identity: identity),
        ]
        for attributes in task {
          events.append(HistoryEvent(id: id, time: now, attributes: attributes))
          id += 1
        }
        continue
      }
      let attributes = try attributes(kind)
      if case .workflowExecutionStarted(let value) = attributes { started = value }
      events.append(HistoryEvent(id: id, time: now, attributes: attributes))
      id += 1
    }
    return events
  }

  private mutating func attributes(_ kind: UInt8) throws(RecordCodingError) -> EventAttributes {
    switch kind {
    case 1: return .workflowExecutionStarted(try startedAttributes())
    case 2: return .workflowExecutionCompleted(result: try payloads(), workflowTaskCompletedEventID: try signed())
    case 3:
      return .workflowExecutionFailed(
        failure: try failure(), retryState: try retryState(), workflowTaskCompletedEventID: try signed())
    case 4: return .workflowExecutionTimedOut(retryState: try retryState())
    case 5:
      return .workflowTaskScheduled(
        taskQueue: try text(), startToCloseTimeout: try duration(), attempt: try attempt())
    case 6:
      return .workflowTaskStarted(scheduledEventID: try signed(), identity: try text(), historySizeBytes: try signed())
    case 7:
      return .workflowTaskCompleted(scheduledEventID: try signed(), startedEventID: try signed(), identity: try text())
    case 9:
      return .workflowTaskFailed(
        scheduledEventID: try signed(), startedEventID: try signed(),
        cause: WorkflowTaskFailedCause(rawValue: Int(truncatingIfNeeded: try unsigned())) ?? .unspecified,
        failure: try failure(), identity: try text())
    case 10...16: return try activityAttributes(kind)
    case 17:
      return .timerStarted(
        timerID: try text(), startToFireTimeout: try duration(), workflowTaskCompletedEventID: try signed(),
        summary: try optional { reader throws(RecordCodingError) in try reader.text() })
    case 18: return .timerFired(timerID: try text(), startedEventID: try signed())
    case 19:
      return .timerCanceled(
        timerID: try text(), startedEventID: try signed(), workflowTaskCompletedEventID: try signed(),
        identity: try text())
    case 20: return .workflowExecutionCancelRequested(cause: try text(), identity: try text())
    case 21: return .workflowExecutionCanceled(details: try payloads(), workflowTaskCompletedEventID: try signed())
    case 25:
      let name = try text()
      var details: [String: [Payload]] = [:]
      for _ in 0..<(try count()) { details[try text()] = try payloads() }
      return .markerRecorded(
        markerName: name, details: details, workflowTaskCompletedEventID: try signed(),
        failure: try optional { reader throws(RecordCodingError) in try reader.failure() })
    case 26:
      return .workflowExecutionSignaled(
        signalName: try text(), input: try payloads(), identity: try text(), header: try payloadMap(),
        requestID: try text())
    case 27: return .workflowExecutionTerminated(reason: try text(), details: try payloads(), identity: try text())
    default: throw RecordCodingError("event type \(kind) is unknown; a newer version wrote it", at: remaining)
    }
  }

  private mutating func activityAttributes(_ kind: UInt8) throws(RecordCodingError) -> EventAttributes {
    switch kind {
    case 10: return .activityTaskScheduled(try scheduledAttributes())
    case 11:
      return .activityTaskStarted(
        scheduledEventID: try signed(), identity: try text(), attempt: try attempt(),
        lastFailure: try optional { reader throws(RecordCodingError) in try reader.failure() })
    case 12:
      return .activityTaskCompleted(
        scheduledEventID: try signed(), startedEventID: try signed(), identity: try text(), result: try payloads())
    case 13:
      return .activityTaskFailed(
        scheduledEventID: try signed(), startedEventID: try signed(), identity: try text(), failure: try failure(),
        retryState: try retryState())
    case 14:
      return .activityTaskTimedOut(
        scheduledEventID: try signed(), startedEventID: try signed(), failure: try failure(),
        retryState: try retryState())
    case 15:
      return .activityTaskCancelRequested(scheduledEventID: try signed(), workflowTaskCompletedEventID: try signed())
    default:
      return .activityTaskCanceled(
        scheduledEventID: try signed(), startedEventID: try signed(), latestCancelRequestedEventID: try signed(),
        identity: try text(), details: try payloads())
    }
  }

  private mutating func startedAttributes() throws(RecordCodingError) -> WorkflowExecutionStartedAttributes {
    WorkflowExecutionStartedAttributes(
      workflowType: try text(), workflowID: try text(), runID: try text(), taskQueue: try text(),
      input: try payloads(),
      executionTimeout: try optional { reader throws(RecordCodingError) in try reader.duration() },
      runTimeout: try optional { reader throws(RecordCodingError) in try reader.duration() },
      taskTimeout: try duration(), identity: try text(), memo: try payloadMap(),
      searchAttributes: try payloadMap(), header: try payloadMap(), requestID: try text(),
      attempt: try attempt())
  }

  private mutating func scheduledAttributes() throws(RecordCodingError) -> ActivityTaskScheduledAttributes {
    ActivityTaskScheduledAttributes(
      activityID: try text(), activityType: try text(), taskQueue: try text(), input: try payloads(),
      scheduleToCloseTimeout: try optional { reader throws(RecordCodingError) in try reader.duration() },
      scheduleToStartTimeout: try optional { reader throws(RecordCodingError) in try reader.duration() },
      startToCloseTimeout: try optional { reader throws(RecordCodingError) in try reader.duration() },
      heartbeatTimeout: try optional { reader throws(RecordCodingError) in try reader.duration() },
      retryPolicy: try retryPolicy(), workflowTaskCompletedEventID: try signed(), header: try payloadMap(),
      summary: try optional { reader throws(RecordCodingError) in try reader.text() })
  }
}

extension ByteWriter {
  /// The record body of one state record.
  mutating func stateRecord(_ record: StateRecord, of key: RunKey) {
    unsigned(key.rawValue)
    switch record {
    case .activityRetryScheduled(let eventID, let attempt, let dueTime, let lastFailure):
      byte(1)
      signed(eventID)
      count(attempt)
      signed(dueTime.nanosecondsSinceEpoch)
      failure(lastFailure)
    case .activityHeartbeat(let eventID, let attempt, let time, let details):
      byte(2)
      signed(eventID)
      count(attempt)
      signed(time.nanosecondsSinceEpoch)
      payloads(details)
    }
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
    default: throw RecordCodingError("state record kind \(kind) is unknown; a newer version wrote it", at: remaining)
    }
  }
}
