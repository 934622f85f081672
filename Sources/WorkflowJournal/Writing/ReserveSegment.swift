internal import Synchronization

/// The zero-filled file that is kept for the time when the disk is full.
///
/// It stays between opens under its own name, so that a full disk cannot keep an owner from having it.
final class ReserveSegment: Sendable {
  private enum State: Sendable {
    /// There is none, or it is being made.
    case preparing
    case ready(any JournalFile)
    case failed(JournalFileSystemError)
    case taken
  }

  let path: String
  let size: Int
  private let directory: String
  private let state = Mutex(State.taken)

  init(directory: String, size: Int) {
    self.directory = directory
    self.size = size
    path = JournalFormat.path(directory, JournalFormat.reserveName)
  }

  /// Whether it is neither there nor being made. If so, the caller is to call ``prepare(_:)``, from any thread.
  func beginPreparing() -> Bool {
    state.withLock {
      switch $0 {
      case .preparing, .ready: return false
      case .failed, .taken:
        $0 = .preparing
        return true
      }
    }
  }

  /// Opens the file that is there, or makes one.
  func prepare(_ fileSystem: any JournalFileSystem) {
    let result: State
    do throws(JournalFileSystemError) {
      if let file = try existing(fileSystem) {
        result = .ready(file)
      } else {
        result = .ready(try make(fileSystem))
      }
    } catch {
      result = .failed(error)
    }
    state.withLock { $0 = result }
  }

  /// The file of an earlier open, if it is long enough and nothing was written to it: a crash may have come between a
  /// header and the new name.
  private func existing(_ fileSystem: any JournalFileSystem) throws(JournalFileSystemError) -> (any JournalFile)? {
    let file: any JournalFile
    do throws(JournalFileSystemError) {
      file = try fileSystem.open(path, .readWrite)
    } catch {
      guard error.isNotFound else { throw error }
      return nil
    }
    do throws(JournalFileSystemError) {
      var block = [UInt8](repeating: 1, count: 4096)
      let count = try file.readAll(into: &block, 0..<block.count, at: 0)
      if try file.size() == size, lastNonZero(block.span.extracting(0..<count)) == nil { return file }
    } catch {
      file.close()
      throw error
    }
    file.close()
    return nil
  }

  private func make(_ fileSystem: any JournalFileSystem) throws(JournalFileSystemError) -> any JournalFile {
    let temporary = path + JournalFormat.temporarySuffix
    let file = try SegmentFiller.fill(temporary, size: size, fileSystem: fileSystem)
    do throws(JournalFileSystemError) {
      try fileSystem.rename(temporary, to: path)
      try fileSystem.synchronizeDirectory(directory)
    } catch {
      file.close()
      throw error
    }
    return file
  }

  /// Why it could not be made, if it could not.
  var failure: JournalFileSystemError? {
    state.withLock { if case .failed(let error) = $0 { error } else { nil } }
  }

  /// Whether it is known not to be there.
  var isMissing: Bool {
    state.withLock {
      switch $0 {
      case .failed, .taken: true
      case .preparing, .ready: false
      }
    }
  }

  /// Hands the file over, once; it still has its name. `nil` when there is none.
  func take() -> (any JournalFile)? {
    state.withLock {
      guard case .ready(let file) = $0 else { return nil }
      $0 = .taken
      return file
    }
  }
}
