/// What the ledger knows of one attempt of a step: written to its file before the attempt is answered.
struct LedgerEntry: Hashable, Sendable {
  /// What became of an attempt.
  enum Kind: UInt8 {
    /// The first attempt with its idempotency key that was to take effect: the one effect.
    case accepted = 1
    /// A repetition, answered with the receipt of the accepted attempt.
    case repeated = 2
    /// An attempt that is to fail, as the workload wants it; it has no effect.
    case refused = 3
  }

  var kind: Kind
  /// The number of the process life in which the attempt was made.
  var life: UInt32
  /// The attempt's number, as the engine told it.
  var attempt: UInt32
  /// The number of the effect.
  var receipt: UInt64
  /// The idempotency key: workflow id, run id, activity id.
  var key: String

  /// The bytes before the key.
  static let headerLength = 20

  func append(to bytes: inout [UInt8]) {
    bytes.append(kind.rawValue)
    bytes.append(0)
    bytes.append(little: UInt16(truncatingIfNeeded: key.utf8.count))
    bytes.append(little: life)
    bytes.append(little: attempt)
    bytes.append(little: receipt)
    bytes.append(contentsOf: key.utf8)
  }

  /// The entries in the bytes of a ledger's file, up to the first that is not whole.
  static func all(in bytes: [UInt8]) -> [LedgerEntry] {
    var entries: [LedgerEntry] = []
    var offset = 0
    while offset + headerLength <= bytes.count, let kind = Kind(rawValue: bytes[offset]) {
      let keyStart = offset + headerLength
      let keyEnd = keyStart + Int(bytes.little(UInt16.self, at: offset + 2))
      guard keyEnd <= bytes.count else { break }
      entries.append(
        LedgerEntry(
          kind: kind, life: bytes.little(UInt32.self, at: offset + 4),
          attempt: bytes.little(UInt32.self, at: offset + 8), receipt: bytes.little(UInt64.self, at: offset + 12),
          key: String(decoding: bytes[keyStart..<keyEnd], as: UTF8.self)))
      offset = keyEnd
    }
    return entries
  }
}

/// An attempt on its way to the ledger.
struct LedgerRequest {
  var number: UInt64
  var life: UInt32
  var attempt: UInt32
  /// Whether the attempt is to be refused.
  var mustFail: Bool
  var key: String

  private static let headerLength = 19

  var frame: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little: UInt16(truncatingIfNeeded: key.utf8.count))
    bytes.append(mustFail ? 1 : 0)
    bytes.append(little: number)
    bytes.append(little: life)
    bytes.append(little: attempt)
    bytes.append(contentsOf: key.utf8)
    return bytes
  }

  /// Takes the first whole request from `bytes`, whose position it moves.
  init?(_ bytes: [UInt8], at offset: inout Int) {
    guard offset + LedgerRequest.headerLength <= bytes.count else { return nil }
    let keyStart = offset + LedgerRequest.headerLength
    let keyEnd = keyStart + Int(bytes.little(UInt16.self, at: offset))
    guard keyEnd <= bytes.count else { return nil }
    mustFail = bytes[offset + 2] != 0
    number = bytes.little(UInt64.self, at: offset + 3)
    life = bytes.little(UInt32.self, at: offset + 11)
    attempt = bytes.little(UInt32.self, at: offset + 15)
    key = String(decoding: bytes[keyStart..<keyEnd], as: UTF8.self)
    offset = keyEnd
  }

  init(number: UInt64, life: UInt32, attempt: UInt32, mustFail: Bool, key: String) {
    self.number = number
    self.life = life
    self.attempt = attempt
    self.mustFail = mustFail
    self.key = key
  }
}

/// The ledger's answer.
struct LedgerReply {
  static let length = 17

  var number: UInt64
  var receipt: UInt64
  var isRefused: Bool

  func append(to bytes: inout [UInt8]) {
    bytes.append(little: number)
    bytes.append(little: receipt)
    bytes.append(isRefused ? 1 : 0)
  }

  init(number: UInt64, receipt: UInt64, isRefused: Bool) {
    self.number = number
    self.receipt = receipt
    self.isRefused = isRefused
  }

  init(_ bytes: [UInt8], at offset: Int) {
    number = bytes.little(UInt64.self, at: offset)
    receipt = bytes.little(UInt64.self, at: offset + 8)
    isRefused = bytes[offset + 16] != 0
  }
}

extension [UInt8] {
  fileprivate mutating func append(little value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  fileprivate func little<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
    var value: Number = 0
    for index in (0..<MemoryLayout<Number>.size).reversed() {
      value = value << 8 | Number(truncatingIfNeeded: self[offset + index])
    }
    return value
  }
}
