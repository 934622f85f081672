extension ByteReader {
  mutating func scheduleRecord() throws(RecordCodingError) -> ScheduleRecord {
    switch try byte() {
    case 1: return .definition(id: try text(), try definition())
    case 2: return .progress(id: try text(), try progress())
    case 3: return .deleted(id: try text())
    case 4:
      return .outcome(
        id: try text(),
        ScheduleMachine.Outcome(
          lastCompletionResult: try payloads(),
          failure: try optional { reader throws(RecordCodingError) in try reader.failure() }))
    case let kind: throw RecordCodingError("schedule record kind \(kind) is unknown", at: remaining)
    }
  }

  private mutating func definition() throws(RecordCodingError) -> ScheduleMachine.Definition {
    let kind = try byte()
    guard kind == 1 || kind == 2 else {
      throw RecordCodingError("schedule action kind \(kind) is unknown; a newer version wrote it", at: remaining)
    }
    var action = try startWorkflow()
    if kind == 2 { action.priority = try priority() }
    var spec = ScheduleSpec()
    spec.calendars = try calendars()
    spec.intervals = try array { reader throws(RecordCodingError) in
      ScheduleIntervalSpec(every: try reader.duration(), offset: try reader.duration())
    }
    spec.cronExpressions = try array { reader throws(RecordCodingError) in try reader.text() }
    spec.skip = try calendars()
    spec.startAt = try optionalTime()
    spec.endAt = try optionalTime()
    spec.jitter = try duration()
    spec.timeZoneName = try text()
    guard let overlap = try overlap() else { throw RecordCodingError("a schedule has no policy", at: remaining) }
    let policy = SchedulePolicy(
      overlap: overlap, catchupWindow: try duration(), pauseOnFailure: try bool())
    return ScheduleMachine.Definition(
      action: .startWorkflow(action), spec: spec, policy: policy, memo: try payloadMap(),
      searchAttributes: try payloadMap(), requestID: try text())
  }

  private mutating func startWorkflow() throws(RecordCodingError) -> ScheduleAction.StartWorkflow {
    ScheduleAction.StartWorkflow(
      workflowType: try text(), workflowID: try text(), taskQueue: try text(), input: try payloads(),
      executionTimeout: try optionalDuration(), runTimeout: try optionalDuration(), taskTimeout: try optionalDuration(),
      retryPolicy: try optional { reader throws(RecordCodingError) in try reader.retryPolicy() },
      memo: try payloadMap(), searchAttributes: try payloadMap(), header: try payloadMap())
  }

  private mutating func calendars() throws(RecordCodingError) -> [ScheduleCalendarSpec] {
    try array { reader throws(RecordCodingError) in
      ScheduleCalendarSpec(
        second: try reader.ranges(), minute: try reader.ranges(), hour: try reader.ranges(),
        dayOfMonth: try reader.ranges(), month: try reader.ranges(), year: try reader.ranges(),
        dayOfWeek: try reader.ranges(), comment: try reader.text())
    }
  }

  private mutating func ranges() throws(RecordCodingError) -> [ScheduleRange] {
    try array { reader throws(RecordCodingError) in
      ScheduleRange(
        Int(truncatingIfNeeded: try reader.signed()), through: Int(truncatingIfNeeded: try reader.signed()),
        step: Int(truncatingIfNeeded: try reader.signed()))
    }
  }

  private mutating func progress() throws(RecordCodingError) -> ScheduleProgress {
    let state = ScheduleState(
      note: try text(), isPaused: try bool(), limitedActions: try bool(),
      remainingActions: Int(truncatingIfNeeded: try signed()))
    let revision = try signed()
    var progress = ScheduleProgress(state: state, createTime: try time())
    progress.revision = revision
    progress.updateTime = try optionalTime()
    progress.cursor = try time()
    progress.buffer = try array { reader throws(RecordCodingError) in
      ScheduleProgress.BufferedStart(
        time: ScheduledTime(nominal: try reader.time(), due: try reader.time()), overlap: try reader.overlap(),
        isManual: try reader.bool())
    }
    progress.backfills = try array { reader throws(RecordCodingError) in
      ScheduleProgress.Backfill(cursor: try reader.time(), endAt: try reader.time(), overlap: try reader.overlap())
    }
    progress.running = try array { reader throws(RecordCodingError) in
      ScheduleProgress.RunningWorkflow(
        execution: WorkflowExecution(workflowID: try reader.text(), runID: try reader.text()),
        ending: try reader.value("ending"))
    }
    progress.recentActions = try array { reader throws(RecordCodingError) in
      ScheduleActionResult(
        scheduleTime: try reader.time(), actualTime: try reader.time(),
        startWorkflowResult: WorkflowExecution(workflowID: try reader.text(), runID: try reader.text()),
        startWorkflowStatus: try reader.value("status"))
    }
    progress.actionCount = try signed()
    progress.missedCatchupWindow = try signed()
    progress.overlapSkipped = try signed()
    progress.bufferDropped = try signed()
    progress.lastActionError = try optional { reader throws(RecordCodingError) in try reader.text() }
    progress.patchRequestIDs = try array { reader throws(RecordCodingError) in try reader.text() }
    return progress
  }

  private mutating func time() throws(RecordCodingError) -> Timestamp {
    Timestamp(nanosecondsSinceEpoch: try signed())
  }

  private mutating func optionalTime() throws(RecordCodingError) -> Timestamp? {
    try optional { reader throws(RecordCodingError) in try reader.time() }
  }

  private mutating func optionalDuration() throws(RecordCodingError) -> Duration? {
    try optional { reader throws(RecordCodingError) in try reader.duration() }
  }

  /// 0 stands for none.
  private mutating func overlap() throws(RecordCodingError) -> ScheduleOverlapPolicy? {
    let value = try unsigned()
    if value == 0 { return nil }
    guard let policy = ScheduleOverlapPolicy(rawValue: Int(truncatingIfNeeded: value)) else {
      throw RecordCodingError("overlap policy \(value) is unknown", at: remaining)
    }
    return policy
  }

  private mutating func value<Value: RawRepresentable<Int>>(_ name: String) throws(RecordCodingError) -> Value {
    let raw = Int(truncatingIfNeeded: try unsigned())
    guard let value = Value(rawValue: raw) else { throw RecordCodingError("\(name) \(raw) is unknown", at: remaining) }
    return value
  }
}
