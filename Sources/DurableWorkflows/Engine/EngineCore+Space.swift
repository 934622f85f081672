internal import Logging
internal import WorkflowJournal

/// What the engine does when the disk is full: new work is refused, what was accepted goes on in the journal's reserve,
/// and when that is used up too, everything waits for space. Nothing that was acknowledged is lost, and nothing is
/// acknowledged that is not durable.
extension EngineCore {
  /// How often the engine looks for space.
  private static let spaceInterval = Duration.seconds(1)

  /// - Throws: ``WorkflowServiceError``, code `resourceExhausted`, while there is no space for new work.
  func requireSpace() throws {
    guard !journal.isShortOfSpace else { throw outOfSpace }
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
      if isShortOfSpace {
        isShortOfSpace = false
        options.logger.info("there is space for the journal again; new work is accepted")
      }
      return
    }
    if !isShortOfSpace {
      isShortOfSpace = true
      options.logger.error(
        "the disk of the journal is full; new work is refused, what was accepted goes on",
        metadata: ["directory": "\(journal.directory)"])
      nextSpaceCheck = now
    }
    guard now >= nextSpaceCheck else { return }
    nextSpaceCheck = now + EngineCore.spaceInterval
    try journal.refillReserve()
    if journal.isShortOfSpace { timers.arm(.space, deadline: nextSpaceCheck) } else { try keepSpace(at: now) }
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
      if !isReported {
        isReported = true
        options.logger.critical(
          "the disk of the journal is full, and its reserve is used up; everything waits for space",
          metadata: ["directory": "\(journal.directory)", "error": "\(problem)"])
      }
      waitForSpace()
      if messagesInWaiting.contains(where: \.isShutdown) { throw problem }
    }
  }

  private func attemptCommit() -> Result<CommittedBatch, JournalError> {
    do throws(JournalError) {
      return .success(try journal.commit(usingReserve: true))
    } catch {
      return .failure(error)
    }
  }

  private func waitForSpace() {
    let interval: Duration = options.scheduler == nil ? EngineCore.spaceInterval : .milliseconds(1)
    let end = ContinuousClock.now + interval
    repeat {
      _ = mailbox.wait(atMost: end - .now, spinning: .zero)
      for message in mailbox.take() {
        if message.isRequest { refuse([message], with: outOfSpace) } else { messagesInWaiting.append(message) }
        if message.isShutdown { return }
      }
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
      .wake, .beginShutdown:
      false
    default: true
    }
  }
}
