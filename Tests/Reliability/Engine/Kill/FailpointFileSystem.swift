internal import WorkflowJournal

/// The operating system's file system, in which a failpoint may kill the process.
struct FailpointFileSystem: JournalFileSystem {
  private let base = PosixFileSystem()
  let failpoint: Failpoint

  var prefersInlinePreparation: Bool { base.prefersInlinePreparation }

  private func around<Result>(
    _ place: Failpoint.Place, _ body: () throws(JournalFileSystemError) -> Result
  ) throws(JournalFileSystemError) -> Result {
    failpoint.reach(place, .before)
    let result = try body()
    failpoint.reach(place, .after)
    return result
  }

  func createDirectory(_ path: String) throws(JournalFileSystemError) -> Bool { try base.createDirectory(path) }

  func list(_ directory: String) throws(JournalFileSystemError) -> [String] { try base.list(directory) }

  func synchronizeDirectory(_ path: String) throws(JournalFileSystemError) {
    try around(.syncDirectory) { () throws(JournalFileSystemError) in try base.synchronizeDirectory(path) }
  }

  func kind(of directory: String) throws(JournalFileSystemError) -> FileSystemKind { try base.kind(of: directory) }

  func open(_ path: String, _ access: JournalFileAccess) throws(JournalFileSystemError) -> any JournalFile {
    guard case .create = access else {
      return FailpointFile(base: try base.open(path, access), failpoint: failpoint)
    }
    let file = try around(.create) { () throws(JournalFileSystemError) in try base.open(path, access) }
    return FailpointFile(base: file, failpoint: failpoint)
  }

  func rename(_ path: String, to newPath: String) throws(JournalFileSystemError) {
    try around(.rename) { () throws(JournalFileSystemError) in try base.rename(path, to: newPath) }
  }

  func remove(_ path: String) throws(JournalFileSystemError) {
    try around(.unlink) { () throws(JournalFileSystemError) in try base.remove(path) }
  }

  func lock(_ path: String, waiting: Bool) throws(JournalFileSystemError) -> any JournalLock {
    try base.lock(path, waiting: waiting)
  }
}

/// A file of a ``FailpointFileSystem``.
private final class FailpointFile: JournalFile {
  private let base: any JournalFile
  private let failpoint: Failpoint

  init(base: any JournalFile, failpoint: Failpoint) {
    self.base = base
    self.failpoint = failpoint
  }

  func size() throws(JournalFileSystemError) -> Int { try base.size() }

  func read(into buffer: inout [UInt8], _ range: Range<Int>, at offset: Int) throws(JournalFileSystemError) -> Int {
    try base.read(into: &buffer, range, at: offset)
  }

  func write(_ bytes: Span<UInt8>, at offset: Int) throws(JournalFileSystemError) -> Int {
    failpoint.reach(.write, .before)
    if failpoint.isHit(.write, .within) {
      _ = try base.write(bytes.extracting(0..<(bytes.count / 2)), at: offset)
      killThisProcess()
    }
    let count = try base.write(bytes, at: offset)
    failpoint.reach(.write, .after)
    return count
  }

  func synchronizeData() throws(JournalFileSystemError) {
    failpoint.reach(.sync, .before)
    try base.synchronizeData()
    failpoint.reach(.sync, .after)
  }

  func synchronize() throws(JournalFileSystemError) {
    failpoint.reach(.sync, .before)
    try base.synchronize()
    failpoint.reach(.sync, .after)
  }

  func discardCache(offset: Int, count: Int) { base.discardCache(offset: offset, count: count) }

  func close() { base.close() }
}
