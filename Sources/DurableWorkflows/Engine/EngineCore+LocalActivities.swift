/// A local activity that runs or waits for its next attempt.
struct RunningLocalActivity {
  var request: LocalActivityRequest
  var attempt = 1
  /// When the newest attempt began.
  var startedTime: Timestamp
  /// The running attempt; `nil` while it waits for the next one.
  var running: RunningActivity?
  /// Whether it is to stop; there is no further attempt then.
  var isCancelRequested = false
  /// When the next attempt begins, while it is waited for.
  var nextAttemptTime: Timestamp?
  var lastFailure: Failure?
}

/// What a deadline of a local activity is about.
enum LocalActivityTimer: Hashable, Sendable {
  case startToClose(attempt: Int)
  case scheduleToClose
  case retry(attempt: Int)
}

extension EngineCore {
  /// Starts what workflow code asked for, and stops what it no longer waits for.
  func launchLocalActivities(of run: Run, _ instance: WorkflowInstance, at now: Timestamp) {
    let (open, canceled) = instance.takeLocalActivities()
    if open.isEmpty == run.state.hasLocalActivities {
      let record = StateRecord.localActivities(areOpen: !open.isEmpty)
      run.state.apply(record)
      // With the task that asked for them, or for the last one's result.
      absorb(RunTransition(records: [record]), into: run, isLazy: true)
    }
    if open.isEmpty, run.localActivities.isEmpty { return }
    for (seq, activity) in run.localActivities where !open.contains(where: { $0.seq == seq }) {
      if activity.request.options.cancellationType != .abandon { activity.running?.cancel(.cancelRequested) }
      run.localActivities[seq] = nil
    }
    for request in open where run.localActivities[request.seq] == nil {
      run.localActivities[request.seq] = RunningLocalActivity(request: request, startedTime: now)
      metrics?.localActivity(request.activityType, taskQueue: run.state.started.taskQueue, of: run).executionStarted()
      if let timeout = request.options.scheduleToCloseTimeout {
        arm(.scheduleToClose, request.seq, of: run, deadline: request.scheduledTime + timeout)
      }
      startLocalAttempt(request.seq, of: run, at: now)
    }
    for seq in canceled {
      run.localActivities[seq]?.isCancelRequested = true
      guard let activity = run.localActivities[seq] else { continue }
      if let running = activity.running {
        running.cancel(.cancelRequested)
      } else {
        resolve(seq, of: run, .canceled(details: []), at: now)
      }
    }
  }

  private func arm(_ timer: LocalActivityTimer, _ seq: Int, of run: Run, deadline: Timestamp) {
    timers.arm(
      .localActivity(run.key, seq: seq, generation: run.generation, timer), deadline: deadline)
  }

  private func startLocalAttempt(_ seq: Int, of run: Run, at now: Timestamp) {
    guard let activity = run.localActivities[seq] else { return }
    let queue = taskQueues.servesEveryQueue ? 0 : taskQueues.index(making: run.state.started.taskQueue)
    guard taskQueues[queue].hasLocalSlot else {
      run.localActivities[seq]?.nextAttemptTime = nil
      taskQueues[queue].waitingLocals.append((run.state.key, seq, run.generation))
      return
    }
    taskQueues[queue].usedLocalSlots += 1
    let registry = taskQueues[queue].worker?.registry
    let request = activity.request
    let key = run.key
    let generation = run.generation
    let definition = options.activityOverride?(request.activityType) ?? registry?.activity(request.activityType)
    let channel = ActivityChannel(now: { [clock = options.clock] in clock.now() }, onHeartbeat: { _ in })
    let execution = ActivityExecution(
      code: definition?.body, registeredNames: definition == nil ? registry?.activityNames ?? [] : [],
      info: ActivityInfo(
        workflowExecution: run.state.execution, workflowType: run.state.started.workflowType,
        namespace: namespaceName(of: run), activityID: request.activityID, activityType: request.activityType,
        taskQueue: run.state.started.taskQueue, attempt: activity.attempt, scheduledTime: request.scheduledTime,
        startedTime: now, startToCloseTimeout: request.options.startToCloseTimeout,
        header: request.header, isLocal: true),
      input: request.input,
      converter: converter(of: run),
      payloads: blobs, channel: channel, logger: options.logger, interceptors: activityInterceptors,
      waitsForSpace: options.scheduler == nil)
    let attempt = activity.attempt
    let slot = ActivitySlot(queue: queue, mark: quarantine?.begin(.localActivity(seq, of: key)).mark)
    let task = Task(executorPreference: options.scheduler) { [mailbox] in
      let outcome = await execution.run()
      mailbox.post(.localActivityFinished(key, seq: seq, generation: generation, attempt: attempt, slot, outcome))
    }
    run.localActivities[seq]?.startedTime = now
    run.localActivities[seq]?.running = RunningActivity(
      attempt: activity.attempt, queue: queue, task: task, channel: channel)
    run.localActivities[seq]?.nextAttemptTime = nil
    runningLocalActivities += 1
    hasStartedActivities = true
    if let timeout = request.options.startToCloseTimeout {
      arm(.startToClose(attempt: activity.attempt), seq, of: run, deadline: now + timeout)
    }
  }

