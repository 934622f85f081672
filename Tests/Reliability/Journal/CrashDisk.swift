internal import Synchronization
internal import WorkflowJournal

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A file system in memory that knows every state in which a crash may leave it.
///
/// Bytes since the last sync of their file survive in any set of 512-byte sectors, the file's length apart from them;
/// changes to a directory survive in any set until the directory is synced. What a sync covered survives always. It
/// shares no code with the journal's own file system in memory.
final class CrashDisk: JournalFileSystem {
  /// What a crash may leave: everything durable, and any of the changes.
  struct Moment: Sendable {
    var durable: DiskImage
    var pending: [DiskImage.Change]

    /// The disk with those of the changes for which `keeps` is true.
    func disk(keeping keeps: (Int) -> Bool) -> CrashDisk {
      var image = durable
      for (index, change) in pending.enumerated() where keeps(index) { image.apply(change) }
      return CrashDisk(image)
    }
  }

  private struct State {
    var durable: DiskImage
    var current: DiskImage
    var pending: [DiskImage.Change] = []
    var locks: Set<String> = []
    var nextFile = 1
  }

  private let state: Mutex<State>
  /// Called before every sync: the changes have never been more, and will be fewer.
  private let beforeSync: Mutex<(@Sendable (Moment) -> Void)?> = Mutex(nil)

  init(_ image: DiskImage = DiskImage()) {
    // Files that lost their last name are gone.
    var image = image
    let named = Set(image.names.values)
    image.files = image.files.filter { named.contains($0.key) }
    state = Mutex(State(durable: image, current: image, nextFile: (image.files.keys.max() ?? 0) + 1))
  }

  /// Sets who is told of every moment worth crashing at.
  func observe(_ observer: (@Sendable (Moment) -> Void)?) { beforeSync.withLock { $0 = observer } }

  /// What a crash now may leave. Changes that change nothing are left out.
  var moment: Moment {
    state.withLock { state in
      let touched = Dictionary(grouping: state.pending.indices) { Self.place(of: state.pending[$0]) }
      let pending = state.pending.indices.filter { index in
        let others = touched[Self.place(of: state.pending[index])]?.count ?? 0
        return others > 1 || state.durable.isChanged(by: state.pending[index])
      }
      return Moment(durable: state.durable, pending: pending.map { state.pending[$0] })
    }
  }

  /// The disk after a crash that loses everything that was not synced.
  func crashed() -> CrashDisk { moment.disk { _ in false } }

  /// What a change concerns: those of different places do not hide each other.
  private static func place(of change: DiskImage.Change) -> String {
    switch change {
    case .sector(let file, let offset, _): "\(file) \(offset / DiskImage.sectorSize)"
    case .size(let file, _): "\(file) size"
    default: "names"
    }
  }

  // MARK: Directories

  var prefersInlinePreparation: Bool { true }

  func createDirectory(_ path: String) throws(JournalFileSystemError) -> Bool {
    try change { state throws(JournalFileSystemError) in
      try state.current.requireDirectory(DiskImage.parent(of: path), "mkdir")
      guard !state.current.directories.contains(path) else { return false }
      Self.make(.directory(path: path), &state)
      return true
    }
  }

  func list(_ directory: String) throws(JournalFileSystemError) -> [String] {
    try change { state throws(JournalFileSystemError) in
      try state.current.requireDirectory(directory, "list")
      return state.current.names(in: directory)
    }
  }

  func synchronizeDirectory(_ path: String) throws(JournalFileSystemError) {
    announce()
    try change { state throws(JournalFileSystemError) in
      try state.current.requireDirectory(path, "fsync")
      Self.settle(&state) { $0.parent == path }
    }
  }

  func kind(of directory: String) throws(JournalFileSystemError) -> FileSystemKind {
    FileSystemKind(name: "crash", isDurable: true, isSupported: true)
  }

  // MARK: Files

  func open(_ path: String, _ access: JournalFileAccess) throws(JournalFileSystemError) -> any JournalFile {
    let file = try change { state throws(JournalFileSystemError) -> Int in
      guard access == .create else { return try state.current.file(at: path, "open") }
      try state.current.requireDirectory(DiskImage.parent(of: path), "open")
      if let file = state.current.names[path] {
        if state.current.files[file]?.size ?? 0 > 0 { Self.make(.size(file: file, 0), &state) }
        return file
      }
      let file = state.nextFile
      state.nextFile += 1
      Self.make(.link(path: path, file: file), &state)
      return file
    }
    return CrashFile(disk: self, file: file, path: path)
  }

