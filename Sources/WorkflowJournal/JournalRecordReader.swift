/// Reads single records of a journal that somebody else may have open: it takes no lock and changes nothing.
///
/// The pointers come from ``Journal/read(directory:fileSystem:visitBatch:visit:)``.
public final class JournalRecordReader {
  private let files: RecordFiles

  /// A reader of the journal in a directory.
  public init(directory: String, fileSystem: any JournalFileSystem = PosixFileSystem()) {
    files = RecordFiles(directory: directory, fileSystem: fileSystem)
  }

  /// The body of a record. Its checksum is verified.
  ///
  /// - Throws: ``JournalError``: `recordNotFound` when there is no such record or its file was removed meanwhile,
  ///   `damaged`, `io`.
  public func read(_ pointer: RecordPointer) throws(JournalError) -> [UInt8] {
    try files.read(pointer)
  }
}
