internal import DurableWorkflows

/// A whole payload as bytes: Temporal's `common.v1.Payload` message, as other SDKs' codecs write it.
enum PayloadBytes {
  /// The message's bytes; metadata in the order of its keys.
  static func encode(_ payload: Payload) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(payload.data.count + 64)
    for (key, value) in payload.metadata.sorted(by: { $0.key < $1.key }) {
      var entry: [UInt8] = []
      append(Array(key.utf8), as: 1, to: &entry)
      append(value, as: 2, to: &entry)
      append(entry, as: 1, to: &bytes)
    }
    if !payload.data.isEmpty { append(payload.data, as: 2, to: &bytes) }
    return bytes
  }

  /// The payload of a message; `nil` when the bytes are none. Unknown fields are skipped.
  static func decode(_ bytes: [UInt8]) -> Payload? {
    var payload = Payload(metadata: [:], data: [])
    var reader = FieldReader(bytes[...])
    while let field = reader.next() {
      switch field.number {
      case 1:
        guard let (key, value) = entry(field.bytes) else { return nil }
        payload.metadata[key] = value
      case 2: payload.data = Array(field.bytes)
      default: break
      }
    }
    return reader.isAtEnd ? payload : nil
  }

  private static func entry(_ bytes: ArraySlice<UInt8>) -> (String, [UInt8])? {
    var key = ""
    var value: [UInt8] = []
    var reader = FieldReader(bytes)
    while let field = reader.next() {
      if field.number == 1 { key = String(decoding: field.bytes, as: UTF8.self) }
      if field.number == 2 { value = Array(field.bytes) }
    }
    return reader.isAtEnd ? (key, value) : nil
  }

  private static func append(_ value: [UInt8], as number: UInt8, to bytes: inout [UInt8]) {
    bytes.append(number << 3 | 2)
    var length = UInt64(value.count)
    while length >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: length) | 0x80)
      length >>= 7
    }
    bytes.append(UInt8(length))
    bytes.append(contentsOf: value)
  }
}

/// Goes through the fields of a message. Numbers are stepped over; only fields with bytes are given out.
private struct FieldReader {
  private var rest: ArraySlice<UInt8>
  private var isBroken = false

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// Whether everything was read and understood.
  var isAtEnd: Bool { rest.isEmpty && !isBroken }

  mutating func next() -> (number: UInt64, bytes: ArraySlice<UInt8>)? {
    while !rest.isEmpty, !isBroken {
      guard let tag = varint() else { break }
      switch tag & 7 {
      case 0: if varint() == nil { isBroken = true }
      case 1: skip(8)
      case 5: skip(4)
      case 2:
        guard let length = varint(), length <= UInt64(rest.count) else {
          isBroken = true
          return nil
        }
        defer { rest = rest.dropFirst(Int(length)) }
        return (tag >> 3, rest.prefix(Int(length)))
      default: isBroken = true
      }
    }
    return nil
  }

  private mutating func skip(_ count: Int) {
    if rest.count < count { isBroken = true } else { rest = rest.dropFirst(count) }
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = rest.popFirst() else { break }
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    isBroken = true
    return nil
  }
}
