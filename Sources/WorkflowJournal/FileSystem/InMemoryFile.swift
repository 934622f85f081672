internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

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
    case .stop: throw JournalFileSystemError(operation: "read", path: path, errno: JournalFileSystemError.inputOutput)
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
    case .stop:
      throw JournalFileSystemError(operation: "write", path: path, errno: JournalFileSystemError.inputOutput)
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
      switch state.count(operation, path, length: 0) {
      case .error(let errno):
        state.loseUnsynced(node)
        return errno
      case .stop:
        return JournalFileSystemError.inputOutput
      case .short, .tornWrite, nil:
        state.synchronize(node)
        return nil
      }
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
