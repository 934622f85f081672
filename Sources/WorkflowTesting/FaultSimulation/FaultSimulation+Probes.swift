internal import DurableWorkflows
internal import WorkflowJournal

/// What a set of simulations must have come through, so that its silence means something.
extension FaultSimulation {
  func note(
    _ record: Process.Record, _ life: Plan.Life, _ disturbance: DiskDisturbance, _ trace: SimulationTrace,
    last: Process.Record?
  ) {
    let isStruck = disturbance.hasStruck
    if !record.hasOpened {
      trace.note(isStruck ? "recovery ended by a failing disk" : "crash during recovery")
      if let last, !last.hasOpened { trace.note("recovery failed twice in a row") }
    }
    if record.hasOpened, !isStruck, trace.lastPath.contains("checkpoint") { trace.note("crash during a checkpoint") }
    if record.hasOpened, isStruck { trace.note("life with a failing disk") }
    if !isStruck, record.calls.count == life.crash.call, let call = record.calls.last {
      trace.note("crash before \(call.operation)")
      if call.unsynced > 0 { trace.note("crash with unsynced changes") }
    }
    if life.isKill {
      trace.note("only the process ended")
    } else {
      switch life.crash.survival {
      case .synced: trace.note("everything unsynced was lost")
      case .everything: trace.note("everything unsynced survived")
      case .random: trace.note("sectors survived at random")
      case .prefix: trace.note("a prefix survived, its last write torn")
      }
    }
  }

  func note(
    _ outcome: SimulationOutcome<Outcome>, _ records: [Process.Record], _ acknowledgements: Acknowledgements,
    _ trace: SimulationTrace
  ) {
    for run in outcome.runs {
      for event in run.history { trace.note("\(event.attributes.type)") }
      noteTimers(of: run, records, trace)
    }
    var seen: Set<String> = []
    for acknowledgement in acknowledgements.all {
      switch acknowledgement {
      case .updated(_, let updateID, _):
        if !seen.insert("update \(updateID)").inserted { trace.note("update repeated after a crash") }
      case .signaled(_, let requestID):
        if !seen.insert("signal \(requestID)").inserted { trace.note("signal repeated after a crash") }
      case .started(let execution):
        if !seen.insert("start \(execution.runID)").inserted { trace.note("start repeated after a crash") }
      case .closed, .cancelRequested, .terminated: break
      }
    }
    var invoked: Set<String> = []
    for record in records {
      let keys = Set(record.invocations)
      trace.note("activity repeated after a crash", invoked.intersection(keys).count)
      invoked.formUnion(keys)
    }
  }

  /// Timers that were started in one life and fired in another.
  private func noteTimers(of run: SimulatedRun, _ records: [Process.Record], _ trace: SimulationTrace) {
    var starts: [Int64: Timestamp] = [:]
    for event in run.history {
      switch event.attributes {
      case .timerStarted: starts[event.id] = event.time
      case .timerFired(_, let startedEventID):
        guard let start = starts[startedEventID] else { continue }
        if records.contains(where: { $0.start > start && $0.start <= event.time }) {
          trace.note("timer fired in a later life")
        }
      default: break
      }
    }
  }
}
