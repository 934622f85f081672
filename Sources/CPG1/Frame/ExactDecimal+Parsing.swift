extension ExactDecimal {
  /// Reads a number such as `-12.50`, `+3`, `.5` or `1e3`; nil for anything else, blanks included,
  /// and for numbers beyond 38 digits.
  public init?(_ text: some StringProtocol) {
    var text = String(text)
    let value = text.withUTF8 { bytes in Self.parse(bytes.span) }
    guard let value else { return nil }
    self = value
  }

  /// The decimal text that a database driver gave as a binary float: its shortest form that reads back the same.
  public init?(exactly value: Double) {
    guard value.isFinite else { return nil }
    self.init("\(value)")
  }

  /// Reads a number from UTF-8 bytes; nil when it is not one.
  static func parse(_ bytes: Span<UInt8>) -> ExactDecimal? {
    var index = 0
    var negative = false
    let count = bytes.count
    if index < count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      negative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    var digits: UInt128 = 0
    var seen = 0
    var significant = 0
    var scale = 0
    var afterPoint = false
    while index < count {
      let byte = bytes[index]
      if byte >= 48 && byte <= 57 {
        if significant > 0 || byte != 48 { significant += 1 }
        guard significant <= 38 else { return nil }
        digits = digits * 10 + UInt128(byte - 48)
        seen += 1
        if afterPoint { scale += 1 }
      } else if byte == UInt8(ascii: "."), !afterPoint {
        afterPoint = true
      } else {
        break
      }
      index += 1
    }
    guard seen > 0 else { return nil }
    if index < count {
      guard let exponent = Self.parseExponent(bytes, from: index) else { return nil }
      scale -= exponent
    }
    return Self.assemble(digits: digits, negative: negative, scale: scale)
  }

  private static func parseExponent(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    guard bytes[start] == UInt8(ascii: "e") || bytes[start] == UInt8(ascii: "E") else { return nil }
    var index = start + 1
    var negative = false
    if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      negative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    guard index < bytes.count else { return nil }
    var value = 0
    while index < bytes.count {
      let byte = bytes[index]
      guard byte >= 48, byte <= 57, value < 10_000 else { return nil }
      value = value * 10 + Int(byte - 48)
      index += 1
    }
    return negative ? -value : value
  }

  private static func assemble(digits: UInt128, negative: Bool, scale: Int) -> ExactDecimal? {
    if digits == 0 { return ExactDecimal(coefficient: 0, scale: min(max(scale, 0), maximumScale)) }
    var digits = digits
    var scale = scale
    while scale > maximumScale, digits % 10 == 0 {
      digits /= 10
      scale -= 1
    }
    while scale < 0 {
      let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      digits = product
      scale += 1
    }
    guard scale <= maximumScale, digits < UInt128(PowersOfTen.int128[38]) else { return nil }
    let coefficient = Int128(digits)
    return ExactDecimal(coefficient: negative ? -coefficient : coefficient, scale: scale)
  }
}
