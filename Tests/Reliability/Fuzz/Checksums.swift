internal import WorkflowJournal

/// The journal's checksums and records, written a second time from the tables in the documentation, for tests that make
/// changed files look whole.
enum Checksums {
  /// Writes the checksum of a range.
  static func fix(_ bytes: inout [UInt8], over range: Range<Int>, at offset: Int) {
    store(CRC32C.checksum(bytes.span.extracting(range)), in: &bytes, at: offset)
  }

  private static func store(_ value: UInt32, in bytes: inout [UInt8], at offset: Int) {
    for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
  }

  private static func load(_ bytes: [UInt8], at offset: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  /// Makes the first block's checksum right, which covers the block but itself.
  static func fixHeader(_ bytes: inout [UInt8], fieldCount: Int) {
    let block = load(bytes, at: 20) == 4096 ? 4096 : 512
    guard bytes.count >= block else { return }
    let first = CRC32C.checksum(bytes.span.extracting(0..<(fieldCount - 4)))
    store(CRC32C.update(first, bytes.span.extracting(fieldCount..<block)), in: &bytes, at: fieldCount - 4)
  }

  /// Makes the checksums of all batches in a file with blocks of 512 bytes right: those of records, of batches, and of
  /// their headers.
  static func fixBatches(_ bytes: inout [UInt8]) {
    for block in stride(from: 512, to: bytes.count - 511, by: 512) {
      guard bytes[block] == 0x44, bytes[block + 1] == 0x57 else { continue }
      let length = load(bytes, at: block + 36)
      let end = (block + 64 + length + 511) / 512 * 512
      if end <= bytes.count {
        fixRecords(&bytes, in: (block + 64)..<(block + 64 + length))
        fix(&bytes, over: (block + 64)..<end, at: block + 40)
      }
      fix(&bytes, over: block..<(block + 60), at: block + 60)
    }
  }

  private static func fixRecords(_ bytes: inout [UInt8], in range: Range<Int>) {
    var position = range.lowerBound
    while position < range.upperBound {
      var length = 0
      var shift = 0
      while position < range.upperBound, shift < 35 {
        let byte = bytes[position]
        position += 1
        length |= Int(byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 { break }
      }
      guard length <= range.upperBound - position - 5 else { return }
      fix(&bytes, over: position..<(position + 1 + length), at: position + 1 + length)
      position += 1 + length + 4
    }
  }

  /// Appends a record as it stands in a batch.
  static func appendRecord(_ type: UInt8, _ body: [UInt8], to bytes: inout [UInt8]) {
    var rest = body.count
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
    let start = bytes.count
    bytes.append(type)
    bytes += body
    bytes += [0, 0, 0, 0]
    fix(&bytes, over: start..<(bytes.count - 4), at: bytes.count - 4)
  }
}
