extension Journal {
  /// The body of a committed record. Its checksum is verified.
  ///
  /// Reads from the file; what was written lately is in the operating system's cache.
  ///
  /// - Throws: `recordNotFound` when the pointer names no file or place of this journal, `damaged` when the bytes there
  ///   are not such a record, `io`, `closed`. Works on a poisoned journal too.
  public func read(_ pointer: RecordPointer) throws(JournalError) -> [UInt8] {
    guard !isClosed else { throw JournalError(.closed, "The journal has been closed. Open it again.", file: directory) }
    guard pointer.segment == segment.index else { return try readFiles.read(pointer) }
    guard let start = Self.start(of: pointer, limit: segment.tail) else { throw Self.notFound(pointer, segment.path) }
    guard segment.cipher == nil else { return try readFiles.read(pointer) }
    return try Self.record(at: pointer, start: start, in: segment.file, end: segment.tail, segment.path)
  }

  /// Where a record begins: its type stands before the body, its checksum behind. `nil` when that cannot be.
  static func start(of pointer: RecordPointer, limit: Int) -> Int? {
    let start = Int(pointer.offset) - 1
    guard start >= JournalFormat.smallestAlignment + BatchHeader.byteCount,
      start + 1 + Int(pointer.length) + RecordFormat.checksumCount <= limit
    else { return nil }
    return start
  }

  /// The body of the record that `pointer` names, verified.
  ///
  /// - Parameter end: Where the segment's bytes end; `nil` to ask the file.
  static func record(
    at pointer: RecordPointer, start: Int, in file: any JournalFile, end: Int?, _ path: String
  ) throws(JournalError) -> [UInt8] {
    let total = 1 + Int(pointer.length) + RecordFormat.checksumCount
    var bytes: [UInt8] = []
    do throws(JournalFileSystemError) {
      // A pointer may come from anywhere: nothing much is allocated for bytes that the file does not have.
      let isPossible =
        if let end { start + total <= end } else { total <= 1 << 16 ? true : try start + total <= file.size() }
      if isPossible {
        bytes = [UInt8](repeating: 0, count: total)
        if try file.readAll(into: &bytes, 0..<total, at: start) < total { bytes = [] }
      }
    } catch {
      throw JournalError(error, doing: "Reading a record")
    }
    guard !bytes.isEmpty else { throw notFound(pointer, path) }
    guard RecordFormat.isIntact(bytes.span) else {
      throw .damaged("The record's checksum does not match", file: path, offset: start)
    }
    bytes.removeLast(RecordFormat.checksumCount)
    bytes.removeFirst()
    return bytes
  }

  static func notFound(_ pointer: RecordPointer, _ path: String) -> JournalError {
    JournalError(
      .recordNotFound,
      "The journal has no committed record of \(pointer.length) bytes there.",
      file: path,
      offset: Int(pointer.offset)
    )
  }
}
