internal import Logging
@_spi(Ownership) internal import WorkflowJournal

/// The engine's thread: opens the journal, then turns until shutdown or until the journal fails.
enum EngineLoop {
  /// How long after the last append the journal is marked durable up to there.
  private static let idleMark = Duration.milliseconds(50)
  /// How long the thread stays awake for the result of an activity that it has just started.
  private static let spin = Duration.microseconds(40)

  /// Runs on the engine's own thread.
  static func run(
    directory: String, options: WorkflowEngineOptions, workers: [RegisteredWorker], mailbox: Mailbox<EngineMessage>,
    visibility: VisibilityService, life: EngineLife, health: WorkflowHealth
  ) {
    let core: EngineCore
    do {
      core = try open(
        directory: directory, options: options, workers: workers, mailbox: mailbox, visibility: visibility,
        life: life, health: health)
    } catch {
      _ = mailbox.close()
      visibility.close()
      // A wait that was given up has told everyone already; its health may be another engine's by now.
      if life.hasEnded { return }
      let isCancelled = error is CancellationError
      health.enter(isCancelled ? .ended : .failed, isCancelled ? "the wait was cancelled" : "\(error)")
      life.end(with: error)
      return
    }
    watch(core, directory: directory, life: life, health)
    drive(core, directory: directory, life: life, health) { try turn(core, life) }
  }

  /// Turns until the engine ends, and tells everyone.
  private static func drive(
    _ core: EngineCore, directory: String, life: EngineLife, _ health: WorkflowHealth, _ turns: () throws -> Void
  ) {
    // The watch knows the engine.
    defer { core.watch = nil }
    do {
      try turns()
      core.endCheckpoint()
      core.visibility.close()
      core.signs = nil
      try core.journal.close()
      core.abandonAll()
      core.quarantine?.end()
      health.enter(.ended, "the engine has shut down")
      life.end(with: nil)
      core.refuse(core.mailbox.close(), with: EngineLoop.closed)
      core.refuseLongPolls(with: EngineLoop.closed)
      for reply in core.shutdownReplies { reply.succeed(()) }
    } catch {
      let failure = WorkflowEngineError(.journal, "the journal in '\(directory)' failed", cause: error)
      core.fail(error, with: core.mailbox.close())
      core.visibility.close()
      core.endCheckpoint()
      core.journal.discardPending()
      core.signs = nil
      // The failure is already on its way to everyone; closing only releases the lock.
      try? core.journal.close()
      core.abandonAll()
      core.quarantine?.end()
      health.enter(.failed, "\(failure)")
      life.end(with: failure)
      for reply in core.shutdownReplies { reply.fail(failure) }
    }
  }

  /// Carries the engine from a thread that is stuck in user code to the thread that goes on with it.
  ///
  /// Unchecked, because the engine has one owner at a time: the stuck thread touches nothing of the engine after it
  /// began the stretch of user code, unless it wins the exchange at its end; whoever takes the engine over has won it
  /// instead, and the exchange orders everything that the former owner did before everything that the new one does.
  private struct Handover: @unchecked Sendable {
    let core: EngineCore
  }

  private static func watch(_ core: EngineCore, directory: String, life: EngineLife, _ health: WorkflowHealth) {
    guard let timeout = core.options.deadlockDetectionTimeout else { return }
    let handover = Handover(core: core)
    core.watch = DeadlockWatch(period: timeout) { [logger = core.options.logger] in
      do {
        try EngineThread.start {
          let core = handover.core
          drive(core, directory: directory, life: life, health) {
            core.recoverFromDeadlock()
            try core.finishTurn(at: core.options.clock.now())
            try turn(core, life)
          }
        }
      } catch {
        logger.critical(
          "the engine is stuck in a workflow's code, and there is no thread to go on with",
          metadata: ["error": "\(error)"])
        let core = handover.core
        core.fail(error, with: core.mailbox.close())
        core.visibility.close()
        core.endCheckpoint()
        core.journal.discardPending()
        core.signs = nil
        try? core.journal.close()
        health.enter(.failed, "\(error)")
        life.end(with: error)
      }
    }
  }

  static let closed = WorkflowServiceError(.unavailable, "the engine has shut down")
  private static let killed = WorkflowServiceError(.unavailable, "the engine was killed")

