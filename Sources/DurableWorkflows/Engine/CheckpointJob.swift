internal import Dispatch
internal import Synchronization
internal import WorkflowJournal

/// A checkpoint in the making, on a thread of its own.
final class CheckpointJob: Sendable {
  private let isCancelled = Atomic<Bool>(false)
  private let hasEnded = DispatchSemaphore(value: 0)

  /// Starts the work.
  ///
  /// - Parameters:
  ///   - known: the runs that the engine knows, if it may know some that the installed checkpoint has left out.
  ///   - isInline: whether to do it here and now, as simulations need it.
  ///   - report: gets the outcome, on the thread that made it.
  /// - Throws: ``WorkflowEngineError`` if there is no thread for it.
  func start(
    _ cut: CheckpointCut, directory: String, options: WorkflowEngineOptions, oldestCloses: RetentionLimits,
    comparing known: KnownRuns?, isInline: Bool,
    report: @escaping @Sendable (Result<Compaction.Result, any Error>) -> Void
  ) throws {
    let work: @Sendable () -> Void = { [self] in
      let outcome = Result {
        let builder = try CheckpointBuilder(
          cut, directory: directory, fileSystem: options.fileSystem, options: options.journal)
        var result = try Compaction.run(builder, cut: cut, oldestCloses: oldestCloses) { [self] in
          isCancelled.load(ordering: .relaxed)
        }
        if let known { result.forget(known, directory: directory, options: options) }
        return result
      }
      hasEnded.signal()
      report(outcome)
    }
    if isInline { work() } else { try EngineThread.start(work) }
  }

  /// Tells the work to stop, and waits until it touches no file any more.
  func cancelAndWait() {
    isCancelled.store(true, ordering: .relaxed)
    hasEnded.wait()
  }
}
