extension Timestamp {
  /// The time that an RFC 3339 text names, for example `2025-09-30T12:00:00.5Z` or `2025-09-30 14:00:00+02:00`; `nil`
  /// if it names none, or one outside the years 1678 to 2262. Digits beyond the ninth of a second are dropped.
  public init?(rfc3339 text: String) {
    var scanner = TimeScanner(bytes: Array(text.utf8))
    guard let year = scanner.number(digits: 4), scanner.take("-"), let month = scanner.number(digits: 2),
      scanner.take("-"), let day = scanner.number(digits: 2), scanner.take("Tt "),
      let hour = scanner.number(digits: 2), scanner.take(":"), let minute = scanner.number(digits: 2),
      scanner.take(":"), let second = scanner.number(digits: 2), let fraction = scanner.fraction(),
      let offset = scanner.offset(), scanner.isAtEnd
    else { return nil }
    guard (1...12).contains(month), hour < 24, minute < 60, second < 60 else { return nil }
    let days = daysSinceEpoch(year: year, month: month, day: day)
    let date = civilDate(daysSinceEpoch: days)
    guard date.year == year, date.month == month, date.day == day else { return nil }
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflowInSum) = whole.addingReportingOverflow(fraction)
    if overflow || overflowInSum { return nil }
    self.init(nanosecondsSinceEpoch: sum)
  }
}

/// The day number of a proleptic Gregorian date: the inverse of `civilDate(daysSinceEpoch:)`.
private func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
  let shiftedYear = month <= 2 ? year - 1 : year
  let era = floorDivide(shiftedYear, 400)
  let yearOfEra = shiftedYear - era * 400
  let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

private struct TimeScanner {
  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func take(_ anyOf: StaticString) -> Bool {
    guard position < bytes.count, anyOf.withUTF8Buffer({ $0.contains(bytes[position]) }) else { return false }
    position += 1
    return true
  }

  mutating func number(digits: Int) -> Int64? {
    guard position + digits <= bytes.count else { return nil }
    var value: Int64 = 0
    for byte in bytes[position..<position + digits] {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 0x30)
    }
    position += digits
    return value
  }

  /// The nanoseconds of a fraction of a second, 0 without one.
  mutating func fraction() -> Int64? {
    guard take(".") else { return 0 }
    var value: Int64 = 0
    var digits = 0
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      if digits < 9 { value = value * 10 + Int64(bytes[position] - 0x30) }
      digits += 1
      position += 1
    }
    if digits == 0 { return nil }
    for _ in min(digits, 9)..<9 { value *= 10 }
    return value
  }

  /// The seconds that the text's time zone is ahead of UTC.
  mutating func offset() -> Int64? {
    if take("Zz") { return 0 }
    let sign: Int64 = position < bytes.count && bytes[position] == UInt8(ascii: "-") ? -1 : 1
    guard take("+-"), let hours = number(digits: 2), take(":"), let minutes = number(digits: 2), hours < 24,
      minutes < 60
    else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }
}
