internal import Logging
internal import WorkflowJournal

/// What the engine does when the disk is full: new work is refused, what was accepted goes on in the journal's reserve,
/// and when that is used up too, everything waits for space. Nothing that was acknowledged is lost, and nothing is
/// acknowledged that is not durable.
extension EngineCore {
  /// How often the engine looks for space.
  private static let spaceInterval = Duration.seconds(1)

  /// Whether new work is accepted.
  var hasSpace: Bool { !journal.isShortOfSpace && !isShortOfSpace }

  /// - Throws: ``WorkflowServiceError``, code `resourceExhausted`, while there is no space for new work.
  func requireSpace() throws {
    guard hasSpace else { throw outOfSpace }
  }

  private var outOfSpace: WorkflowServiceError {
    WorkflowServiceError(
      .resourceExhausted,
      "the disk of the journal is full: new work is refused until there is space again in '\(journal.directory)'; what "
        + "was accepted goes on")
  }

  /// Looks for space while it is short.
  func keepSpace(at now: Timestamp) throws {
    guard journal.isShortOfSpace else {
      // Files are filled on other threads; what they find out is believed after a while.
      if isShortOfSpace, now >= nextSpaceCheck {
        isShortOfSpace = false
        options.logger.info("there is space for the journal again; new work is accepted")
        startHeldSchedules(at: now)
      }
      return
    }
    if !isShortOfSpace {
      isShortOfSpace = true
      options.logger.error(
        "the disk of the journal is full; new work is refused, what was accepted goes on",
        metadata: ["directory": "\(journal.directory)"])
      nextSpaceCheck = max(nextSpaceCheck, now)
    }
    guard now >= nextSpaceCheck else { return }
    nextSpaceCheck = now + EngineCore.spaceInterval
    try journal.refillReserve()
    timers.arm(.space, deadline: nextSpaceCheck)
  }

  /// There is no space for the large payloads of a workflow task: it runs again when there may be.
  func waitForSpace(_ run: Run, at now: Timestamp) {
    options.logger.error(
      "there is no space for the payloads of a workflow task; it waits",
      metadata: ["workflow_id": "\(run.state.started.workflowID)", "run_id": "\(run.state.started.runID)"])
    // A run with local activities would be queued again at once, and find no space again.
    run.isDirty = true
    dropInstance(of: run)
    run.isDirty = false
    runsWithoutSpace.append(run.key)
    timers.arm(.space, deadline: now + EngineCore.spaceInterval)
  }

  /// There may be space again.
  func retryRunsWithoutSpace() {
    let keys = runsWithoutSpace
    runsWithoutSpace = []
    for key in keys {
      if let run = runs[key] { makeDirty(run) }
    }
  }

  /// Makes the open batch durable. While there is no space for it, not even the reserve, the engine waits: requests are
  /// refused, and what its activities report is kept.
  func commitBatch() throws -> CommittedBatch {
    var isReported = false
    while true {
      let problem: JournalError
      switch attemptCommit() {
      case .success(let batch): return batch
      case .failure(let error): problem = error
      }
      guard problem.code == .full else { throw problem }
      if let outcome = checkpoints.outcome {
        // One that ended in this turn may give back the space that is missing; what waits lies behind its cut.
        checkpoints.outcome = nil
        try checkpointFinished(outcome)
        continue
      }
      if !isReported {
        isReported = true
        options.logger.critical(
          "the disk of the journal is full, and its reserve is used up; everything waits for space",
          metadata: ["directory": "\(journal.directory)", "error": "\(problem)"])
      }
      try waitForSpace()
      let isGraceOver = isShuttingDown && (isForced || options.clock.now() >= shutdownDeadline)
      if isGraceOver || messagesInWaiting.contains(where: \.isShutdown) { throw problem }
    }
  }

  private func attemptCommit() -> Result<CommittedBatch, JournalError> {
    do throws(JournalError) {
      return .success(try journal.commit(usingReserve: true))
    } catch {
      return .failure(error)
    }
  }

  private func waitForSpace() throws {
    let interval: Duration = options.scheduler == nil ? EngineCore.spaceInterval : .milliseconds(1)
    let end = ContinuousClock.now + interval
    repeat {
      _ = mailbox.wait(atMost: end - .now, spinning: .zero)
      var sawShutdown = false
      for message in mailbox.take() {
        if case .checkpointFinished(let outcome) = message {
          // It may give back the space that is missing; the batch that waits lies behind its cut.
          try checkpointFinished(outcome)
        } else if case .health(let reply) = message {
          reply.succeed(healthComponents)
        } else if message.isRequest {
          refuse([message], with: outOfSpace)
        } else {
          messagesInWaiting.append(message)
        }
        if message.isShutdown { sawShutdown = true }
      }
      if sawShutdown { return }
    } while ContinuousClock.now < end
  }
}

extension EngineMessage {
  var isShutdown: Bool {
    if case .beginShutdown = self { true } else { false }
  }

  /// Whether somebody outside asks for something; what the engine's own activities and clocks report is none.
  fileprivate var isRequest: Bool {
    switch self {
    case .checkpointFinished, .activityFinished, .heartbeat, .localActivityFinished, .foreignJob, .lostCodeReturned,
      .wake, .beginShutdown, .forceShutdown:
      false
    default: true
    }
  }
}
