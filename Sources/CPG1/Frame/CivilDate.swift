/// A day of the Gregorian calendar without a zone.
public struct CivilDate: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01.
  public let dayNumber: Int

  /// A day by its number since 1970-01-01.
  public init(dayNumber: Int) { self.dayNumber = dayNumber }

  /// A day of the calendar; nil when it does not exist, such as 30 February.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year) else {
      return nil
    }
    self.dayNumber = Self.dayNumber(year: year, month: month, day: day)
  }

  /// Reads exactly `YYYY-MM-DD`; nil for anything else and for days that do not exist.
  public init?(_ text: some StringProtocol) {
    var text = String(text)
    let value = text.withUTF8 { Self.parse($0.span) }
    guard let value else { return nil }
    self = value
  }

  static func parse(_ bytes: Span<UInt8>) -> CivilDate? {
    guard bytes.count == 10 else { return nil }
    return parsePrefix(bytes)
  }

  /// Reads the first ten bytes.
  static func parsePrefix(_ bytes: Span<UInt8>) -> CivilDate? {
    guard bytes.count >= 10, bytes[4] == 45, bytes[7] == 45,
      let year = DigitReader.number(bytes, from: 0, count: 4),
      let month = DigitReader.number(bytes, from: 5, count: 2),
      let day = DigitReader.number(bytes, from: 8, count: 2)
    else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  public static func < (left: CivilDate, right: CivilDate) -> Bool { left.dayNumber < right.dayNumber }

  /// Year, month and day.
  public var components: (year: Int, month: Int, day: Int) {
    // Days to civil, with eras of 400 years that start on 1 March.
    let shifted = dayNumber + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// The year.
  public var year: Int { components.year }
  /// The month, 1 to 12.
  public var month: Int { components.month }
  /// The day so many days later.
  public func adding(days: Int) -> CivilDate { CivilDate(dayNumber: dayNumber + days) }
  /// The first day of this day's month.
  public var firstOfMonth: CivilDate { CivilDate(dayNumber: dayNumber - components.day + 1) }
  /// The last day of this day's month.
  public var lastOfMonth: CivilDate { firstOfNextMonth.adding(days: -1) }
  /// The first day of the month after this day's month.
  public var firstOfNextMonth: CivilDate {
    let (year, month, _) = components
    return CivilDate(dayNumber: Self.dayNumber(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1))
  }
  /// The same day a year earlier; 29 February becomes 28 February.
  public var yearEarlier: CivilDate {
    let (year, month, day) = components
    let kept = min(day, Self.days(in: month, of: year - 1))
    return CivilDate(dayNumber: Self.dayNumber(year: year - 1, month: month, day: kept))
  }

  private static func dayNumber(year: Int, month: Int, day: Int) -> Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension CivilDate: CustomStringConvertible {
  /// `YYYY-MM-DD`.
  public var description: String {
    let (year, month, day) = components
    var text = String(year)
    while text.utf8.count < 4 { text = "0" + text }
    return text + "-" + DigitReader.two(month) + "-" + DigitReader.two(day)
  }
}

extension CivilDate: Codable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let date = CivilDate(text) else {
      throw CPG1Error(.invalidData, "'\(text)' is not a date; write YYYY-MM-DD, for example 2025-09-30")
    }
    self = date
  }
}

/// Fixed-width digits in bytes.
enum DigitReader {
  static func number(_ bytes: Span<UInt8>, from start: Int, count: Int) -> Int? {
    var value = 0
    for index in start..<start + count {
      let byte = bytes[index]
      guard byte >= 48, byte <= 57 else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    return value
  }

  static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}
