internal import Synchronization

/// A lock that is held in an ``InMemoryFileSystem``.
final class InMemoryLock: JournalLock {
  private let fileSystem: InMemoryFileSystem
  private let path: String
  private let isReleased = Atomic(false)

  init(fileSystem: InMemoryFileSystem, path: String) {
    self.fileSystem = fileSystem
    self.path = path
  }

  deinit {
    release()
  }

  func release() {
    guard !isReleased.exchange(true, ordering: .relaxed) else { return }
    fileSystem.withState { _ = $0.locks.remove(path) }
  }
}
