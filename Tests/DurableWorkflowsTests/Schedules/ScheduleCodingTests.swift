internal import Testing

@testable internal import DurableWorkflows

@Suite("Schedule records")
struct ScheduleCodingTests {
  @Test("what is written is read", arguments: 0..<300)
  func roundTrip(seed: Int) throws {
    var random = SeededValues(seed: UInt64(seed))
    let record: ScheduleRecord =
      switch seed % 4 {
      case 0: .definition(id: random.text(), definition(&random))
      case 1: .progress(id: random.text(), progress(&random))
      case 2: .deleted(id: random.text())
      default: .outcome(id: random.text(), outcome(&random))
      }
    var writer = ByteWriter()
    writer.scheduleRecord(record)
    var reader = ByteReader(writer.bytes)
    #expect(try reader.scheduleRecord() == record)
    #expect(reader.isAtEnd)
    for length in 0..<writer.bytes.count {
      var short = ByteReader(Array(writer.bytes[..<length]))
      #expect(throws: RecordCodingError.self) { try short.scheduleRecord() }
    }
  }

  @Test("damaged records are refused or read, never a trap", arguments: 0..<300)
  func damage(seed: Int) {
    var random = SeededValues(seed: UInt64(seed))
    var writer = ByteWriter()
    writer.scheduleRecord(
      seed.isMultiple(of: 2) ? .definition(id: "s", definition(&random)) : .progress(id: "s", progress(&random)))
    var bytes = writer.bytes
    for _ in 0..<1 + random.below(4) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
    var reader = ByteReader(bytes)
    guard let record = try? reader.scheduleRecord() else { return }
    var definition = ScheduleMachine.Definition(
      action: .startWorkflow(.init(workflowType: "T", workflowID: "w")),
      spec: ScheduleSpec(cronExpressions: ["@hourly"]), policy: SchedulePolicy())
    var progress = ScheduleProgress(state: ScheduleState(), createTime: .epoch)
    switch record {
    case .definition(_, let read): definition = read
    case .progress(_, let read): progress = read
    case .deleted, .outcome: return
    }
    var machine = ScheduleMachine(id: "s", definition: definition, progress: progress)
    _ = machine.advance(to: ScheduleDriver.start)
    _ = machine.nextWakeUp
  }

  @Test("an action without a priority keeps its kind, and takes no byte more than without the field")
  func priorities() throws {
    func bytes(_ priority: Priority) -> [UInt8] {
      let action = ScheduleAction.StartWorkflow(workflowType: "T", workflowID: "w", priority: priority)
      var writer = ByteWriter()
      writer.scheduleRecord(
        .definition(
          id: "s",
          ScheduleMachine.Definition(action: .startWorkflow(action), spec: ScheduleSpec(), policy: SchedulePolicy())))
      return writer.bytes
    }
    let (without, with) = (bytes(Priority()), bytes(Priority(priorityKey: 2)))
    // The record's kind, the id with its length, the action's kind.
    #expect(without[3] == 1 && with[3] == 2)
    #expect(with.count > without.count)
  }

  private func outcome(_ random: inout SeededValues) -> ScheduleMachine.Outcome {
    ScheduleMachine.Outcome(lastCompletionResult: random.payloads(), failure: random.optional { $0.failure() })
  }

  private func definition(_ random: inout SeededValues) -> ScheduleMachine.Definition {
    let action = ScheduleAction.StartWorkflow(
      workflowType: random.text(), workflowID: random.text(), taskQueue: random.text(), input: random.payloads(),
      executionTimeout: random.optional { $0.duration() }, runTimeout: random.optional { $0.duration() },
      taskTimeout: random.optional { $0.duration() }, retryPolicy: random.optional { $0.retryPolicy() },
      memo: random.payloadMap(), searchAttributes: random.payloadMap(), header: random.payloadMap(),
      priority: random.bool() ? Priority() : Priority(priorityKey: 1 + random.below(5), fairnessKey: "tenant"))
    let spec = ScheduleSpec(
      calendars: calendars(&random),
      intervals: (0..<random.below(3)).map { _ in
        ScheduleIntervalSpec(every: random.duration(), offset: random.duration())
      },
      cronExpressions: random.bool() ? [] : ["@hourly"], skip: calendars(&random),
      startAt: random.optional { $0.time() }, endAt: random.optional { $0.time() }, jitter: random.duration(),
      timeZoneName: random.bool() ? "" : "Europe/Berlin")
    return ScheduleMachine.Definition(
      action: .startWorkflow(action), spec: spec,
      policy: SchedulePolicy(
        overlap: overlap(&random), catchupWindow: random.duration(), pauseOnFailure: random.bool()),
      memo: random.payloadMap(), searchAttributes: random.payloadMap(), requestID: random.text())
  }

  private func progress(_ random: inout SeededValues) -> ScheduleProgress {
    var progress = ScheduleProgress(
      state: ScheduleState(
        note: random.text(), isPaused: random.bool(), limitedActions: random.bool(),
        remainingActions: Int(random.int64())),
      createTime: random.time())
    progress.revision = random.int64()
    progress.updateTime = random.optional { $0.time() }
    progress.cursor = random.time()
    progress.buffer = (0..<random.below(4)).map { _ in
      ScheduleProgress.BufferedStart(
        time: ScheduledTime(nominal: random.time(), due: random.time()), overlap: random.optional { overlap(&$0) },
        isManual: random.bool())
    }
    progress.backfills = (0..<random.below(3)).map { _ in
      ScheduleProgress.Backfill(cursor: random.time(), endAt: random.time(), overlap: random.optional { overlap(&$0) })
    }
    progress.running = (0..<random.below(3)).map { _ in
      ScheduleProgress.RunningWorkflow(
        execution: execution(&random), ending: [.none, .cancelRequested, .terminated][random.below(3)])
    }
    progress.recentActions = (0..<random.below(4)).map { _ in
      ScheduleActionResult(
        scheduleTime: random.time(), actualTime: random.time(), startWorkflowResult: execution(&random),
        startWorkflowStatus: WorkflowExecutionStatus(rawValue: 1 + random.below(7)) ?? .running)
    }
    progress.actionCount = random.int64()
    progress.missedCatchupWindow = random.int64()
    progress.overlapSkipped = random.int64()
    progress.bufferDropped = random.int64()
    progress.lastActionError = random.optional { $0.text() }
    progress.patchRequestIDs = (0..<random.below(3)).map { _ in random.text() }
    return progress
  }

  private func calendars(_ random: inout SeededValues) -> [ScheduleCalendarSpec] {
    (0..<random.below(3)).map { _ in
      func ranges() -> [ScheduleRange] {
        (0..<random.below(3)).map { _ in
          ScheduleRange(random.below(70), through: random.below(70), step: random.below(4))
        }
      }
      return ScheduleCalendarSpec(
        second: ranges(), minute: ranges(), hour: ranges(), dayOfMonth: ranges(), month: ranges(), year: ranges(),
        dayOfWeek: ranges(), comment: random.text())
    }
  }

  private func execution(_ random: inout SeededValues) -> WorkflowExecution {
    WorkflowExecution(workflowID: random.text(), runID: random.text())
  }

  private func overlap(_ random: inout SeededValues) -> ScheduleOverlapPolicy {
    ScheduleOverlapPolicy.allCases[random.below(ScheduleOverlapPolicy.allCases.count)]
  }
}
