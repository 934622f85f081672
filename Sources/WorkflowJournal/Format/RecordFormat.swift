/// How a record stands in a batch: the length of its body (LEB128, at most five bytes, the shortest form), one byte of
/// type, the body, and the CRC-32C of type and body.
///
/// The batch's checksum covers records too; the record's own serves ``Journal/read(_:)``, which reads one record alone.
enum RecordFormat {
  static let checksumCount = 4
  /// The most bytes that a record has besides its body.
  static let maximumOverhead = 5 + 1 + checksumCount

  static func appendLength(_ length: Int, to bytes: inout [UInt8]) {
    var rest = UInt32(length)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// A record found in a batch.
  struct Location {
    var type: UInt8
    /// Where the body lies in the bytes that were searched.
    var body: Range<Int>
    /// Where the next record begins.
    var next: Int
  }

  /// Finds the record at `offset` in `bytes`, of which it may use those before `limit`. Returns `nil` when there is
  /// none.
  static func locate(in bytes: Span<UInt8>, at offset: Int, limit: Int) -> Location? {
    guard limit <= bytes.count, offset >= 0 else { return nil }
    var position = offset
    var length = 0
    var shift = 0
    while true {
      guard position < limit, shift < 35 else { return nil }
      let byte = bytes[position]
      position += 1
      length |= Int(byte & 0x7F) << shift
      if byte < 0x80 {
        // A last group of zero means that a shorter form exists.
        guard byte != 0 || shift == 0 else { return nil }
        break
      }
      shift += 7
    }
    guard limit - position >= 1 + checksumCount, length <= limit - position - 1 - checksumCount else { return nil }
    let body = (position + 1)..<(position + 1 + length)
    return Location(type: bytes[position], body: body, next: body.upperBound + checksumCount)
  }
}

extension RecordFormat {
  /// Appends the checksum of everything from `offset`, where the record's type stands.
  static func appendChecksum(from offset: Int, to bytes: inout [UInt8]) {
    let checksum = CRC32C.checksum(bytes.span.extracting(offset..<bytes.count))
    bytes.append(UInt8(truncatingIfNeeded: checksum))
    bytes.append(UInt8(truncatingIfNeeded: checksum >> 8))
    bytes.append(UInt8(truncatingIfNeeded: checksum >> 16))
    bytes.append(UInt8(truncatingIfNeeded: checksum >> 24))
  }
}

extension RecordFormat {
  /// Whether `bytes`, a record's type, body and checksum, belong together.
  static func isIntact(_ bytes: Span<UInt8>) -> Bool {
    let end = bytes.count - checksumCount
    guard end >= 1 else { return false }
    return bytes.load(UInt32.self, at: end) == CRC32C.checksum(bytes.extracting(0..<end))
  }
}
