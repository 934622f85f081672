/// An encrypted file from which single records are read: finds and decrypts whole batches, and keeps the last one.
///
/// A batch begins at a block with a valid batch header; the batch around an offset is the nearest one before it.
final class EncryptedFile {
  let path: String
  private let file: any JournalFile
  private let alignment: Int
  private let fold: UInt64
  private let cipher: FileCipher
  private var last: (bodies: Range<Int>, records: [UInt8])?

  init(_ file: any JournalFile, path: String, alignment: Int, fold: UInt64, cipher: FileCipher) {
    self.file = file
    self.path = path
    self.alignment = alignment
    self.fold = fold
    self.cipher = cipher
  }

  func close() {
    file.close()
  }

  /// The body of the record that `pointer` names, verified.
  ///
  /// Throws ``JournalError``: `recordNotFound`, `damaged`, `io`.
  func read(_ pointer: RecordPointer) throws(JournalError) -> [UInt8] {
    let start = Int(pointer.offset) - 1
    let end = start + 1 + Int(pointer.length) + RecordFormat.checksumCount
    guard start >= alignment + BatchHeader.byteCount else { throw Journal.notFound(pointer, path) }
    if last?.bodies.contains(start) != true {
      last = try batch(around: start, pointer)
    }
    guard let (bodies, records) = last, start >= bodies.lowerBound, end <= bodies.upperBound else {
      throw Journal.notFound(pointer, path)
    }
    let record = Array(records[(start - bodies.lowerBound)..<(end - bodies.lowerBound)])
    guard RecordFormat.isIntact(record.span) else {
      throw .damaged("The record's checksum does not match", file: path, offset: start)
    }
    return Array(record.dropFirst().dropLast(RecordFormat.checksumCount))
  }

  /// Where the records of the batch around `offset` lie, and the records.
  private func batch(
    around offset: Int,
    _ pointer: RecordPointer
  ) throws(JournalError) -> (bodies: Range<Int>, records: [UInt8]) {
    var position = offset / alignment * alignment
    while position >= alignment {
      let block = try bytes(position, BatchHeader.byteCount)
      if let header = BatchHeader(decoding: block.span, at: 0, fold: fold) {
        let begin = position + BatchHeader.byteCount
        guard offset < begin + Int(header.length) - FileCipher.overhead else { break }
        let sealed = try bytes(begin, Int(header.length))
        guard sealed.count == Int(header.length) else {
          throw .damaged("The file ends within batch \(header.sequence)", file: path, offset: begin + sealed.count)
        }
        guard let records = cipher.open(sealed, at: 0, header) else {
          throw .damaged(
            "Batch \(header.sequence) was not written with key \(cipher.keyIdentifier)",
            file: path,
            offset: position
          )
        }
        return (begin..<(begin + records.count), records)
      }
      position -= alignment
    }
    throw Journal.notFound(pointer, path)
  }

  private func bytes(_ offset: Int, _ count: Int) throws(JournalError) -> [UInt8] {
    do throws(JournalFileSystemError) {
      // The length comes from a header that was verified, but nothing is allocated for what the file does not have.
      let available = max(0, min(count, try file.size() - offset))
      var bytes = [UInt8](repeating: 0, count: available)
      let read = try file.readAll(into: &bytes, 0..<available, at: offset)
      return read == available ? bytes : Array(bytes.prefix(read))
    } catch {
      throw JournalError(error, doing: "Reading a record")
    }
  }
}
