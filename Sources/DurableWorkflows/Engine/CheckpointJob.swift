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
  ///   - isInline: whether to do it here and now, as simulations need it.
  ///   - report: gets the outcome, on the thread that made it.
  /// - Throws: ``WorkflowEngineError`` if there is no thread for it.
  func start(
    _ cut: CheckpointCut, directory: String, options: WorkflowEngineOptions, oldestCloses: RetentionLimits,
    isInline: Bool,
    report: @escaping @Sendable (Result<Compaction.Result, any Error>) -> Void
  ) throws {
    let work: @Sendable () -> Void = { [self] in
      let outcome = Result {
        let builder = try CheckpointBuilder(
          cut, directory: directory, fileSystem: options.fileSystem, options: options.journal)
        return try Compaction.run(builder, cut: cut, oldestCloses: oldestCloses) { [self] in
          isCancelled.load(ordering: .relaxed)
        }
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
