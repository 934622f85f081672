internal import Logging

extension EngineCore {
  /// Starts waiting attempts while their queues have slots. An attempt that timed out keeps its slot until its code
  /// ends.
  func startActivities(at now: Timestamp) {
    requeueSuspects()
    launchRecorded(at: now)
    if !isShuttingDown, failure == nil { startActivitiesOfQueues(at: now) }
  }

  /// Runs an attempt's code, in the task that has just ended another one if that still looks for work.
  ///
  /// - Parameters:
  ///   - run: runs the code.
  ///   - finish: tells the engine.
  /// - Returns: the task, and its number.
  private func start(
    _ run: @escaping @Sendable () async -> ActivityOutcome, finish: @escaping @Sendable (ActivityOutcome) -> Void
  ) -> (Task<Void, Never>, UInt64) {
    let former = relayTask
    relayTask = nil
    // Only a lone activity's task looks for the next one: others would keep processors from those that run.
    guard options.scheduler == nil, runningActivities == 0, taskQueues.isIdle, !isShuttingDown else {
      return (Task(executorPreference: options.scheduler) { finish(await run()) }, 0)
    }
    nextRelay += 1
    let number = nextRelay
    let work: ActivityRelay.Work = { [relay] in
      let outcome = await run()
      // Code may cancel its own task, and a task stays cancelled.
      let mayLook = !Task.isCancelled && relay.begin(number)
      finish(outcome)
      return mayLook ? number : nil
    }
    if let (task, formerNumber) = former, relay.give(work, to: formerNumber) { return (task, number) }
    return (Task { [relay] in await relay.run(work) }, number)
  }

  /// Runs the code of attempts whose start is durable by now.
  private func launchRecorded(at now: Timestamp) {
    let launches = pendingLaunches
    pendingLaunches.removeAll(keepingCapacity: true)
    for (key, eventID, attempt, queue) in launches {
      guard let run = runs[key], run.isOpen, let pending = run.activity(eventID),
        pending.attempt == attempt, case .started = pending.stage
      else {
        taskQueues[queue].release()
        continue
      }
      launch(pending, of: run, inQueue: queue, at: now)
    }
  }

  func launch(_ pending: PendingActivity, of run: Run, inQueue queue: Int, at now: Timestamp) {
    let key = run.key
    let eventID = pending.scheduledEventID
    let attempt = pending.attempt
    let heartbeatInterval = min((pending.attributes.heartbeatTimeout ?? .seconds(1)) / 5, .seconds(60))
    let channel = ActivityChannel(
      interval: heartbeatInterval, now: { [clock = options.clock] in clock.now() }
    ) { [mailbox] details in
      mailbox.post(.heartbeat(key, scheduledEventID: eventID, attempt: attempt, details: details))
    }
    let type = pending.attributes.activityType
    let registry = taskQueues[queue].worker?.registry
    let code = InFlightCode(run: key, part: eventID)
    let (mark, isOnProbation) = quarantine?.begin(code) ?? (nil, false)
    if isOnProbation { timers.arm(.probation, deadline: now + QuarantineWatch.probation) }
    let slot = ActivitySlot(queue: queue, mark: mark)
    let definition = options.activityOverride?(type) ?? registry?.activity(type)
    metrics?.activity(type, taskQueue: pending.attributes.taskQueue, of: run)
      .attemptStarted(pending, isRegistered: definition != nil, at: now)
    let execution = ActivityExecution(
      code: definition?.body, registeredNames: definition == nil ? registry?.activityNames ?? [] : [],
      info: activityInfo(pending, of: run, at: now), input: pending.attributes.input,
      converter: converter(of: run),
      payloads: blobs, channel: channel, logger: options.logger,
      interceptors: activityInterceptors, waitsForSpace: options.scheduler == nil)
    let (task, number) = start({ await execution.run() }) { [mailbox] outcome in
      if let merged = channel.takeMergedHeartbeat() {
        mailbox.post(.heartbeat(key, scheduledEventID: eventID, attempt: attempt, details: merged.details))
      }
      mailbox.post(.activityFinished(key, scheduledEventID: eventID, attempt: attempt, slot, outcome))
    }
    let running = RunningActivity(attempt: attempt, queue: queue, task: task, number: number, channel: channel)
    run.runningActivities[eventID] = running
    // The request may have come before a restart: the repeated attempt is told at once.
    if pending.cancelRequestedEventID != nil { running.cancel(.cancelRequested) }
    runningActivities += 1
    hasStartedActivities = true
  }

  private func activityInfo(_ pending: PendingActivity, of run: Run, at now: Timestamp) -> ActivityInfo {
    ActivityInfo(
      workflowExecution: run.state.execution, workflowType: run.state.started.workflowType,
      namespace: namespaceName(of: run), activityID: pending.attributes.activityID,
      activityType: pending.attributes.activityType, taskQueue: pending.attributes.taskQueue,
      attempt: pending.attempt, scheduledTime: pending.scheduledTime, startedTime: now,
      startToCloseTimeout: pending.attributes.startToCloseTimeout,
      heartbeatTimeout: pending.attributes.heartbeatTimeout, heartbeatDetails: pending.heartbeatDetails,
      taskToken: ActivityToken(
        run: run.key, scheduledEventID: pending.scheduledEventID, attempt: pending.attempt,
        runID: run.state.started.runID
      ).bytes,
      header: pending.attributes.header)
  }

  /// An attempt's code ended. During shutdown a cancelled attempt is forgotten: the next process repeats it.
  func activityFinished(
    _ key: RunKey, scheduledEventID: Int64, attempt: Int, slot: ActivitySlot, outcome: ActivityOutcome,
    at now: Timestamp
  ) {
    runningActivities -= 1
    taskQueues[slot.queue].release()
    quarantine?.end(InFlightCode(run: key, part: scheduledEventID), mark: slot.mark)
    guard let run = runs[key] else { return }
    let running = run.runningActivities[scheduledEventID]
    if let running, running.attempt == attempt {
      run.runningActivities[scheduledEventID] = nil
      // Nothing else comes that would put it down.
      if !run.isOpen, run.instance == nil { runs.release(run) }
      // A task that was told to stop stays cancelled: nothing else can run in it.
      relayTask = running.channel.cancellationReason == nil ? (running.task, running.number) : nil
    }
    if running?.channel.cancellationReason == .shutdown, !outcome.isSuccess { return }
    if let pending = run.activity(scheduledEventID) {
      metrics?.activity(pending.attributes.activityType, taskQueue: pending.attributes.taskQueue, of: run)
        .attemptFinished(pending, outcome, at: now)
      if case .failed(let failure) = outcome {
        options.logger.warning(
          "an activity attempt failed",
          metadata: [
            "workflow_id": "\(run.state.started.workflowID)", "run_id": "\(run.state.started.runID)",
            "activity_id": "\(pending.attributes.activityID)", "activity_type": "\(pending.attributes.activityType)",
            "attempt": "\(attempt)", "error": "\(failure.message)",
          ])
      }
    }
    absorb(
      run.state.finishAttempt(
        scheduledEventID, attempt: attempt, outcome: outcome, identity: options.identity, at: now),
      into: run)
  }

  func heartbeat(_ key: RunKey, scheduledEventID: Int64, attempt: Int, details: [Payload], at now: Timestamp) {
    guard let run = runs[key] else { return }
    absorb(run.state.heartbeat(scheduledEventID, attempt: attempt, details: details, at: now), into: run)
  }
}

extension ActivityOutcome {
  var isSuccess: Bool {
    switch self {
    case .completed, .completesAsynchronously: true
    case .failed, .canceled: false
    }
  }
}
