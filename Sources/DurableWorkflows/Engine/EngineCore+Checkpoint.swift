internal import Logging
internal import WorkflowJournal

/// What the engine knows of its checkpoints.
struct CheckpointState {
  /// The one in the making.
  var job: CheckpointJob?
  /// The removal of files that nothing refers to any more.
  var collection: BlobCollection?
  /// How it ended, until the end of the turn.
  var outcome: Result<Compaction.Result, any Error>?
  /// Whoever waits for it.
  var replies: [Reply<WorkflowEngineCheckpoint>] = []
  /// Whoever asked while it was being made: what they did may lie behind its cut, so they get the next one.
  var nextReplies: [Reply<WorkflowEngineCheckpoint>] = []
  /// Whether one has failed, and it is too early to try again.
  var isHeldBack = false
  /// Whether the tables rest on the checkpoint before the installed one, so that they may have closed runs that the
  /// installed one has left out. The next is made soon, and tells which they are.
  var restsOnPrevious = false
  /// Whether a segment is being made ready for one, and a timer is armed to look again.
  var isPreparing = false
  /// The files of payloads that existed when it was begun.
  var blobs: [BlobReference] = []
  /// Closed runs that the last one left out and that are still in the tables.
  var forgotten: [Compaction.Forgotten] = []
}

/// A checkpoint that was made.
public struct WorkflowEngineCheckpoint: Hashable, Sendable {
  /// Its number, from 1.
  public var number: Int
  /// Its size in bytes.
  public var bytes: Int
  /// The runs in it, open and closed.
  public var runs: Int
  /// Closed runs that were left out because their retention was over.
  public var forgottenRuns: Int
}

extension EngineCore {
  /// How long after the last look to see whether the segment for a checkpoint is ready.
  private static let preparationCheck = Duration.milliseconds(10)
  /// How long to wait after a checkpoint that failed.
  private static let pause = Duration.seconds(60)
  /// The most runs that are taken out of the tables in a turn.
  private static let mostForgotten = 2000

  /// Begins a checkpoint when one is asked for, or when an open would have to read much behind the last one.
  func checkpointIfDue(at now: Timestamp) throws {
    if let outcome = checkpoints.outcome {
      checkpoints.outcome = nil
      try checkpointFinished(outcome)
    }
    forgetSome()
    guard checkpoints.job == nil, checkpoints.collection?.isRunning != true, !isShuttingDown, !visibility.isRebuilding
    else { return }
    checkpoints.collection = nil
    let limit = max(options.checkpointThreshold, journal.checkpointBytes / 2)
    let isWanted = !checkpoints.nextReplies.isEmpty
    // A checkpoint may also give back the space that is missing.
    let mayHelp = isShortOfSpace && journal.bytesSinceCheckpoint > 4 << 20
    let isDue = mayHelp || checkpoints.restsOnPrevious || journal.bytesSinceCheckpoint > limit
    guard isWanted || (isDue && !checkpoints.isHeldBack) else { return }
    guard journal.prepareCheckpoint() else {
      // The segment behind the cut is being filled: everything else goes on meanwhile.
      if !checkpoints.isPreparing { timers.arm(.checkpoint, deadline: now + EngineCore.preparationCheck) }
      checkpoints.isPreparing = true
      return
    }
    do {
      let cut = try journal.beginCheckpoint()
      let job = CheckpointJob()
      checkpoints.job = job
      checkpoints.blobs = try blobs.blobs?.beginCollection() ?? []
      pinWhatWaits()
      checkpoints.replies = checkpoints.nextReplies
      checkpoints.nextReplies = []
      let isInline = options.scheduler != nil || options.fileSystem.prefersInlinePreparation
      try job.start(
        cut, directory: journal.directory, options: options,
        oldestCloses: RetentionLimits(options, at: now),
        comparing: checkpoints.restsOnPrevious ? KnownRuns(runs) : nil, isInline: isInline
      ) { [mailbox] outcome in
        mailbox.post(.checkpointFinished(outcome))
      }
    } catch let error as JournalError where error.code == .poisoned {
      throw error
    } catch {
      checkpoints.job = nil
      checkpointFailed(error)
    }
  }

  /// Files that only the engine's memory names, of what has yet to be recorded, may be older than the store remembers.
  private func pinWhatWaits() {
    guard let store = blobs.blobs else { return }
    let collector = BlobCollector()
    for run in runs.residents.values {
      for update in run.pendingUpdates { collector.note(update.request.input) }
      for result in run.localResults { collector.note(result.resolution.result ?? []) }
    }
    store.pin(collector.references)
  }

