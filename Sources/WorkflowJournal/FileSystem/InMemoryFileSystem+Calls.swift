internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension InMemoryFileSystem {
  /// Creates one directory.
  public func createDirectory(_ path: String) throws(JournalFileSystemError) -> Bool {
    try perform(.createDirectory, path) { state throws(JournalFileSystemError) in
      try state.createDirectory(path)
    }
  }

  /// The names in a directory, sorted.
  public func list(_ directory: String) throws(JournalFileSystemError) -> [String] {
    try perform(.list, directory) { state throws(JournalFileSystemError) in
      try state.list(directory)
    }
  }

  /// Makes the names in a directory durable.
  public func synchronizeDirectory(_ path: String) throws(JournalFileSystemError) {
    try perform(.synchronizeDirectory, path) { state throws(JournalFileSystemError) in
      try state.synchronizeDirectory(path)
    }
  }

  /// What kind of file system a directory is on.
  public func kind(of directory: String) throws(JournalFileSystemError) -> FileSystemKind {
    try perform(.kind, directory) { state throws(JournalFileSystemError) in
      state.kind
    }
  }

  /// Changes what ``kind(of:)`` answers. At first: kind `memory`, durable and supported.
  public func setKind(_ kind: FileSystemKind) {
    withState { $0.kind = kind }
  }

  /// Opens a file.
  public func open(_ path: String, _ access: JournalFileAccess) throws(JournalFileSystemError) -> any JournalFile {
    let node = try perform(.open, path) { state throws(JournalFileSystemError) in
      try state.open(path, access)
    }
    return InMemoryFile(fileSystem: self, node: node, path: path)
  }

  /// Renames a file in its directory, in one step.
  public func rename(_ path: String, to newPath: String) throws(JournalFileSystemError) {
    try perform(.rename, path) { state throws(JournalFileSystemError) in
      try state.rename(path, to: newPath)
    }
  }

  /// Removes a file.
  public func remove(_ path: String) throws(JournalFileSystemError) {
    try perform(.remove, path) { state throws(JournalFileSystemError) in
      try state.remove(path)
    }
  }

  /// Takes a lock. With `waiting`, a lock that is held still fails: nobody could let it go meanwhile.
  public func lock(_ path: String, waiting: Bool) throws(JournalFileSystemError) -> any JournalLock {
    try perform(.lock, path) { state throws(JournalFileSystemError) in
      try state.lock(path)
    }
    return InMemoryLock(fileSystem: self, path: path)
  }

  /// Counts a call, lets it fail if a fault says so, and otherwise does it.
  func perform<Result: Sendable>(
    _ operation: InMemoryCall.Operation,
    _ path: String,
    length: Int = 0,
    _ body: (inout InMemoryState) throws(JournalFileSystemError) -> Result
  ) throws(JournalFileSystemError) -> Result {
    try withState { state -> Swift.Result<Result, JournalFileSystemError> in
      switch state.count(operation, path, length: length) {
      case .error(let errno):
        return .failure(JournalFileSystemError(operation: operation.rawValue, path: path, errno: errno))
      case .tornWrite, .short, nil:
        do throws(JournalFileSystemError) {
          return .success(try body(&state))
        } catch {
          return .failure(error)
        }
      }
    }.get()
  }
}

/// An open file of an ``InMemoryFileSystem``.
final class InMemoryFile: JournalFile {
  private let fileSystem: InMemoryFileSystem
  private let node: Int
  private let path: String
  private let isClosed = Atomic(false)

  init(fileSystem: InMemoryFileSystem, node: Int, path: String) {
    self.fileSystem = fileSystem
    self.node = node
    self.path = path
  }

  private func requireOpen(_ operation: InMemoryCall.Operation) throws(JournalFileSystemError) {
    if isClosed.load(ordering: .relaxed) {
      throw JournalFileSystemError(operation: operation.rawValue, path: path, errno: EBADF)
    }
  }

  func size() throws(JournalFileSystemError) -> Int {
    try requireOpen(.size)
    return try fileSystem.perform(.size, path) { state throws(JournalFileSystemError) in
      state.nodes[node]?.current.count ?? 0
    }
  }

  func read(into buffer: inout [UInt8], _ range: Range<Int>, at offset: Int) throws(JournalFileSystemError) -> Int {
    try requireOpen(.read)
    let fault = fileSystem.withState { $0.count(.read, path, length: range.count) }
    var length = range.count
    switch fault {
    case .error(let errno): throw JournalFileSystemError(operation: "read", path: path, errno: errno)
    case .short(let count): length = max(1, min(count, length))
    case .tornWrite, nil: break
    }
    // The array is only referenced, not copied, unless the file is written meanwhile.
    let source = fileSystem.withState { $0.nodes[node]?.current ?? [] }
    let count = max(0, min(length, source.count - offset))
    guard count > 0 else { return 0 }
    buffer.withUnsafeMutableBytes { target in
      source.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(rebasing: target[range]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[offset..<(offset + count)])
        )
      }
    }
    return count
  }

  func write(_ bytes: Span<UInt8>, at offset: Int) throws(JournalFileSystemError) -> Int {
    try requireOpen(.write)
    let copy = [UInt8](copying: bytes)
    let fault = fileSystem.withState { $0.count(.write, path, length: copy.count) }
    switch fault {
    case .error(let errno):
      throw JournalFileSystemError(operation: "write", path: path, errno: errno)
    case .tornWrite(let errno, let count):
      let kept = Array(copy.prefix(count))
      fileSystem.withState { $0.write(node, kept, at: offset) }
      throw JournalFileSystemError(operation: "write", path: path, errno: errno)
    case .short(let count):
      let kept = Array(copy.prefix(max(1, count)))
      fileSystem.withState { $0.write(node, kept, at: offset) }
      return kept.count
    case nil:
      fileSystem.withState { $0.write(node, copy, at: offset) }
      return copy.count
    }
  }

  func synchronizeData() throws(JournalFileSystemError) {
    try synchronize(.synchronizeData)
  }

  func synchronize() throws(JournalFileSystemError) {
    try synchronize(.synchronize)
  }

  private func synchronize(_ operation: InMemoryCall.Operation) throws(JournalFileSystemError) {
    try requireOpen(operation)
    let failure = fileSystem.withState { state -> Int32? in
      if case .error(let errno)? = state.count(operation, path, length: 0) {
        state.loseUnsynced(node)
        return errno
      }
      state.synchronize(node)
      return nil
    }
    if let failure {
      throw JournalFileSystemError(operation: operation.rawValue, path: path, errno: failure)
    }
  }

  func discardCache(offset: Int, count: Int) {
    fileSystem.withState { $0.discardCache(node) }
  }

  func close() {
    guard !isClosed.exchange(true, ordering: .relaxed) else { return }
    fileSystem.withState { $0.close(node) }
  }

  deinit {
    close()
  }
}

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
