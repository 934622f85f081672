internal import Logging
internal import WorkflowJournal

extension EngineCore {
  /// Lets every run that has something to see run until idle.
  func runWorkflowTasks(at now: Timestamp) {
    var index = 0
    while index < dirty.count {
      let key = dirty[index]
      index += 1
      guard let run = runs[key] else { continue }
      run.isDirty = false
      if run.state.isOpen, run.state.hasNewEvents || run.state.blocked != nil, !run.hasTripped {
        runWorkflowTask(of: run, at: now)
        if cache.count > 2 * options.maxCachedWorkflows { evictIdleRuns() }
      }
    }
    dirty.removeAll(keepingCapacity: true)
  }

  private func runWorkflowTask(of run: Run, at now: Timestamp) {
    do {
      let (instance, unseen) = try liveInstance(of: run)
      let commands = try instance.activate(
        Activation(
          time: now, jobs: try unseen.compactMap(Activation.job(for:)).map(blobs.resolved), isReplaying: false,
          historyLength: run.state.nextEventID + 1))
      let accepted = try commands.map { ($0.operation, try blobs.externalized($0.command)) }
      let (transition, eventIDs) = run.state.completeWorkflowTask(
        commands: accepted.map(\.1), identity: options.identity, at: now)
      var bindings: [(WorkflowMachine.OperationID, eventID: Int64)] = []
      for (index, command) in accepted.enumerated() {
        if let operation = command.0 { bindings.append((operation, eventIDs[index])) }
      }
      instance.bind(bindings)
      statistics.workflowTasks += 1
      run.lastSeenEventID = eventIDs.last ?? transition.events.first.map { $0.id + 2 } ?? run.lastSeenEventID
      absorb(transition, into: run)
    } catch {
      failWorkflowTask(of: run, error: error, at: now)
    }
  }

  /// The run's live code, replayed if it is not in memory, and the events that it has not seen.
  func liveInstance(of run: Run) throws -> (WorkflowInstance, unseen: [HistoryEvent]) {
    cache.touch(run)
    if let instance = run.instance {
      return (instance, run.pendingEvents.filter { $0.id > run.lastSeenEventID })
    }
    guard let registration = registry.workflows[run.state.started.workflowType] else {
      throw WorkflowTaskError(
        message: "workflow type '\(run.state.started.workflowType)' is not registered; registered: "
          + "[\(registry.workflowNames.joined(separator: ", "))]")
    }
    let instance = makeInstance(of: run, registration: registration)
    do {
      let history = try readHistory(of: run)
      let unseen = try HistoryReplay.replay(history, into: instance, resolve: blobs.resolved)
      if history.count > unseen.count { statistics.replays += 1 }
      run.instance = instance
      cache.insert()
      return (instance, unseen)
    } catch {
      instance.abandon()
      throw error
    }
  }

  private func makeInstance(of run: Run, registration: WorkflowRegistration) -> WorkflowInstance {
    let state = run.state
    var logger = options.logger
    logger[metadataKey: "workflow_id"] = "\(state.started.workflowID)"
    logger[metadataKey: "run_id"] = "\(state.started.runID)"
    logger[metadataKey: "workflow_type"] = "\(state.started.workflowType)"
    return WorkflowInstance(
      info: WorkflowInfo(
        execution: state.execution, workflowType: state.started.workflowType, namespace: options.namespace,
        taskQueue: state.started.taskQueue, startTime: state.startTime, attempt: state.started.attempt,
        runTimeout: state.started.runTimeout, executionTimeout: state.started.executionTimeout),
      registration: registration, converter: options.payloadConverter, logger: logger,
      onForeignJob: { [mailbox, key = state.key] in mailbox.post(.foreignJob(key)) })
  }

  /// All events of a run: those in the journal and those of the current turn.
  func readHistory(of run: Run) throws -> [HistoryEvent] {
    var history: [HistoryEvent] = []
    for pointer in run.history {
      var reader = ByteReader(try journal.read(pointer))
      _ = try reader.unsigned()
      history.append(contentsOf: try reader.events(started: run.state.started))
    }
    history.append(contentsOf: run.pendingEvents)
    return history
  }

  /// The workflow task fails, the run stays: blocked, until something happens to it or new code opens the journal.
  func failWorkflowTask(of run: Run, error: any Error, at now: Timestamp) {
    let isNew = run.state.blocked == nil
    let cause: WorkflowTaskFailedCause =
      error is NonDeterminismError ? .nonDeterministicError : .workflowWorkerUnhandledFailure
    let failure = Failure(
      message: "\(error)",
      info: .application(
        type: errorTypeName(type(of: error)), isNonRetryable: false, details: details(of: error), nextRetryDelay: nil))
    absorb(
      run.state.failWorkflowTask(cause: cause, failure: failure, identity: options.identity, at: now), into: run)
    run.isDirty = false
    if let error = error as? NonDeterminismError, error.code == .foreignThread { run.hasTripped = true }
    dropInstance(of: run)
    if let observer = options.onWorkflowTaskFailed {
      let execution = run.state.execution
      afterCommit.append { observer(execution, error) }
    }
    if isNew {
      metrics.workflowTaskFailed(run.state, cause: cause)
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
    cache.remove()
    instance.abandon()
  }

  /// The engine ends: no code stays suspended behind it.
  func abandonAll() {
    for run in runs.values { dropInstance(of: run) }
  }

  /// A closed run keeps nothing but its record.
  func unload(_ run: Run) {
    dropInstance(of: run)
    run.isDirty = false
  }

  func evictIdleRuns() {
    let isCurrent = { [runs] (key: RunKey, use: UInt64) in runs[key]?.lastUse == use && runs[key]?.instance != nil }
    cache.compactIfGrown(where: isCurrent)
    while cache.count > options.maxCachedWorkflows {
      guard let key = cache.popOldest(where: isCurrent),
        let run = runs[key]
      else { return }
      dropInstance(of: run)
    }
  }

  /// A task of the run was resumed from another thread, perhaps after its code was unloaded: then it was waiting for
  /// something that replay will not bring back either.
  func tripped(_ key: RunKey, at now: Timestamp) {
    guard let run = runs[key], run.state.isOpen, run.state.blocked == nil else { return }
    failWorkflowTask(
      of: run,
      error: NonDeterminismError(code: .foreignThread, message: NonDeterminismError.foreignThreadAdvice), at: now)
  }
}
