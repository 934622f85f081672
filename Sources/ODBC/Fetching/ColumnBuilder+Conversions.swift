extension ColumnBuilder {
  /// A decimal integer; also one written with a fraction of zeros, as SQLite prints a REAL.
  static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    var index = 0
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative { index = 1 }
    guard index < bytes.count else { return nil }
    var value: Int64 = 0
    while index < bytes.count {
      let digit = Int64(bytes[index]) - 48
      guard digit >= 0, digit <= 9 else { return DecimalParser.canonical(bytes).flatMap { ODBCDecimal($0)?.integer } }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      if overflow || carry { return nil }
      value = sum
      index += 1
    }
    return value
  }

  static func boolean(_ bytes: UnsafeRawBufferPointer) -> Bool? {
    switch String(decoding: bytes.prefix(8), as: UTF8.self).lowercased() {
    case "1", "t", "true", "-1": true
    case "0", "f", "false": false
    default: nil
    }
  }

  /// A date, or a timestamp at midnight.
  static func date(_ bytes: UnsafeRawBufferPointer) -> ODBCDate? {
    if let date = ISOParser.date(bytes) { return date }
    guard let timestamp = ISOParser.timestamp(bytes) else { return nil }
    return timestamp.time == ODBCTime(hour: 0, minute: 0, second: 0) ? timestamp.date : nil
  }

  static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if bytes.allSatisfy({ $0 < 0x80 }) { return true }
    return String(validating: bytes, as: UTF8.self) != nil
  }

  /// The bytes of `X'0123…'`, the form in which SQLite's driver keeps a BLOB.
  static func blobLiteral(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    guard bytes.count >= 3, bytes.count % 2 == 1, bytes[0] == UInt8(ascii: "X"), bytes[1] == UInt8(ascii: "'"),
      bytes[bytes.count - 1] == UInt8(ascii: "'")
    else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count / 2)
    var index = 2
    while index < bytes.count - 1 {
      guard let high = Self.hexDigit(bytes[index]), let low = Self.hexDigit(bytes[index + 1]) else { return nil }
      result.append(high << 4 | low)
      index += 2
    }
    return result
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

extension ODBCByteVector {
  /// Appends UTF-16 as UTF-8; `false` if it has a surrogate without its other half.
  mutating func append(utf16 units: UnsafeBufferPointer<UInt16>) -> Bool {
    var index = 0
    while index < units.count {
      let unit = UInt32(units[index])
      index += 1
      switch unit {
      case 0..<0x80:
        self.append(byte: UInt8(unit))
      case 0x80..<0x800:
        self.append(byte: UInt8(0xC0 | unit >> 6))
        self.append(byte: UInt8(0x80 | unit & 0x3F))
      case 0xD800..<0xDC00:
        guard index < units.count, (0xDC00..<0xE000).contains(units[index]) else { return false }
        let scalar = 0x10000 + ((unit - 0xD800) << 10) + (UInt32(units[index]) - 0xDC00)
        index += 1
        self.append(byte: UInt8(0xF0 | scalar >> 18))
        self.append(byte: UInt8(0x80 | scalar >> 12 & 0x3F))
        self.append(byte: UInt8(0x80 | scalar >> 6 & 0x3F))
        self.append(byte: UInt8(0x80 | scalar & 0x3F))
      case 0xDC00..<0xE000:
        return false
      default:
        self.append(byte: UInt8(0xE0 | unit >> 12))
        self.append(byte: UInt8(0x80 | unit >> 6 & 0x3F))
        self.append(byte: UInt8(0x80 | unit & 0x3F))
      }
    }
    return true
  }
}
