internal import Dispatch
internal import Logging
internal import Synchronization
internal import WorkflowJournal

/// The removal of files of payloads that nothing refers to any more, on a thread of its own.
///
/// It ends before the engine gives the directory away, and before the next one begins: the store's memory of what was
/// stored lately covers one at a time.
final class BlobCollection: Sendable {
  private let isCancelled = Atomic<Bool>(false)
  private let hasEnded = Atomic<Bool>(false)
  private let end = DispatchSemaphore(value: 0)

  var isRunning: Bool { !hasEnded.load(ordering: .acquiring) }

  /// Removes those of the candidates that are not referenced.
  ///
  /// - Parameters:
  ///   - isInline: whether to do it here and now, as simulations need it.
  ///   - whenDone: called at the end, on the thread that did it.
  func start(
    _ store: BlobStore, _ candidates: [BlobReference], referenced: Set<BlobReference>, isInline: Bool,
    _ logger: Logger, whenDone: @escaping @Sendable () -> Void
  ) {
    let work: @Sendable () -> Void = { [self] in
      do {
        try collect(store, candidates, referenced, logger)
      } catch {
        logger.error(
          "files of payloads could not be removed; the next checkpoint tries again", metadata: ["error": "\(error)"])
      }
      hasEnded.store(true, ordering: .releasing)
      end.signal()
      whenDone()
    }
    if isInline { return work() }
    do {
      try EngineThread.start(work)
    } catch {
      logger.error(
        "no thread to remove files of payloads; the next checkpoint tries again", metadata: ["error": "\(error)"])
      hasEnded.store(true, ordering: .releasing)
      end.signal()
    }
  }

  /// Tells the removal to stop, and waits until it touches no file any more.
  func cancelAndWait() {
    isCancelled.store(true, ordering: .relaxed)
    end.wait()
  }

  /// In portions, between which it can be told to stop.
  private func collect(
    _ store: BlobStore, _ candidates: [BlobReference], _ referenced: Set<BlobReference>, _ logger: Logger
  ) throws {
    var removed = BlobCollectionResult()
    var rest = candidates[...]
    while !rest.isEmpty, !isCancelled.load(ordering: .relaxed) {
      let result = try store.collect(Array(rest.prefix(64)), referenced: referenced)
      removed.blobs += result.blobs
      removed.bytes &+= result.bytes
      rest = rest.dropFirst(64)
    }
    guard removed.blobs > 0 else { return }
    logger.info(
      "files of payloads were removed", metadata: ["files": "\(removed.blobs)", "bytes": "\(removed.bytes)"])
  }
}
