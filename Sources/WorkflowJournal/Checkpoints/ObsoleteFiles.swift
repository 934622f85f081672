internal import Synchronization

/// Files that nothing needs any more, on their way to being removed, the oldest first.
///
/// Removing a long file takes the system milliseconds, in which the owner's thread has better things to do.
final class ObsoleteFiles: Sendable {
  private struct State {
    var paths: [String] = []
    var failure: JournalError?
  }

  private let state = Mutex(State())

  /// Why one of them could not be removed; it is tried again with the next ones.
  var failure: JournalError? { state.withLock { $0.failure } }

  func add(_ paths: [String]) {
    state.withLock { $0.paths += paths }
  }

  func fail(_ error: JournalError) {
    state.withLock { $0.failure = error }
  }

  /// Removes them; one that cannot be removed stays, and holds up no other. Called by one thread at a time.
  func remove(_ fileSystem: any JournalFileSystem) {
    state.withLock { $0.failure = nil }
    var kept = 0
    while let path = state.withLock({ kept < $0.paths.count ? $0.paths[kept] : nil }) {
      do throws(JournalFileSystemError) {
        try fileSystem.remove(path)
      } catch where error.isNotFound {
        // Somebody removed it before.
      } catch {
        fail(JournalError(error, doing: "Removing a file that is not needed any more"))
        kept += 1
        continue
      }
      state.withLock { _ = $0.paths.remove(at: kept) }
    }
  }
}
