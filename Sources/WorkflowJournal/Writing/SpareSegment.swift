internal import Synchronization

/// A zero-filled file that waits to become the next segment.
final class SpareSegment: Sendable {
  private enum State: Sendable {
    case filling
    case ready(any JournalFile)
    case failed(JournalFileSystemError)
    case taken
  }

  let path: String
  let size: Int
  private let state = Mutex(State.filling)

  init(path: String, size: Int) {
    self.path = path
    self.size = size
  }

  /// Fills the file; called once, on whatever thread prepares it.
  func fill(_ fileSystem: any JournalFileSystem) {
    let result: State
    do throws(JournalFileSystemError) {
      result = .ready(try SegmentFiller.fill(path, size: size, fileSystem: fileSystem))
    } catch {
      result = .failed(error)
    }
    state.withLock { $0 = result }
  }

  /// Whether the work is over, with success or without.
  var isFilled: Bool {
    state.withLock { if case .filling = $0 { false } else { true } }
  }

  /// Why it could not be filled, if it could not.
  var failure: JournalFileSystemError? {
    state.withLock { if case .failed(let error) = $0 { error } else { nil } }
  }

  /// Hands the file over, once. `nil` when there is none.
  func take() -> (any JournalFile)? {
    state.withLock {
      guard case .ready(let file) = $0 else { return nil }
      $0 = .taken
      return file
    }
  }
}
