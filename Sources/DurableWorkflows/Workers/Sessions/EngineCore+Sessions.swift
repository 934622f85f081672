extension EngineCore {
  /// Takes an attempt that has to do with sessions.
  ///
  /// - Returns: the queue that the attempt waits in; `nil` if it waits in none, because the engine does it itself or
  ///   its session has failed.
  func queueOfSession(_ task: QueuedTask, type: String, named name: String, of run: Run) -> Int? {
    let now = options.clock.now()
    if let session = SessionName(name) {
      if let open = sessions[session.id], open.run == task.run { return open.queue }
      answer(task, of: run, .failed(sessionFailure(session.id)), at: now)
      return nil
    }
    let queue = taskQueues.servesEveryQueue ? 0 : taskQueues.index(making: name)
    if type == SessionActivity.create {
      sessions.wait(task, queue: queue)
      if taskQueues[queue].worker == nil { reportUnserved(name, count: sessions.waitingCount(ofQueue: queue)) }
      openSessions(ofQueue: queue, at: now)
    } else {
      let id = run.state.activity(task.scheduledEventID).flatMap { activity in
        activity.attributes.input.first.flatMap { try? converter(of: run).value(of: $0, as: String.self) }
      }
      if let id, sessions[id]?.run == task.run { closeSession(id, at: now) }
      answer(task, of: run, encoded(true, for: run), at: now)
    }
    return nil
  }

  private func sessionFailure(_ id: String) -> Failure {
    Failure(
      message: "session \(id) has failed: its process has ended, its time is over, or it was closed; open another one",
      info: .application(type: WorkflowSession.failureType, isNonRetryable: true, details: [], nextRetryDelay: nil))
  }

  private func encoded(_ value: some Encodable & Sendable, for run: Run) -> ActivityOutcome {
    do {
      return .completed([try converter(of: run).payload(for: value)])
    } catch {
      return .failed(Failure(recording: error, converter: converter(of: run)))
    }
  }

  /// Does an attempt of the engine's own, at once.
  private func answer(_ task: QueuedTask, of run: Run, _ outcome: ActivityOutcome, at now: Timestamp) {
    guard let attempt = run.state.activity(task.scheduledEventID)?.attempt else { return }
    var started = run.state.startAttempt(task.scheduledEventID, at: now)
    // There is no code to launch, and its timers would find it ended.
    started.effects = []
    absorb(started, into: run, isLazy: true)
    absorb(
      run.state.finishAttempt(
        task.scheduledEventID, attempt: attempt, outcome: outcome, identity: options.identity, at: now),
      into: run)
  }

  /// Opens sessions for those who wait, while the queue's worker has slots for them.
  func openSessions(ofQueue queue: Int, at now: Timestamp) {
    guard !isShuttingDown, let limit = taskQueues[queue].worker?.options.maxConcurrentSessionExecutions else { return }
    while sessions.count(ofQueue: queue) < limit, let task = sessions.popWaiting(queue: queue) {
      guard let run = runs[task.run], run.state.isOpen, let pending = run.state.activity(task.scheduledEventID),
        pending.stage == .scheduled
      else { continue }
      let nanoseconds = pending.attributes.input.first.flatMap {
        try? converter(of: run).value(of: $0, as: Int64.self)
      }
      let deadline = now + .nanoseconds(nanoseconds ?? 3_600_000_000_000)
      let id = sessions.open(for: task.run, queue: queue, deadline: deadline)
      timers.arm(.session(id), deadline: deadline)
      answer(task, of: run, encoded(id, for: run), at: now)
    }
  }

  /// A session ends: somebody else may have its slot.
  func closeSession(_ id: String, at now: Timestamp) {
    if let queue = sessions.close(id) { openSessions(ofQueue: queue, at: now) }
  }

  /// A session's time is over: what runs in it is cancelled, and has failed.
  func expireSession(_ id: String, at now: Timestamp) {
    guard let session = sessions[id] else { return }
    if let run = runs.residents[session.run] {
      for (eventID, running) in run.runningActivities.sorted(by: { $0.key < $1.key }) {
        guard let activity = run.state.activity(eventID), SessionName(activity.attributes.taskQueue)?.id == id else {
          continue
        }
        running.cancel(.timedOut)
        absorb(
          run.state.finishAttempt(
            eventID, attempt: running.attempt, outcome: .failed(sessionFailure(id)), identity: options.identity,
            at: now),
          into: run)
      }
    }
    closeSession(id, at: now)
  }

  /// A run has closed, and with it its sessions.
  func closeSessions(of run: RunKey, at now: Timestamp) {
    if sessions.isEmpty { return }
    for id in sessions.ids(of: run) { closeSession(id, at: now) }
  }
}
