/// What the journal holds of schedules. Kinds are never reused and their fields never reordered.
enum ScheduleRecord: Hashable, Sendable {
  /// The schedule was created or replaced.
  case definition(id: String, ScheduleMachine.Definition)
  /// The schedule went on.
  case progress(id: String, ScheduleProgress)
  /// The schedule was deleted.
  case deleted(id: String)
  /// A run of the schedule closed.
  case outcome(id: String, ScheduleMachine.Outcome)

  /// The kind that begins the record of a schedule of another namespace than the engine's own: the namespace follows,
  /// then the record.
  static let namespaceKind: UInt8 = 5
}

extension ByteWriter {
  mutating func scheduleRecord(_ record: ScheduleRecord, in namespace: NamespaceKey = .own) {
    namespacePrefix(namespace, ScheduleRecord.namespaceKind)
    switch record {
    case .definition(let id, let definition):
      byte(1)
      text(id)
      self.definition(definition)
    case .progress(let id, let progress):
      byte(2)
      text(id)
      self.progress(progress)
    case .deleted(let id):
      byte(3)
      text(id)
    case .outcome(let id, let outcome):
      byte(4)
      text(id)
      payloads(outcome.lastCompletionResult)
      optional(outcome.failure) { $0.failure($1) }
    }
  }

  private mutating func definition(_ definition: ScheduleMachine.Definition) {
    switch definition.action {
    case .startWorkflow(let action) where action.priority.isUnset:
      byte(1)
      startWorkflow(action)
    case .startWorkflow(let action):
      byte(2)
      startWorkflow(action)
      priority(action.priority)
    }
    array(definition.spec.calendars) { $0.calendar($1) }
    array(definition.spec.intervals) { writer, interval in
      writer.duration(interval.every)
      writer.duration(interval.offset)
    }
    array(definition.spec.cronExpressions) { $0.text($1) }
    array(definition.spec.skip) { $0.calendar($1) }
    optional(definition.spec.startAt) { $0.time($1) }
    optional(definition.spec.endAt) { $0.time($1) }
    duration(definition.spec.jitter)
    text(definition.spec.timeZoneName)
    count(definition.policy.overlap.rawValue)
    duration(definition.policy.catchupWindow)
    byte(definition.policy.pauseOnFailure ? 1 : 0)
    payloadMap(definition.memo)
    payloadMap(definition.searchAttributes)
    text(definition.requestID)
  }

  private mutating func startWorkflow(_ action: ScheduleAction.StartWorkflow) {
    text(action.workflowType)
    text(action.workflowID)
    text(action.taskQueue)
    payloads(action.input)
    optional(action.executionTimeout) { $0.duration($1) }
    optional(action.runTimeout) { $0.duration($1) }
    optional(action.taskTimeout) { $0.duration($1) }
    optional(action.retryPolicy) { $0.retryPolicy($1) }
    payloadMap(action.memo)
    payloadMap(action.searchAttributes)
    payloadMap(action.header)
  }

  private mutating func calendar(_ calendar: ScheduleCalendarSpec) {
    for ranges in [
      calendar.second, calendar.minute, calendar.hour, calendar.dayOfMonth, calendar.month, calendar.year,
      calendar.dayOfWeek,
    ] {
      array(ranges) { writer, range in
        writer.signed(Int64(range.start))
        writer.signed(Int64(range.end))
        writer.signed(Int64(range.step))
      }
    }
    text(calendar.comment)
  }

  private mutating func progress(_ progress: ScheduleProgress) {
    text(progress.state.note)
    byte(progress.state.isPaused ? 1 : 0)
    byte(progress.state.limitedActions ? 1 : 0)
    signed(Int64(progress.state.remainingActions))
    signed(progress.revision)
    time(progress.createTime)
    optional(progress.updateTime) { $0.time($1) }
    time(progress.cursor)
    array(progress.buffer) { writer, start in
      writer.time(start.time.nominal)
      writer.time(start.time.due)
      writer.overlap(start.overlap)
      writer.byte(start.isManual ? 1 : 0)
    }
    array(progress.backfills) { writer, backfill in
      writer.time(backfill.cursor)
      writer.time(backfill.endAt)
      writer.overlap(backfill.overlap)
    }
    array(progress.running) { writer, running in
      writer.text(running.execution.workflowID)
      writer.text(running.execution.runID)
      writer.count(running.ending.rawValue)
    }
    array(progress.recentActions) { writer, action in
      writer.time(action.scheduleTime)
      writer.time(action.actualTime)
      writer.text(action.startWorkflowResult.workflowID)
      writer.text(action.startWorkflowResult.runID)
      writer.count(action.startWorkflowStatus.rawValue)
    }
    signed(progress.actionCount)
    signed(progress.missedCatchupWindow)
    signed(progress.overlapSkipped)
    signed(progress.bufferDropped)
    optional(progress.lastActionError) { $0.text($1) }
    array(progress.patchRequestIDs) { $0.text($1) }
  }

  private mutating func time(_ time: Timestamp) { signed(time.nanosecondsSinceEpoch) }

  /// 0 stands for none.
  private mutating func overlap(_ policy: ScheduleOverlapPolicy?) { count(policy?.rawValue ?? 0) }
}
