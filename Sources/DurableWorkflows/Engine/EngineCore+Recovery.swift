internal import WorkflowJournal

extension EngineCore {
  /// Takes over the runs of the journal: timers are armed, attempts queued, unseen events delivered in the first turn.
  func adopt(_ recovered: RecoveredRuns) {
    nextKey = recovered.nextKey
    runs.reserveCapacity(recovered.lying.count)
    runOfID.reserveCapacity(recovered.lying.count)
    currentRun.reserveCapacity(recovered.lying.count)
    for entry in recovered.lyingRuns { adopt(entry) }
    for run in recovered.loadedRuns {
      let (namespace, workflowID) = (run.state.started.namespace, run.state.started.workflowID)
      let newest = currentRun[namespace, workflowID]
      insert(run)
      if let newest, newest > run.key { currentRun[namespace, workflowID] = newest }
      guard run.isOpen else {
        openCount -= 1
        continue
      }
      resume(run)
    }
    adopt(recovered.schedules)
    adopt(recovered.batches)
  }

  private func adopt(_ entry: RecoveredRuns.Lying) {
    let summary = entry.summary
    let key = summary.key
    runs.insertLying(key, isOpen: summary.isOpen, tail: entry.tail)
    runOfID[summary.runID] = key
    let namespace = summary.namespace
    currentRun[namespace, summary.workflowID] = max(key, currentRun[namespace, summary.workflowID] ?? key)
    if !summary.resetRequestID.isEmpty { resetRuns[namespace, summary.resetRequestID] = key }
    guard summary.isOpen else { return }
    openCount += 1
    for (timer, deadline) in summary.timers { timers.arm(.run(key, timer), deadline: deadline) }
    for child in summary.children {
      childLinks[child.firstRunID] = ChildLink(parent: key, initiatedEventID: child.initiatedEventID)
    }
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
