/// A date of the proleptic Gregorian calendar.
public struct ODBCDate: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The year, from 1 to 9999.
  public let year: Int
  /// The month, from 1 to 12.
  public let month: Int
  /// The day of the month, from 1.
  public let day: Int

  /// Creates a date; `nil` if there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
    guard day <= ODBCDate.days(inMonth: month, ofYear: year) else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Parses `YYYY-MM-DD`.
  public init?(_ text: String) {
    guard let date = text.utf8.withContiguousStorageIfAvailable({ ISOParser.date($0) }) ?? ISOParser.date(Array(text.utf8))
    else { return nil }
    self = date
  }

  /// `YYYY-MM-DD`.
  public var description: String {
    "\(ISOParser.padded(self.year, 4))-\(ISOParser.padded(self.month, 2))-\(ISOParser.padded(self.day, 2))"
  }

  /// Whether the first date is the earlier one.
  public static func < (first: ODBCDate, second: ODBCDate) -> Bool {
    (first.year, first.month, first.day) < (second.year, second.month, second.day)
  }

  static func days(inMonth month: Int, ofYear year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
