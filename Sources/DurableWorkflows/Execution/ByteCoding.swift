/// Writes the compact binary form of records: LEB128 integers, length-prefixed bytes.
struct ByteWriter: Sendable {
  private(set) var bytes: [UInt8] = []

  init(reserving capacity: Int = 256) { bytes.reserveCapacity(capacity) }

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func unsigned(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func signed(_ value: Int64) {
    unsigned(UInt64(bitPattern: value << 1) ^ UInt64(bitPattern: value >> 63))
  }

  mutating func count(_ value: Int) { unsigned(UInt64(value)) }

  mutating func blob(_ value: [UInt8]) {
    count(value.count)
    bytes.append(contentsOf: value)
  }

  mutating func text(_ value: String) {
    let utf8 = value.utf8
    count(utf8.count)
    bytes.append(contentsOf: utf8)
  }

  mutating func optional<Value>(_ value: Value?, _ write: (inout ByteWriter, Value) -> Void) {
    byte(value == nil ? 0 : 1)
    if let value { write(&self, value) }
  }

  mutating func array<Value>(_ values: [Value], _ write: (inout ByteWriter, Value) -> Void) {
    count(values.count)
    for value in values { write(&self, value) }
  }

  mutating func duration(_ value: Duration) { signed(value.inNanoseconds) }
}

/// Reads what ``ByteWriter`` wrote. Every length is checked against what is left before anything is allocated.
struct ByteReader: Sendable {
  private let bytes: [UInt8]
  private var position: Int
  /// Where the last identity lies, and what it is: those of a record are mostly one.
  private var identityRange = 0..<0
  private var lastIdentity = ""

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    self.position = 0
  }

  var isAtEnd: Bool { position == bytes.count }
  var remaining: Int { bytes.count - position }
  /// The next byte, which stays the next one; `nil` at the end.
  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func byte() throws(RecordCodingError) -> UInt8 {
    guard position < bytes.count else { throw RecordCodingError("the record ends early", at: position) }
    defer { position += 1 }
    return bytes[position]
  }

  @inline(__always)
  mutating func unsigned() throws(RecordCodingError) -> UInt64 {
    // Most numbers take one byte.
    if position < bytes.count, bytes[position] < 0x80 {
      position += 1
      return UInt64(bytes[position - 1])
    }
    return try longUnsigned()
  }

  @inline(never)
  private mutating func longUnsigned() throws(RecordCodingError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      let bits = UInt64(next & 0x7F)
      guard shift < 63 || (shift == 63 && bits <= 1) else {
        throw RecordCodingError("an integer is too long", at: position)
      }
      value |= bits << shift
      if next & 0x80 == 0 { return value }
      shift += 7
    }
  }

  mutating func signed() throws(RecordCodingError) -> Int64 {
    let raw = try unsigned()
    return Int64(bitPattern: (raw >> 1) ^ (~(raw & 1) &+ 1))
  }

  /// A count of things that take at least one byte each.
  mutating func count() throws(RecordCodingError) -> Int {
    let value = try unsigned()
    guard value <= UInt64(remaining) else {
      throw RecordCodingError("a count of \(value) exceeds the \(remaining) bytes that are left", at: position)
    }
    return Int(value)
  }

  mutating func blob() throws(RecordCodingError) -> [UInt8] {
    let length = try count()
    defer { position += length }
    return Array(bytes[position..<position + length])
  }

  mutating func text() throws(RecordCodingError) -> String {
    let length = try count()
    let range = position..<position + length
    let text: String? = bytes.withUnsafeBufferPointer { bytes in
      let text = UnsafeBufferPointer(rebasing: bytes[range])
      // What is ASCII needs no validation, whose generic form is slow.
      return text.allSatisfy { $0 < 0x80 }
        ? String(decoding: text, as: UTF8.self) : String(validating: text, as: UTF8.self)
    }
    guard let text else { throw RecordCodingError("a text is not UTF-8", at: position) }
    position += length
    return text
  }

  /// A text that is likely to be the same as the last one that was read so.
  mutating func identity() throws(RecordCodingError) -> String {
    let start = position
    let length = try count()
    let range = position..<position + length
    if length == identityRange.count, zip(range, identityRange).allSatisfy({ bytes[$0] == bytes[$1] }) {
      position += length
      return lastIdentity
    }
    position = start
    lastIdentity = try text()
    identityRange = range
    return lastIdentity
  }

  mutating func bool() throws(RecordCodingError) -> Bool { try byte() != 0 }

  mutating func optional<Value>(
    _ read: (inout ByteReader) throws(RecordCodingError) -> Value
  ) throws(RecordCodingError) -> Value? {
    try bool() ? try read(&self) : nil
  }

  mutating func array<Value>(
    _ read: (inout ByteReader) throws(RecordCodingError) -> Value
  ) throws(RecordCodingError) -> [Value] {
    let length = try count()
    var values: [Value] = []
    values.reserveCapacity(min(length, 1024))
    for _ in 0..<length { values.append(try read(&self)) }
    return values
  }

  mutating func duration() throws(RecordCodingError) -> Duration { .nanoseconds(try signed()) }
}

/// A record of the journal is not what this version can read.
struct RecordCodingError: Error, CustomStringConvertible {
  var message: String
  var position: Int

  init(_ message: String, at position: Int) {
    self.message = message
    self.position = position
  }

  var description: String { "\(message) (at byte \(position) of the record)" }
}
