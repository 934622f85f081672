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
      case .stop:
        return .failure(
          JournalFileSystemError(
            operation: operation.rawValue, path: path, errno: JournalFileSystemError.inputOutput))
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
