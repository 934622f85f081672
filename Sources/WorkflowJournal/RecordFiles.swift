/// The files that records are read from, by what pointers call them; a few are kept open.
final class RecordFiles {
  private static let limit = 16

  private let directory: String
  private let fileSystem: any JournalFileSystem
  private var files: [UInt32: any JournalFile] = [:]
  /// Names of checkpoint parts that were looked up.
  private var names: [UInt32: String] = [:]

  init(directory: String, fileSystem: any JournalFileSystem) {
    self.directory = directory
    self.fileSystem = fileSystem
  }

  deinit {
    closeAll()
  }

  /// Hands over a file that is open already.
  func insert(_ file: any JournalFile, as segment: UInt32) {
    files[segment]?.close()
    files[segment] = file
    trim(keeping: segment)
  }

  /// Closes a file that is about to be removed.
  func forget(_ segment: UInt32) {
    files.removeValue(forKey: segment)?.close()
    names[segment] = nil
  }

  func closeAll() {
    for file in files.values { file.close() }
    files = [:]
    names = [:]
  }

  private func trim(keeping segment: UInt32) {
    while files.count > Self.limit, let oldest = files.keys.lazy.filter({ $0 != segment }).min() {
      files.removeValue(forKey: oldest)?.close()
    }
  }

  /// The body of a record, verified.
  ///
  /// Throws ``JournalError``: `recordNotFound`, `damaged`, `io`.
  func read(_ pointer: RecordPointer) throws(JournalError) -> [UInt8] {
    let path = try path(of: pointer)
    guard let start = Journal.start(of: pointer, limit: JournalOptions.maximumFileSize) else {
      throw Journal.notFound(pointer, path)
    }
    return try Journal.record(at: pointer, start: start, in: file(pointer, path), end: nil, path)
  }

  private func file(_ pointer: RecordPointer, _ path: String) throws(JournalError) -> any JournalFile {
    if let file = files[pointer.segment] { return file }
    do throws(JournalFileSystemError) {
      let file = try fileSystem.open(path, .read)
      files[pointer.segment] = file
      trim(keeping: pointer.segment)
      return file
    } catch {
      guard error.isNotFound else { throw JournalError(error, doing: "Opening a file of the journal") }
      throw Self.missing(pointer, path)
    }
  }

  private func path(of pointer: RecordPointer) throws(JournalError) -> String {
    guard pointer.isCheckpoint else {
      return JournalFormat.path(directory, JournalFormat.segmentName(pointer.segment))
    }
    if let name = names[pointer.segment] { return JournalFormat.path(directory, name) }
    let all: [String]
    do throws(JournalFileSystemError) {
      all = try fileSystem.list(directory)
    } catch {
      throw JournalError(error, doing: "Looking for a checkpoint")
    }
    // Only the last two checkpoints exist, so the number's last bits identify one.
    let found = all.compactMap { JournalFormat.CheckpointFile(name: $0) }
      .last { pointer.isInto(checkpoint: $0.number) && pointer.part == $0.part }
    guard let found else { throw Self.missing(pointer, directory) }
    names[pointer.segment] = found.name
    return JournalFormat.path(directory, found.name)
  }

  private static func missing(_ pointer: RecordPointer, _ path: String) -> JournalError {
    let what = pointer.isCheckpoint ? "such checkpoint" : "segment \(pointer.segment)"
    return JournalError(
      .recordNotFound,
      "The journal has no \(what): a later checkpoint replaced it, or the pointer is another journal's.",
      file: path
    )
  }
}