  private static func open(
    directory: String, options: WorkflowEngineOptions, workers: [RegisteredWorker], mailbox: Mailbox<EngineMessage>,
    visibility: VisibilityService, life: EngineLife, health: WorkflowHealth
  ) throws -> EngineCore {
    var followed: FollowedJournal?
    let ownership = try JournalOwnership.take(
      directory: directory, options: options, life: life, health: health, followed: &followed)
    health.enter(.opening, "the journal is being read")
    // From here on, so that an owner that stops while it reads is seen as well.
    let signs = try options.usedStandby?.takeOverFrozenOwnerAfter.map { _ in try OwnerSigns(ownership.lock) }
    let records = JournalRecordReader(
      directory: directory, fileSystem: options.fileSystem, encryption: options.journal.encryption)
    let follower = followed?.follower
    var recovered = followed?.recovered ?? RecoveredRuns { try records.read($0) }
    // From here on it is held once, so that it is changed in place.
    followed = nil
    let (journal, report) = try Journal.open(ownership, following: follower) { isResumed in
      if !isResumed { recovered = RecoveredRuns { try records.read($0) } }
    } visit: { type, body, pointer in
      try recovered.visit(type: type, body: body, at: pointer)
    }
    try recovered.finish()
    try recovered.checkNamespaces(options)
    let blobs = try BlobStore(
      journalDirectory: directory, fileSystem: options.fileSystem, encryption: options.journal.encryption)
    let payloads = PayloadStore(
      blobs: blobs, threshold: options.blobThreshold, maximumSize: options.maximumPayloadSize, limits: options.limits)
    let core = EngineCore(
      options: options, workers: workers, journal: journal, blobs: payloads, mailbox: mailbox,
      visibility: visibility, recovered: &recovered)
    core.checkpoints.restsOnPrevious = report.beganAtPreviousCheckpoint
    core.rebuildIndex(directory: directory)
    core.signs = signs
    options.logger.info(
      "journal opened",
      metadata: [
        "directory": "\(directory)", "records": "\(report.records)", "epoch": "\(report.epoch)",
        "open_runs": "\(core.openCount)",
      ])
    if options.quarantinesCrashingRuns, options.fileSystem is PosixFileSystem {
      do {
        core.quarantine = try QuarantineWatch(directory: directory)
      } catch {
        options.logger.warning(
          "what brings the process down is not watched: no run will be put in quarantine",
          metadata: ["error": "\(error)"])
      }
    }
    health.serve { [weak mailbox] in
      try await withCheckedThrowingContinuation { continuation in
        let reply = Reply<[HealthComponent]>(continuation: continuation)
        if mailbox?.post(.health(reply)) != true { reply.fail(EngineLoop.closed) }
      }
    }
    life.begin(EngineLife.Opened(journalID: "\(report.identifier)", payloads: payloads, health: health))
    return core
  }

  private static func turn(_ core: EngineCore, _ life: EngineLife) throws {
    let clock = core.options.clock
    var isMarked = true
    var lastAppend = ContinuousClock.now
    core.watch?.adoptThread()
    core.judge(at: clock.now())
    // What recovery left to do.
    try core.turn([])
    while true {
      let messages = core.mailbox.take()
      if life.isKilled {
        core.refuse(messages, with: EngineLoop.killed)
        throw EngineLoop.killed
      }
      let now = clock.now()
      let hasDueTimer = core.timers.nextDeadline.map { $0 <= now } ?? false
      if !messages.isEmpty || !core.messagesInWaiting.isEmpty || hasDueTimer || !core.dirty.isEmpty
        || !core.pendingLaunches.isEmpty
      {
        let before = core.journal.syncCount
        try core.turn(messages)
        if core.isDrained { return try core.flush() }
        if core.journal.syncCount != before {
          // Real time means nothing in a simulation.
          isMarked = core.options.scheduler != nil
          lastAppend = .now
        }
        if isMarked || ContinuousClock.now - lastAppend < idleMark { continue }
        try markIdle(core)
        isMarked = true
        continue
      }
      if core.isDrained { return try core.flush() }
      if let scheduler = core.options.scheduler, scheduler.runNext() { continue }
      if core.isQuiescent, clock.skip(to: core.timers.nextDeadline ?? .distantFuture) { continue }
      var limit = core.timers.nextDeadline.flatMap { clock.waitingTime(until: $0) }
      if !isMarked { limit = min(limit ?? idleMark, max(.zero, idleMark - (ContinuousClock.now - lastAppend))) }
      let woken = core.mailbox.wait(atMost: limit, spinning: core.takeHasStartedActivities() ? spin : .zero)
      if !woken, !isMarked, ContinuousClock.now - lastAppend >= idleMark {
        try markIdle(core)
        isMarked = true
      }
    }
  }

  /// Marks the journal durable up to here. The mark only helps to tell damage from a torn write: a full disk may go
  /// without it.
  private static func markIdle(_ core: EngineCore) throws {
    do throws(JournalError) {
      try core.journal.markIdle()
    } catch {
      guard error.code == .full else { throw error }
    }
  }
}