  /// An attempt's code ended. Attempts of unloaded code have no consequence.
  func localActivityFinished(
    _ key: RunKey, _ seq: Int, _ generation: UInt64, _ attempt: Int, _ slot: ActivitySlot,
    _ outcome: ActivityOutcome, at now: Timestamp
  ) {
    runningLocalActivities -= 1
    taskQueues[slot.queue].usedLocalSlots -= 1
    quarantine?.end(.localActivity(seq, of: key), mark: slot.mark)
    startWaitingLocals(ofQueue: slot.queue, at: now)
    guard let run = runs[key], run.generation == generation, run.instance != nil,
      let activity = run.localActivities[seq], let running = activity.running, running.attempt == attempt
    else { return }
    // During shutdown a cancelled attempt is forgotten: the next process repeats it.
    if running.channel.cancellationReason == .shutdown, !outcome.isSuccess { return }
    metrics?.localActivity(activity.request.activityType, taskQueue: run.state.started.taskQueue, of: run)
      .attemptFinished(activity.request, outcome, startedTime: activity.startedTime, at: now)
    switch outcome {
    case .completed(let result):
      resolve(seq, of: run, .succeeded(result), at: now)
    case .canceled(let details):
      resolve(seq, of: run, .canceled(details: details), at: now)
    case .failed(let failure):
      retryOrFail(seq, of: run, failure, at: now)
    case .completesAsynchronously:
      break
    }
  }

  /// Starts what waits for the slots that were given back.
  private func startWaitingLocals(ofQueue queue: Int, at now: Timestamp) {
    while !isShuttingDown, taskQueues[queue].hasLocalSlot, let next = taskQueues[queue].waitingLocals.popFirst() {
      guard let run = runs.residents[next.run], run.generation == next.generation,
        let activity = run.localActivities[next.seq], activity.running == nil, activity.nextAttemptTime == nil
      else { continue }
      startLocalAttempt(next.seq, of: run, at: now)
    }
  }

  func fire(
    _ timer: LocalActivityTimer, ofLocalActivity seq: Int, _ key: RunKey, _ generation: UInt64, at now: Timestamp
  ) {
    guard let run = runs[key], run.generation == generation, let activity = run.localActivities[seq] else { return }
    switch timer {
    case .retry(let attempt):
      guard activity.attempt == attempt, activity.running == nil else { return }
      startLocalAttempt(seq, of: run, at: now)
    case .startToClose(let attempt):
      guard activity.attempt == attempt, let running = activity.running else { return }
      running.cancel(.timedOut)
      retryOrFail(seq, of: run, timeout(.startToClose), at: now)
    case .scheduleToClose:
      activity.running?.cancel(.timedOut)
      resolve(seq, of: run, .failed(timeout(.scheduleToClose), .timeout), at: now)
    }
  }

  private func timeout(_ type: TimeoutType) -> Failure {
    Failure(message: "activity \(type.text) timeout", info: .timeout(type, lastHeartbeatDetails: []))
  }

  private func retryOrFail(_ seq: Int, of run: Run, _ failure: Failure, at now: Timestamp) {
    guard var activity = run.localActivities[seq] else { return }
    if activity.isCancelRequested { return resolve(seq, of: run, .failed(failure, .cancelRequested), at: now) }
    let decision = activity.request.retryDecision(afterAttempt: activity.attempt, failure, at: now)
    switch decision {
    case .retry(let dueTime):
      activity.attempt += 1
      activity.running = nil
      activity.nextAttemptTime = dueTime
      activity.lastFailure = failure
      run.localActivities[seq] = activity
      arm(.retry(attempt: activity.attempt), seq, of: run, deadline: dueTime)
    case .giveUp(let retryState):
      resolve(seq, of: run, .failed(failure, retryState), at: now)
    }
  }

  private func resolve(_ seq: Int, of run: Run, _ outcome: Activation.Outcome, at now: Timestamp) {
    guard let activity = run.localActivities.removeValue(forKey: seq) else { return }
    run.localResults.append(
      (seq, LocalActivityResolution(outcome: outcome, attempt: activity.attempt, completeTime: now)))
    makeDirty(run)
  }

  /// The outcomes that the run's code has yet to see, as jobs.
  func takeLocalResults(of run: Run) -> [Activation.Job] {
    defer { run.localResults = [] }
    return run.localResults.map { .resolveLocalActivity(seq: $0.seq, $0.resolution) }
  }

  /// The live code is unloaded: its local activities stop, and run again when it is replayed.
  func dropLocalActivities(of run: Run) {
    for activity in run.localActivities.values { activity.running?.cancel(.workflowClosed) }
    run.localActivities = [:]
    run.localResults = []
  }
}

extension LocalActivityRequest {
  func retryDecision(
    afterAttempt attempt: Int, _ failure: Failure, at now: Timestamp
  ) -> PendingActivity.RetryDecision {
    let policy = options.retryPolicy ?? .standard
    var delay = policy.interval(afterAttempt: attempt)
    if case .application(let type, let isNonRetryable, _, let nextRetryDelay) = failure.info {
      if isNonRetryable || policy.nonRetryableErrorTypes.contains(type) { return .giveUp(.nonRetryableFailure) }
      delay = nextRetryDelay ?? delay
    }
    if policy.maximumAttempts > 0, attempt >= policy.maximumAttempts { return .giveUp(.maximumAttemptsReached) }
    if let timeout = options.scheduleToCloseTimeout, now + delay >= scheduledTime + timeout { return .giveUp(.timeout) }
    return .retry(at: now + delay)
  }
}
