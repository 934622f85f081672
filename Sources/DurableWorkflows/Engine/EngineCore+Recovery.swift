internal import WorkflowJournal

extension EngineCore {
  /// Takes over the runs of the journal: timers are armed, attempts queued, unseen events delivered in the first turn.
  /// Closed runs that lie on disk cost nothing.
  func adopt(_ recovered: inout RecoveredRuns) {
    nextKey = recovered.nextKey
    let loaded = recovered.loadedRuns
    adopt(recovered.takeTables(entering: loaded))
    for run in loaded {
      runs.insert(run)
      runs.release(run)
      guard run.isOpen else { continue }
      openCount += 1
      resume(run)
    }
    adopt(recovered.schedules)
    adopt(recovered.batches)
  }

  private func adopt(_ tables: RunTables) {
    runs.adopt(tables.lying)
    runOfID = tables.runOfID
    currentRun = tables.currentRun
    resetRuns = tables.resetRuns
    childLinks = tables.childLinks
    openCount = tables.openCount
    var waiting: [(timer: EngineTimer, deadline: Timestamp)] = []
    waiting.reserveCapacity(tables.timers.count)
    // In the order of their starts, so that equal deadlines fire in the same order after every recovery.
    for key in tables.timers.keys.sorted() {
      for (timer, deadline) in tables.timers[key] ?? [] { waiting.append((.run(key, timer), deadline)) }
    }
    timers.arm(waiting)
  }

  private func resume(_ run: Run) {
    let key = run.key
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
        enqueueActivity(activity.scheduledEventID, of: run)
      case .started:
        absorb(run.state.attemptLost(activity.scheduledEventID, at: options.clock.now()), into: run)
      }
    }
    run.mustReplay = run.state.hasLocalActivities
    // A blocked run is tried again even if it has seen all events: it may have been blocked between two tasks.
    if run.state.hasNewEvents || run.state.blocked != nil || run.mustReplay { makeDirty(run) }
  }
}
