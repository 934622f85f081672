/// A date and a time of day. ODBC knows no time zone: a zoned column comes in the session's zone.
public struct ODBCTimestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The date.
  public var date: ODBCDate
  /// The time of day.
  public var time: ODBCTime

  /// Creates a timestamp.
  public init(date: ODBCDate, time: ODBCTime) {
    self.date = date
    self.time = time
  }

  /// Creates a timestamp; `nil` if there is no such day or time.
  public init?(
    year: Int,
    month: Int,
    day: Int,
    hour: Int = 0,
    minute: Int = 0,
    second: Int = 0,
    nanosecond: Int = 0
  ) {
    guard let date = ODBCDate(year: year, month: month, day: day) else { return nil }
    guard let time = ODBCTime(hour: hour, minute: minute, second: second, nanosecond: nanosecond) else { return nil }
    self.init(date: date, time: time)
  }

  /// Parses `YYYY-MM-DD`, alone or followed by a space or `T` and a time of day.
  public init?(_ text: String) {
    guard let timestamp = ISOParser.timestamp(Array(text.utf8)) else { return nil }
    self = timestamp
  }

  /// `YYYY-MM-DD HH:MM:SS[.fraction]`.
  public var description: String { "\(self.date) \(self.time)" }

  /// Whether the first timestamp is the earlier one.
  public static func < (first: ODBCTimestamp, second: ODBCTimestamp) -> Bool {
    (first.date, first.time) < (second.date, second.time)
  }
}
