internal import Logging
internal import WorkflowJournal

extension EngineCore {
  /// The most workflow tasks of a turn: runs that keep one another busy must not hold up the commit.
  private static let mostTasksOfTurn = 10_000

  /// Lets every run that has something to see run until idle.
  func runWorkflowTasks(at now: Timestamp) {
    var index = 0
    var deferred: [RunKey] = []
    taskQueues.beginTurn()
    while index < dirty.count, index < EngineCore.mostTasksOfTurn {
      let key = dirty[index]
      index += 1
      guard let run = runs[key] else { continue }
      run.isDirty = false
      if run.isOpen, !admitWorkflowTask(of: run, at: now, deferred: &deferred) { continue }
      if let start = run.dirtySince {
        run.dirtySince = nil
        metrics?.workflow(run).taskStarted(after: .now - start)
      }
      if run.isOpen, !run.isPaused, !run.hasTripped, run.state.quarantine == nil,
        run.state.firstTaskTime.map({ $0 <= now }) ?? true
      {
        if run.state.hasNewEvents || run.state.blocked != nil || !run.localResults.isEmpty {
          runWorkflowTask(of: run, at: now)
        } else if run.mustReplay {
          replayCode(of: run, at: now)
        }
        if !run.pendingUpdates.isEmpty, run.isOpen, run.state.blocked == nil {
          // Validators look at a workflow that has seen everything.
          if run.state.hasNewEvents { makeDirty(run) } else { runUpdates(of: run, at: now) }
        }
        if cache.count > 2 * options.maxCachedWorkflows { evictIdleRuns() }
      }
      if !links.isEmpty { deliverLinks(at: now) }
    }
    dirty.removeFirst(index)
    if !deferred.isEmpty { dirty.insert(contentsOf: deferred, at: 0) }
  }

  private func runWorkflowTask(of run: Run, at now: Timestamp) {
    do {
      let instance = try liveInstance(of: run)
      let unseen = run.unseen
      run.unseen = []
      for request in run.state.admittedUpdates where !run.knows(request.updateID) {
        run.pendingUpdates.append(PendingUpdate(request: request, isReapplied: true))
      }
      var jobs = try unseen.compactMap(Activation.job(for:)).map(blobs.resolved)
      let isLazy = jobs.isEmpty && !run.localResults.isEmpty
      jobs.append(contentsOf: try takeLocalResults(of: run).map(blobs.resolved))
      try activate(instance, of: run, jobs, mayBeLazy: isLazy, at: now)
    } catch let error as JournalError where error.code == .full {
      waitForSpace(run, at: now)
    } catch {
      failWorkflowTask(of: run, error: error, at: now)
    }
  }

  /// Brings the live code back, and with it its local activities.
  private func replayCode(of run: Run, at now: Timestamp) {
    do {
      _ = try liveInstance(of: run)
    } catch {
      failWorkflowTask(of: run, error: error, at: now)
    }
  }

  /// Delivers the updates that wait: first their validators look at the idle workflow, then it sees what they accept.
  private func runUpdates(of run: Run, at now: Timestamp) {
    var accepted: [UpdateRequest] = []
    do {
      let instance = try liveInstance(of: run)
      accepted = validatePendingUpdates(of: run, instance)
      if instance.isTainted {
        dropInstance(of: run)
        if !run.pendingUpdates.isEmpty { makeDirty(run) }
        return
      }
      if accepted.isEmpty { return }
      try activate(instance, of: run, accepted.map(Activation.Job.update), mayBeLazy: false, at: now)
    } catch {
      // They wait for code that can take them, or for space.
      let lost = accepted.filter { request in !run.pendingUpdates.contains { $0.request.updateID == request.updateID } }
      run.pendingUpdates = lost.map { PendingUpdate(request: $0, isReapplied: true) } + run.pendingUpdates
      if let error = error as? JournalError, error.code == .full { return waitForSpace(run, at: now) }
      failWorkflowTask(of: run, error: error, at: now)
    }
  }