  /// The work of a checkpoint has ended: from here on the journal begins with it.
  func checkpointFinished(_ outcome: Result<Compaction.Result, any Error>) throws {
    guard checkpoints.job != nil else { return }
    checkpoints.job = nil
    let result: Compaction.Result
    switch outcome {
    case .success(let value): result = value
    case .failure(let error): return checkpointFailed(error)
    }
    do throws(JournalError) {
      try journal.install(result.checkpoint)
    } catch {
      // Without space for the manifest everything is as it was.
      guard error.code == .full else { throw error }
      return checkpointFailed(error)
    }
    checkpoints.restsOnPrevious = false
    runs.adopt(result.images)
    checkpoints.forgotten.append(contentsOf: result.forgotten)
    collectBlobs(referenced: result.blobs)
    let summary = WorkflowEngineCheckpoint(
      number: Int(result.checkpoint.cut.number), bytes: result.checkpoint.bytes, runs: result.images.count,
      forgottenRuns: result.forgotten.count)
    options.logger.info(
      "checkpoint installed",
      metadata: [
        "number": "\(summary.number)", "bytes": "\(summary.bytes)", "runs": "\(summary.runs)",
        "forgotten_runs": "\(summary.forgottenRuns)",
      ])
    for reply in checkpoints.replies { reply.succeed(summary) }
    checkpoints.replies = []
  }

  /// Removes the files that nothing refers to any more. What the journal refers to behind the checkpoint was stored
  /// since, or just before, and is kept by the store.
  private func collectBlobs(referenced: Set<BlobReference>) {
    let candidates = checkpoints.blobs
    checkpoints.blobs = []
    guard let store = blobs.blobs, !candidates.isEmpty else { return }
    let collection = BlobCollection()
    checkpoints.collection = collection
    let isInline = options.scheduler != nil || options.fileSystem.prefersInlinePreparation
    collection.start(store, candidates, referenced: referenced, isInline: isInline, options.logger) { [mailbox] in
      mailbox.post(.wake)
    }
  }

  private func checkpointFailed(_ error: any Error) {
    options.logger.error(
      "a checkpoint could not be made; the journal stays as it is, and another is tried later",
      metadata: ["error": "\(error)"])
    for reply in checkpoints.replies + checkpoints.nextReplies {
      reply.fail(WorkflowServiceError(.unavailable, "the checkpoint could not be made: \(error)"))
    }
    checkpoints.replies = []
    checkpoints.nextReplies = []
    if checkpoints.isHeldBack { return }
    checkpoints.isHeldBack = true
    timers.arm(.checkpoint, deadline: options.clock.now() + EngineCore.pause)
  }

  /// The engine ends: nothing touches the directory behind it.
  func endCheckpoint() {
    checkpoints.job?.cancelAndWait()
    checkpoints.job = nil
    checkpoints.collection?.cancelAndWait()
    checkpoints.collection = nil
    for reply in checkpoints.replies + checkpoints.nextReplies { reply.fail(EngineLoop.closed) }
    checkpoints.replies = []
    checkpoints.nextReplies = []
  }

  /// Takes closed runs out of the tables whose records are gone.
  private func forgetSome() {
    guard !checkpoints.forgotten.isEmpty else { return }
    let forgotten = checkpoints.forgotten.suffix(EngineCore.mostForgotten)
    visibility.note(forgotten.map { .forget($0.key, namespace: $0.namespace) })
    for run in forgotten {
      if runs.residents[run.key]?.longPolls.isEmpty == false { refuseLongPolls(of: run.key) }
      runs.forget(run.key)
      runOfID[run.runID] = nil
      let namespace = run.namespace
      if currentRun[namespace, run.workflowID] == run.key { currentRun[namespace, run.workflowID] = nil }
      if !run.resetRequestID.isEmpty, resetRuns[namespace, run.resetRequestID] == run.key {
        resetRuns[namespace, run.resetRequestID] = nil
      }
    }
    checkpoints.forgotten.removeLast(min(EngineCore.mostForgotten, checkpoints.forgotten.count))
    if !checkpoints.forgotten.isEmpty { mailbox.post(.wake) }
  }

  private func refuseLongPolls(of key: RunKey) {
    for (id, poll) in longPolls where poll.run == key {
      poll.reply.fail(WorkflowServiceError(.notFound, "the run's retention is over"))
      longPolls[id] = nil
    }
  }
}
