extension Journal {
  /// The body of a committed record. Its checksum is verified.
  ///
  /// Reads from the file; what was written lately is in the operating system's cache.
  ///
  /// - Throws: `recordNotFound` when the pointer names no segment or place of this journal, `damaged` when the bytes
  ///   there
  ///   are not such a record, `io`, `closed`. Works on a poisoned journal too.
  public func read(_ pointer: RecordPointer) throws(JournalError) -> [UInt8] {
    guard !isClosed else { throw JournalError(.closed, "The journal has been closed. Open it again.", file: directory) }
    let path = JournalFormat.path(directory, JournalFormat.segmentName(pointer.segment))
    let limit = pointer.segment == segment.index ? segment.tail : JournalOptions.maximumFileSize
    guard let start = Self.start(of: pointer, limit: limit) else { throw Self.notFound(pointer, path) }
    // In the current segment, that was checked above.
    let end = pointer.segment == segment.index ? limit : nil
    return try Self.record(at: pointer, start: start, in: try readFile(pointer.segment, path), end: end, path)
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
      // A pointer may come from anywhere: nothing is allocated for bytes that the file does not have.
      let limit = if let end { end } else { try file.size() }
      if start + total <= limit {
        bytes = [UInt8](repeating: 0, count: total)
        _ = try file.readAll(into: &bytes, 0..<total, at: start)
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

  static func noSegment(_ pointer: RecordPointer, _ path: String) -> JournalError {
    JournalError(
      .recordNotFound,
      "The journal has no segment \(pointer.segment): it was discarded, or the pointer is another journal's.",
      file: path
    )
  }

  static func notFound(_ pointer: RecordPointer, _ path: String) -> JournalError {
    JournalError(
      .recordNotFound,
      "The journal has no committed record of \(pointer.length) bytes there.",
      file: path,
      offset: Int(pointer.offset)
    )
  }

  private func readFile(_ index: UInt32, _ path: String) throws(JournalError) -> any JournalFile {
    if index == segment.index { return segment.file }
    if let file = readFiles[index] { return file }
    do throws(JournalFileSystemError) {
      let file = try fileSystem.open(path, .read)
      readFiles[index] = file
      trimReadFiles()
      return file
    } catch {
      guard error.isNotFound else { throw JournalError(error, doing: "Opening a segment") }
      throw Self.noSegment(RecordPointer(segment: index, offset: 0, length: 0), path)
    }
  }
}