  func rename(_ path: String, to newPath: String) throws(JournalFileSystemError) {
    try change { state throws(JournalFileSystemError) in
      let file = try state.current.file(at: path, "rename")
      Self.make(.rename(from: path, to: newPath, file: file), &state)
    }
  }

  func remove(_ path: String) throws(JournalFileSystemError) {
    try change { state throws(JournalFileSystemError) in
      _ = try state.current.file(at: path, "unlink")
      Self.make(.unlink(path: path), &state)
    }
  }

  func lock(_ path: String, waiting: Bool) throws(JournalFileSystemError) -> any JournalLock {
    try change { state throws(JournalFileSystemError) in
      if state.current.names[path] == nil {
        Self.make(.link(path: path, file: state.nextFile), &state)
        state.nextFile += 1
      }
      guard state.locks.insert(path).inserted else {
        throw JournalFileSystemError(operation: "lock", path: path, errno: EWOULDBLOCK)
      }
    }
    return CrashLock(disk: self, path: path)
  }

  // MARK: For the open files

  fileprivate func unlock(_ path: String) { state.withLock { _ = $0.locks.remove(path) } }

  fileprivate func contents(of file: Int) -> DiskImage.File {
    state.withLock { $0.current.files[file] ?? DiskImage.File() }
  }

  fileprivate func write(_ bytes: [UInt8], at offset: Int, in file: Int) {
    state.withLock { state in
      for change in state.current.changes(writing: bytes, at: offset, in: file) { Self.make(change, &state) }
    }
  }

  fileprivate func synchronize(_ file: Int) {
    announce()
    state.withLock { Self.settle(&$0) { $0.file == file } }
  }

  // MARK: State

  private func announce() {
    guard let observer = beforeSync.withLock({ $0 }) else { return }
    observer(moment)
  }

  private static func make(_ change: DiskImage.Change, _ state: inout State) {
    state.current.apply(change)
    state.pending.append(change)
  }

  private static func settle(_ state: inout State, _ isCovered: (DiskImage.Change) -> Bool) {
    var rest: [DiskImage.Change] = []
    for change in state.pending {
      if isCovered(change) { state.durable.apply(change) } else { rest.append(change) }
    }
    state.pending = rest
  }

  private func change<Result: Sendable>(
    _ body: (inout State) throws(JournalFileSystemError) -> Result
  ) throws(JournalFileSystemError) -> Result {
    try state.withLock { state -> Swift.Result<Result, JournalFileSystemError> in
      do throws(JournalFileSystemError) {
        return .success(try body(&state))
      } catch {
        return .failure(error)
      }
    }.get()
  }
}

/// A file of a ``CrashDisk``.
private final class CrashFile: JournalFile {
  private let disk: CrashDisk
  private let file: Int
  private let path: String

  init(disk: CrashDisk, file: Int, path: String) {
    self.disk = disk
    self.file = file
    self.path = path
  }

  func size() throws(JournalFileSystemError) -> Int { disk.contents(of: file).size }

  func read(into buffer: inout [UInt8], _ range: Range<Int>, at offset: Int) throws(JournalFileSystemError) -> Int {
    let contents = disk.contents(of: file)
    let count = max(0, min(range.count, contents.size - offset))
    let written = max(0, min(count, contents.bytes.count - offset))
    let start = range.lowerBound
    if written > 0 {
      buffer.replaceSubrange(start..<(start + written), with: contents.bytes[offset..<(offset + written)])
    }
    for index in (start + written)..<(start + count) { buffer[index] = 0 }
    return count
  }

  func write(_ bytes: Span<UInt8>, at offset: Int) throws(JournalFileSystemError) -> Int {
    disk.write([UInt8](copying: bytes), at: offset, in: file)
    return bytes.count
  }

  func synchronizeData() throws(JournalFileSystemError) { disk.synchronize(file) }

  func synchronize() throws(JournalFileSystemError) { disk.synchronize(file) }

  func discardCache(offset: Int, count: Int) {}

  func close() {}
}

/// A lock of a ``CrashDisk``.
private final class CrashLock: JournalLock {
  private let disk: CrashDisk
  private let path: String

  init(disk: CrashDisk, path: String) {
    self.disk = disk
    self.path = path
  }

  deinit { disk.unlock(path) }

  func release() { disk.unlock(path) }
}
