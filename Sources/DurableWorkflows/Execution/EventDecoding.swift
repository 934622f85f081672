extension ByteReader {
  /// Far beyond what a record's events can count up to, and far enough from the end of the integers.
  private static let lastEventID: Int64 = 1 << 60
  /// How many events a record has that records a step: the end of an activity, a workflow task, the next activity.
  private static let usualEventCount = 6

  /// Reads the events of a record after its key. `started` supplies what compact workflow tasks leave out; it is `nil`
  /// for the record that begins with the run's first event.
  mutating func events(started: WorkflowExecutionStartedAttributes?) throws(RecordCodingError) -> [HistoryEvent] {
    try events(ofTasks: started?.usualTask)
  }

  /// Reads the events of a record after its key. `usual` supplies what compact workflow tasks leave out; it is `nil` for
  /// the record that begins with the run's first event.
  mutating func events(ofTasks usual: UsualTask?) throws(RecordCodingError) -> [HistoryEvent] {
    var usual = usual
    var events: [HistoryEvent] = []
    events.reserveCapacity(ByteReader.usualEventCount)
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
        guard let usual else { throw RecordCodingError("a workflow task precedes the run's start", at: remaining) }
        let size = try signed()
        let identity = kind == 251 ? try self.identity() : ""
        events.append(
          HistoryEvent(
            id: id, time: now,
            attributes: .workflowTaskScheduled(
              taskQueue: usual.taskQueue, startToCloseTimeout: usual.timeout, attempt: 1)))
        events.append(
          HistoryEvent(
            id: id + 1, time: now,
            attributes: .workflowTaskStarted(scheduledEventID: id, identity: identity, historySizeBytes: size)))
        events.append(
          HistoryEvent(
            id: id + 2, time: now,
            attributes: .workflowTaskCompleted(scheduledEventID: id, startedEventID: id + 1, identity: identity)))
        id += 3
        continue
      }
      let attributes = try attributes(kind)
      if case .workflowExecutionStarted(let started) = attributes { usual = started.usualTask }
      events.append(HistoryEvent(id: id, time: now, attributes: attributes))
      id += 1
    }
    return events
  }

  private mutating func attributes(_ kind: UInt8) throws(RecordCodingError) -> EventAttributes {
    switch kind {
    case 1: return .workflowExecutionStarted(try startedAttributes())
    case 101:
      var attributes = try startedAttributes()
      try startedExtension(of: &attributes)
      return .workflowExecutionStarted(attributes)
    case 201, 252:
      var attributes = try startedAttributes()
      try startedExtension(of: &attributes)
      attributes.priority = try priority()
      if kind == 252 { attributes.namespace = NamespaceKey(name: try text()) }
      return .workflowExecutionStarted(attributes)
    case 2, 102:
      return .workflowExecutionCompleted(
        result: try payloads(), workflowTaskCompletedEventID: try signed(),
        newExecutionRunID: try kind > 100 ? text() : "")
    case 3, 103:
      return .workflowExecutionFailed(
        failure: try failure(), retryState: try retryState(), workflowTaskCompletedEventID: try signed(),
        newExecutionRunID: try kind > 100 ? text() : "")
    case 4, 104:
      return .workflowExecutionTimedOut(retryState: try retryState(), newExecutionRunID: try kind > 100 ? text() : "")
    case 5:
      return .workflowTaskScheduled(
        taskQueue: try text(), startToCloseTimeout: try duration(), attempt: try attempt())
    case 6:
      return .workflowTaskStarted(
        scheduledEventID: try signed(), identity: try identity(), historySizeBytes: try signed())
    case 7:
      return .workflowTaskCompleted(
        scheduledEventID: try signed(), startedEventID: try signed(), identity: try identity())
    case 9, 109:
      return .workflowTaskFailed(
        scheduledEventID: try signed(), startedEventID: try signed(),
        cause: WorkflowTaskFailedCause(rawValue: Int(truncatingIfNeeded: try unsigned())) ?? .unspecified,
        failure: try failure(), identity: try text(),
        reset: try kind > 100 ? WorkflowReset(baseRunID: text(), newRunID: text()) : nil)
    case 10...16: return try activityAttributes(kind)
    case 110:
      var attributes = try scheduledAttributes()
      attributes.isIdempotent = try bool()
      return .activityTaskScheduled(attributes)
    case 210:
      var attributes = try scheduledAttributes()
      attributes.isIdempotent = try bool()
      attributes.priority = try priority()
      return .activityTaskScheduled(attributes)
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
    default: return try linkedAttributes(kind)
    }
  }

  private mutating func activityAttributes(_ kind: UInt8) throws(RecordCodingError) -> EventAttributes {
    switch kind {
    case 10: return .activityTaskScheduled(try scheduledAttributes())
    case 11:
      return .activityTaskStarted(
        scheduledEventID: try signed(), identity: try identity(), attempt: try attempt(),
        lastFailure: try optional { reader throws(RecordCodingError) in try reader.failure() })
    case 12:
      return .activityTaskCompleted(
        scheduledEventID: try signed(), startedEventID: try signed(), identity: try identity(), result: try payloads())
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