  /// One activation: the jobs go in, the commands become events.
  private func activate(
    _ instance: WorkflowInstance, of run: Run, _ jobs: [Activation.Job], mayBeLazy: Bool, at now: Timestamp
  ) throws {
    let start = metrics.map { _ in ContinuousClock.now }
    let activation = Activation(
      time: now, jobs: jobs, isReplaying: false, historyLength: run.state.nextEventID + 1,
      historySizeBytes: run.state.historySizeBytes)
    let commands = try userCode(of: run.key) { try instance.activate(activation) }
    // Now they have been seen; a run that goes on as another takes only the others with it.
    if !run.pendingUpdates.isEmpty {
      for case .update(let request) in jobs {
        run.pendingUpdates.removeAll { $0.request.updateID == request.updateID }
      }
    }
    quarantine?.taskCompleted(run.key)
    let accepted = try commands.map { ($0.operation, try blobs.externalized($0.command)) }
    let decided = accepted.map(\.1)
    let pending = max(run.state.activities.count, run.state.children.count, run.state.externalRequests.count)
    if pending + decided.count > options.limits.smallestPending {
      try options.limits.checkPending(of: run.state, with: decided)
    }
    let (namespace, workflowID) = (run.state.started.namespace, run.state.started.workflowID)
    let (transition, eventIDs) = run.state.completeWorkflowTask(
      commands: decided, identity: options.identity, buildID: options.buildID, at: now,
      makeRunID: { makeRunID(for: workflowID, in: namespace) })
    var bindings: [(WorkflowMachine.OperationID, eventID: Int64)] = []
    for (index, command) in accepted.enumerated() {
      if let operation = command.0 { bindings.append((operation, eventIDs[index])) }
    }
    instance.bind(bindings)
    if let start { metrics?.workflow(run).taskExecuted(in: .now - start) }
    statistics.workflowTasks += 1
    let isLazy = mayBeLazy && transition.effects.isEmpty && accepted.allSatisfy { $0.1.isLocalActivityMarker }
    absorb(transition, into: run, isLazy: isLazy)
    if run.isOpen { launchLocalActivities(of: run, instance, at: now) }
  }

  /// The run's live code, replayed if it is not in memory. What it has not seen is in ``Run/unseen``.
  func liveInstance(of run: Run) throws -> WorkflowInstance {
    cache.touch(run)
    run.mustReplay = false
    if let instance = run.instance {
      metrics?.cacheHit()
      return instance
    }
    guard let registry = registry(of: run.state) else { throw unserved(run.state.started.taskQueue) }
    let registration = try registry.registration(of: run.state.started)
    let instance = try makeInstance(of: run, registration: registration)
    let start = metrics.map { _ in ContinuousClock.now }
    do {
      // Every task is a stretch of its own: a long history is not code that does not yield.
      let activate: HistoryReplay.Activate = { activation in
        try self.userCode(of: run.key) { try instance.activate(activation) }
      }
      var replay = HistoryReplay(into: instance)
      let tasks = run.state.started.usualTask
      try runs.forEachEventRecord(of: run) { body in
        let events = try RunRecord.events(of: body, tasks: tasks)
        try replay.append(events, resolve: blobs.resolved, activate: activate)
      }
      try replay.append(run.pendingEvents, resolve: blobs.resolved, activate: activate)
      let unseen = try replay.finish(resolve: blobs.resolved, activate: activate)
      if replay.eventCount > unseen.count {
        statistics.replays += 1
        metrics?.cacheMiss()
        if let start { metrics?.workflow(run).taskReplayed(in: .now - start) }
      }
      run.instance = instance
      run.generation = nextGeneration
      nextGeneration += 1
      cache.insert(run)
      // What replay found open runs again: its earlier attempts ended with the process or the unloaded code.
      if run.isOpen { launchLocalActivities(of: run, instance, at: options.clock.now()) }
      run.unseen = unseen
      return instance
    } catch {
      userCode(of: run.key) { instance.abandon() }
      throw error
    }
  }

  private func makeInstance(of run: Run, registration: WorkflowRegistration) throws -> WorkflowInstance {
    var started = run.state.started
    started.lastCompletionResult = try blobs.resolved(started.lastCompletionResult)
    return WorkflowInstance(
      info: WorkflowInfo(started, namespace: namespaceName(of: run), startTime: run.state.startTime),
      registration: registration, converter: options.payloadConverter, logger: options.logger,
      interceptors: workflowInterceptors,
      onForeignJob: { [mailbox, key = run.key] in mailbox.post(.foreignJob(key)) })
  }

