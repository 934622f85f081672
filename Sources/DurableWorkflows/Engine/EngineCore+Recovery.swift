internal import WorkflowJournal

/// The runs of a journal, folded record by record while it is opened.
struct RecoveredRuns {
  private(set) var runs: [RunKey: Run] = [:]
  private(set) var order: [RunKey] = []
  private(set) var schedules = RecoveredSchedules()

  /// Folds a record in.
  mutating func visit(type: UInt8, body: [UInt8], at pointer: RecordPointer) throws {
    switch type & 0x7F {
    case RecordType.events: try events(body, at: pointer)
    case RecordType.state: try state(body)
    case RecordType.schedule: try schedules.visit(body)
    default:
      if type & 0x80 == 0 { throw RecordCodingError("record type \(type) is unknown; a newer version wrote it", at: 0) }
    }
  }

  private mutating func events(_ body: [UInt8], at pointer: RecordPointer) throws {
    var reader = ByteReader(body)
    let key = RunKey(rawValue: try reader.unsigned())
    let events = try reader.events(started: runs[key]?.state.started)
    if runs[key] == nil {
      guard let first = events.first, case .workflowExecutionStarted(let started) = first.attributes else {
        throw RecordCodingError("the first record of run \(key) does not begin with its start", at: 0)
      }
      runs[key] = Run(state: RunState(key: key, started: started, startTime: first.time))
      order.append(key)
    }
    guard let run = runs[key] else { return }
    for event in events {
      guard event.id == run.state.nextEventID else {
        throw RecordCodingError(
          "run \(key) expects event \(run.state.nextEventID) but finds event \(event.id)", at: 0)
      }
      run.state.apply(event)
    }
    run.state.historySizeBytes += Int64(body.count)
    run.history.append(pointer)
  }

  private mutating func state(_ body: [UInt8]) throws {
    var reader = ByteReader(body)
    let key = RunKey(rawValue: try reader.unsigned())
    guard let run = runs[key] else { throw RecordCodingError("run \(key) has state but no start", at: 0) }
    run.state.apply(try reader.stateRecord())
  }
}

extension EngineCore {
  /// Takes over the runs of the journal: timers are armed, attempts queued, unseen events delivered in the first turn.
  func adopt(_ recovered: RecoveredRuns) {
    for key in recovered.order {
      guard let run = recovered.runs[key] else { continue }
      insert(run)
      nextKey = RunKey(rawValue: max(nextKey.rawValue, key.rawValue + 1))
      guard run.state.isOpen else {
        openCount -= 1
        continue
      }
      resume(run)
    }
    adopt(recovered.schedules)
  }

  private func resume(_ run: Run) {
    let key = run.state.key
    for case .armTimer(let timer, let deadline) in run.state.runTimers {
      timers.arm(.run(key, timer), deadline: deadline)
    }
    for child in run.state.children {
      guard let execution = child.execution else { continue }
      childLinks[execution.runID] = ChildLink(parent: key, initiatedEventID: child.initiatedEventID)
    }
    for timer in run.state.timers {
      timers.arm(.run(key, .workflowTimer(startedEventID: timer.startedEventID)), deadline: timer.deadline)
    }
    for activity in run.state.activities {
      for case .armTimer(let timer, var deadline) in activity.standingTimers {
        // Whether the attempt had started is not recorded: its wait for a slot begins anew.
        if case .activityTimeout(.scheduleToStart, _, _) = timer, let timeout = activity.attributes.scheduleToStartTimeout {
          deadline = options.clock.now() + timeout
        }
        timers.arm(.run(key, timer), deadline: deadline)
      }
      switch activity.stage {
      case .backingOff(let until):
        timers.arm(
          .run(key, .activityRetry(scheduledEventID: activity.scheduledEventID, attempt: activity.attempt)),
          deadline: until)
      case .scheduled:
        activityQueue.append(key, activity.scheduledEventID)
      case .started:
        absorb(run.state.attemptLost(activity.scheduledEventID, at: options.clock.now()), into: run)
      }
    }
    run.mustReplay = run.state.hasLocalActivities
    // A blocked run is tried again even if it has seen all events: it may have been blocked between two tasks.
    if run.state.hasNewEvents || run.state.blocked != nil || run.mustReplay { makeDirty(run) }
  }
}
