/// Reads single records of a journal that somebody else may have open: it takes no lock and changes nothing.
///
/// The pointers come from ``Journal/read(directory:fileSystem:visitBatch:visit:)``.
public final class JournalRecordReader {
  private let directory: String
  private let fileSystem: any JournalFileSystem
  private var last: (segment: UInt32, file: any JournalFile)?

  /// A reader of the journal in a directory.
  public init(directory: String, fileSystem: any JournalFileSystem = PosixFileSystem()) {
    self.directory = directory
    self.fileSystem = fileSystem
  }

  deinit { last?.file.close() }

  /// The body of a record. Its checksum is verified.
  ///
  /// - Throws: ``JournalError``: `recordNotFound` when there is no such record or its segment was discarded meanwhile,
  ///   `damaged`, `io`.
  public func read(_ pointer: RecordPointer) throws(JournalError) -> [UInt8] {
    let path = JournalFormat.path(directory, JournalFormat.segmentName(pointer.segment))
    guard let start = Journal.start(of: pointer, limit: JournalOptions.maximumFileSize) else {
      throw Journal.notFound(pointer, path)
    }
    return try Journal.record(at: pointer, start: start, in: try file(pointer, path), end: nil, path)
  }

  private func file(_ pointer: RecordPointer, _ path: String) throws(JournalError) -> any JournalFile {
    if let last, last.segment == pointer.segment { return last.file }
    do throws(JournalFileSystemError) {
      let file = try fileSystem.open(path, .read)
      last?.file.close()
      last = (pointer.segment, file)
      return file
    } catch {
      guard error.isNotFound else { throw JournalError(error, doing: "Opening a segment") }
      throw Journal.noSegment(pointer, path)
    }
  }
}
