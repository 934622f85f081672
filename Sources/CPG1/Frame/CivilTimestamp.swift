/// A time of day on a day, without a zone, exact to the microsecond.
public struct CivilTimestamp: Hashable, Comparable, Sendable {
  /// Microseconds since 1970-01-01 00:00:00.
  public let microseconds: Int64

  static let perSecond: Int64 = 1_000_000
  static let perDay: Int64 = 86_400 * 1_000_000

  /// A timestamp by its microseconds since 1970-01-01 00:00:00.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Midnight at the start of a day.
  public init(_ date: CivilDate) { self.microseconds = Int64(date.dayNumber) * Self.perDay }

  /// A time on a day; nil when an hour, minute, second or microsecond is out of range.
  public init?(date: CivilDate, hour: Int, minute: Int, second: Int, microsecond: Int = 0) {
    guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second),
      (0..<1_000_000).contains(microsecond)
    else { return nil }
    let seconds = Int64(hour * 3600 + minute * 60 + second)
    self.microseconds = Int64(date.dayNumber) * Self.perDay + seconds * Self.perSecond + Int64(microsecond)
  }

  /// Reads `YYYY-MM-DD`, optionally followed by a blank or `T` and `HH:MM:SS`, optionally with a fraction of up to
  /// nine digits of which six are kept; nil for anything else.
  public init?(_ text: some StringProtocol) {
    var text = String(text)
    let value = text.withUTF8 { Self.parse($0.span) }
    guard let value else { return nil }
    self = value
  }

  static func parse(_ bytes: Span<UInt8>) -> CivilTimestamp? {
    guard let date = CivilDate.parsePrefix(bytes) else { return nil }
    if bytes.count == 10 { return CivilTimestamp(date) }
    guard bytes.count >= 19, bytes[10] == 32 || bytes[10] == UInt8(ascii: "T"), bytes[13] == 58, bytes[16] == 58,
      let hour = DigitReader.number(bytes, from: 11, count: 2),
      let minute = DigitReader.number(bytes, from: 14, count: 2),
      let second = DigitReader.number(bytes, from: 17, count: 2)
    else { return nil }
    var fraction = 0
    if bytes.count > 19 {
      guard bytes[19] == UInt8(ascii: "."), (21...29).contains(bytes.count) else { return nil }
      guard DigitReader.number(bytes, from: 20, count: bytes.count - 20) != nil else { return nil }
      for index in 0..<6 {
        fraction = fraction * 10 + (20 + index < bytes.count ? Int(bytes[20 + index] - 48) : 0)
      }
    }
    return CivilTimestamp(date: date, hour: hour, minute: minute, second: second, microsecond: fraction)
  }

  public static func < (left: CivilTimestamp, right: CivilTimestamp) -> Bool { left.microseconds < right.microseconds }

  /// The day.
  public var date: CivilDate {
    let days = microseconds >= 0 ? microseconds / Self.perDay : -((-microseconds + Self.perDay - 1) / Self.perDay)
    return CivilDate(dayNumber: Int(days))
  }

  /// Microseconds since midnight.
  var microsecondsOfDay: Int64 { microseconds - Int64(date.dayNumber) * Self.perDay }
  /// Whether the time is midnight.
  var isMidnight: Bool { microsecondsOfDay == 0 }

  /// Text with a chosen separator; the fraction only when it is not zero or when it is demanded.
  func text(separator: String, forceFraction: Bool = false) -> String {
    let rest = microsecondsOfDay
    let seconds = Int(rest / Self.perSecond)
    let fraction = Int(rest % Self.perSecond)
    var text = date.description + separator + DigitReader.two(seconds / 3600) + ":"
    text += DigitReader.two(seconds / 60 % 60) + ":" + DigitReader.two(seconds % 60)
    if fraction != 0 || forceFraction {
      let digits = String(fraction)
      text += "." + String(repeating: "0", count: 6 - digits.utf8.count) + digits
    }
    return text
  }
}

extension CivilTimestamp: CustomStringConvertible {
  /// `YYYY-MM-DD HH:MM:SS`, with `.ffffff` when there is a fraction.
  public var description: String { text(separator: " ") }
}
