/// A time of day, without a time zone.
public struct ODBCTime: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The hour, from 0 to 24; 24 only as `24:00:00`, the end of a day, which PostgreSQL has.
  public let hour: Int
  /// The minute, from 0 to 59.
  public let minute: Int
  /// The second, from 0 to 59.
  public let second: Int
  /// The fraction of the second, in nanoseconds.
  public let nanosecond: Int

  /// Creates a time of day; `nil` if there is no such time.
  public init?(hour: Int, minute: Int, second: Int, nanosecond: Int = 0) {
    guard (0...59).contains(minute), (0...59).contains(second), (0..<1_000_000_000).contains(nanosecond) else {
      return nil
    }
    guard (0...23).contains(hour) || (hour == 24 && minute == 0 && second == 0 && nanosecond == 0) else { return nil }
    self.hour = hour
    self.minute = minute
    self.second = second
    self.nanosecond = nanosecond
  }

  /// Parses `HH:MM[:SS[.fraction]]` with up to nine digits of fraction.
  public init?(_ text: String) {
    guard let time = ISOParser.time(Array(text.utf8)) else { return nil }
    self = time
  }

  /// `HH:MM:SS`, with the fraction if there is one, without its trailing zeros.
  public var description: String {
    let text = [self.hour, self.minute, self.second].map { ISOParser.padded($0, 2) }.joined(separator: ":")
    guard self.nanosecond > 0 else { return text }
    var fraction = Substring(ISOParser.padded(self.nanosecond, 9))
    while fraction.last == "0" { fraction.removeLast() }
    return "\(text).\(fraction)"
  }

  /// The number of digits that the fraction needs.
  var fractionDigits: Int {
    var digits = 9
    var rest = self.nanosecond
    while digits > 0, rest % 10 == 0 {
      rest /= 10
      digits -= 1
    }
    return digits
  }

  /// Whether the first time is the earlier one.
  public static func < (first: ODBCTime, second: ODBCTime) -> Bool {
    (first.hour, first.minute, first.second, first.nanosecond)
      < (second.hour, second.minute, second.second, second.nanosecond)
  }
}