  /// All events of a run: those in the journal and those of the current turn.
  func readHistory(of run: Run) throws -> [HistoryEvent] {
    var history: [HistoryEvent] = []
    history.reserveCapacity(Int(run.state.nextEventID))
    let tasks = run.state.started.usualTask
    try runs.forEachEventRecord(of: run) { history.append(contentsOf: try RunRecord.events(of: $0, tasks: tasks)) }
    history.append(contentsOf: run.pendingEvents)
    return history
  }

  /// The workflow task fails, the run stays: blocked, until something happens to it or new code opens the journal.
  func failWorkflowTask(of run: Run, error: any Error, at now: Timestamp) {
    let isNew = run.state.blocked == nil
    let cause: WorkflowTaskFailedCause =
      error is NonDeterminismError
      ? .nonDeterministicError : (error as? WorkflowLimitError)?.cause ?? .workflowWorkerUnhandledFailure
    let failure = Failure(
      message: "\(error)",
      info: .application(
        type: errorTypeName(type(of: error)), isNonRetryable: false, details: details(of: error), nextRetryDelay: nil))
    absorb(
      run.state.failWorkflowTask(cause: cause, failure: failure, identity: options.identity, at: now), into: run)
    run.isDirty = false
    mustCommit = true
    if let error = error as? NonDeterminismError, error.code == .foreignThread { run.hasTripped = true }
    dropInstance(of: run)
    if let observer = options.onWorkflowTaskFailed {
      let (namespace, execution) = (namespaceName(of: run), run.state.execution)
      afterCommit.append { observer(namespace, execution, error) }
    }
    if isNew {
      metrics?.workflow(run).taskFailed(cause)
      options.logger.error(
        "the workflow task failed; the run is blocked until matching code is deployed",
        metadata: [
          "workflow_id": "\(run.state.started.workflowID)", "run_id": "\(run.state.started.runID)",
          "workflow_type": "\(run.state.started.workflowType)", "error": "\(error)",
        ])
    }
  }

  /// What ``PendingWorkflowTaskInfo/nonDeterminismError`` reads back.
  private func details(of error: any Error) -> [Payload] {
    guard let error = error as? NonDeterminismError, let payload = try? JSONPayloadConverter().payload(for: error)
    else { return [] }
    return [payload]
  }

  func dropInstance(of run: Run) {
    guard let instance = run.instance else { return }
    run.instance = nil
    run.unseen = []
    // The outcome of a local activity that is not recorded yet goes with the code: the activity runs once more.
    let waitsForLocal = run.state.hasLocalActivities || !run.localActivities.isEmpty
    run.mustReplay = waitsForLocal && run.isOpen && run.state.blocked == nil
    dropLocalActivities(of: run)
    if run.mustReplay { makeDirty(run) }
    cache.remove(run)
    userCode(of: run.key) { instance.abandon() }
  }

  /// The engine ends: no code stays suspended behind it.
  func abandonAll() {
    for run in runs.residents.values { dropInstance(of: run) }
  }

  /// A closed run keeps nothing but its record.
  func unload(_ run: Run) {
    dropInstance(of: run)
    run.isDirty = false
    runs.release(run)
  }

  func evictIdleRuns() {
    let isCurrent = { [runs] (key: RunKey, use: UInt64) in
      runs.residents[key].map { $0.lastUse == use && $0.instance != nil } ?? false
    }
    cache.compactIfGrown(where: isCurrent)
    var candidates = cache.count
    while cache.count > options.maxCachedWorkflows || cache.bytes > options.maxCachedBytes, candidates > 0 {
      candidates -= 1
      guard let key = cache.popOldest(where: isCurrent), let run = runs.residents[key] else { return }
      // Local activities live with the code that called them.
      if run.localActivities.isEmpty, run.localResults.isEmpty {
        metrics?.evicted()
        dropInstance(of: run)
        runs.release(run)
      } else {
        cache.touch(run)
      }
    }
  }

  /// Handles what came from other threads during the turn.
  func handleTripped(at now: Timestamp) {
    while let key = trippedRuns.popLast() { tripped(key, at: now) }
  }

  /// A task of the run was resumed from another thread, perhaps after its code was unloaded: then it was waiting for
  /// something that replay will not bring back either.
  private func tripped(_ key: RunKey, at now: Timestamp) {
    guard let run = runs[key], run.isOpen, run.state.blocked == nil else { return }
    failWorkflowTask(
      of: run,
      error: NonDeterminismError(code: .foreignThread, message: NonDeterminismError.foreignThreadAdvice), at: now)
  }
}
