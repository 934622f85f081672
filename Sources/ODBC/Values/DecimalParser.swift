/// Turns decimal text of databases into the canonical form of ``ODBCDecimal``.
enum DecimalParser {
  /// The largest exponent, as in IEEE 754 decimal128. It bounds what a short text can expand to.
  static let maximumExponent = 6144

  /// The canonical form, or `nil` if the bytes are not a decimal number.
  static func canonical(_ bytes: some RandomAccessCollection<UInt8>) -> String? {
    guard let parts = Parts(bytes) else { return nil }
    var digits = parts.digits
    var scale = parts.scale - parts.exponent
    if scale < 0 {
      digits.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -scale))
      scale = 0
    }
    if digits.count <= scale {
      digits.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: scale + 1 - digits.count), at: 0)
    }
    let integerEnd = digits.count - scale
    let start = digits[..<integerEnd].firstIndex { $0 != UInt8(ascii: "0") } ?? integerEnd - 1
    var text: [UInt8] = []
    text.reserveCapacity(digits.count + 2)
    if parts.isNegative, digits.contains(where: { $0 != UInt8(ascii: "0") }) { text.append(UInt8(ascii: "-")) }
    text.append(contentsOf: digits[start..<integerEnd])
    if scale > 0 {
      text.append(UInt8(ascii: "."))
      text.append(contentsOf: digits[integerEnd...])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether the bytes are canonical already, so that they can be kept as they are.
  static func isCanonical(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative { index = 1 }
    let firstDigit = index
    var hasNonZero = false
    while index < bytes.count, isDigit(bytes[index]) {
      if bytes[index] != UInt8(ascii: "0") { hasNonZero = true }
      index += 1
    }
    let integerDigits = index - firstDigit
    if integerDigits == 0 || (integerDigits > 1 && bytes[firstDigit] == UInt8(ascii: "0")) { return false }
    if index < bytes.count {
      guard bytes[index] == UInt8(ascii: "."), index + 1 < bytes.count else { return false }
      index += 1
      while index < bytes.count, isDigit(bytes[index]) {
        if bytes[index] != UInt8(ascii: "0") { hasNonZero = true }
        index += 1
      }
    }
    return index == bytes.count && (hasNonZero || !isNegative)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private struct Parts {
    var isNegative = false
    var digits: [UInt8] = []
    var scale = 0
    var exponent = 0

    init?(_ bytes: some RandomAccessCollection<UInt8>) {
      var rest = bytes[...]
      if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
        self.isNegative = sign == UInt8(ascii: "-")
        rest = rest.dropFirst()
      }
      let integer = rest.prefix(while: DecimalParser.isDigit)
      rest = rest.dropFirst(integer.count)
      self.digits.append(contentsOf: integer)
      if rest.first == UInt8(ascii: ".") {
        rest = rest.dropFirst()
        let fraction = rest.prefix(while: DecimalParser.isDigit)
        rest = rest.dropFirst(fraction.count)
        self.digits.append(contentsOf: fraction)
        self.scale = fraction.count
      }
      guard !self.digits.isEmpty else { return nil }
      if let marker = rest.first, marker == UInt8(ascii: "e") || marker == UInt8(ascii: "E") {
        let text = String(decoding: rest.dropFirst(), as: UTF8.self)
        guard let value = Int(text), abs(value) <= DecimalParser.maximumExponent else { return nil }
        self.exponent = value
        rest = rest.suffix(0)
      }
      guard rest.isEmpty else { return nil }
    }
  }
}
