/// Appends cells as text without building strings, for output of millions of cells.
enum CellText {
  /// A whole number.
  static func append(_ value: Int64, to bytes: inout [UInt8]) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    appendDigits(UInt128(value.magnitude), to: &bytes)
  }

  /// Digits without leading zeros.
  static func appendDigits(_ value: UInt128, to bytes: inout [UInt8]) {
    guard let small = UInt64(exactly: value) else {
      let (high, low) = value.quotientAndRemainder(dividingBy: 10_000_000_000_000_000_000)
      appendDigits(high, to: &bytes)
      appendPadded(UInt64(low), width: 19, to: &bytes)
      return
    }
    var width = 1
    var bound: UInt64 = 10
    while width < 20, small >= bound {
      width += 1
      let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
      if overflow { break }
      bound = next
    }
    appendPadded(small, width: width, to: &bytes)
  }

  /// Digits with leading zeros up to a width.
  static func appendPadded(_ value: UInt64, width: Int, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: width))
    var rest = value
    var position = start + width - 1
    while rest > 0, position >= start {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      bytes[position] = UInt8(ascii: "0") + UInt8(digit)
      rest = quotient
      position -= 1
    }
  }

  /// A decimal number in plain form, as ``ExactDecimal/description``.
  static func append(_ value: ExactDecimal, to bytes: inout [UInt8]) {
    let value = value.normalized
    if value.coefficient < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    appendDigits(value.coefficient.magnitude, to: &bytes)
    guard value.scale > 0 else { return }
    let missing = value.scale + 1 - (bytes.count - start)
    if missing > 0 { bytes.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: missing), at: start) }
    bytes.insert(UInt8(ascii: "."), at: bytes.count - value.scale)
  }

  /// A day as `YYYY-MM-DD`.
  static func append(_ date: CivilDate, to bytes: inout [UInt8]) {
    let (year, month, day) = date.components
    appendPadded(UInt64(max(year, 0)), width: 4, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    appendPadded(UInt64(month), width: 2, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    appendPadded(UInt64(day), width: 2, to: &bytes)
  }

  /// A timestamp with a separator; the fraction only when it is not zero or when it is demanded.
  static func append(
    _ moment: CivilTimestamp,
    separator: UInt8,
    forceFraction: Bool = false,
    to bytes: inout [UInt8]
  ) {
    append(moment.date, to: &bytes)
    let rest = UInt64(moment.microsecondsOfDay)
    let seconds = rest / 1_000_000
    bytes.append(separator)
    appendPadded(seconds / 3600, width: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    appendPadded(seconds / 60 % 60, width: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    appendPadded(seconds % 60, width: 2, to: &bytes)
    if forceFraction || rest % 1_000_000 != 0 {
      bytes.append(UInt8(ascii: "."))
      appendPadded(rest % 1_000_000, width: 6, to: &bytes)
    }
  }
}
