public import DurableWorkflows

/// A point in time with the resolution that every database keeps: microseconds. Written as RFC 3339 in UTC.
public struct Moment: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public let microseconds: Int64

  /// Creates a moment from microseconds since the Unix epoch.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// The time, without what is finer than a microsecond.
  public init(_ timestamp: Timestamp) {
    let nanoseconds = timestamp.nanosecondsSinceEpoch
    let quotient = nanoseconds / 1000
    microseconds = nanoseconds % 1000 < 0 ? quotient - 1 : quotient
  }

  /// Reads `YYYY-MM-DDTHH:MM:SS[.fraction]Z`, with `T` or a blank and up to six digits of fraction; the `Z` may be
  /// missing.
  public init?(_ text: String) {
    var fields = Substring(text)
    if fields.hasSuffix("Z") { fields.removeLast() }
    let parts = fields.split(omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
    guard parts.count == 2, let day = Moment.day(parts[0]), let time = Moment.time(parts[1]) else { return nil }
    microseconds = day * 86_400_000_000 + time
  }

  /// The moment as a time of the engine.
  public var timestamp: Timestamp { Timestamp(nanosecondsSinceEpoch: microseconds * 1000) }

  /// RFC 3339 in UTC, with six digits of fraction if there is one.
  public var description: String {
    let text = timestamp.description
    // The engine's times have nine digits, of which the last three are zero here.
    return text.hasSuffix("000Z") && text.contains(".") ? String(text.dropLast(4)) + "Z" : text
  }

  public static func < (left: Moment, right: Moment) -> Bool { left.microseconds < right.microseconds }

  /// The moment `duration` later.
  public static func + (moment: Moment, duration: Duration) -> Moment { Moment(moment.timestamp + duration) }

  /// The moment `duration` earlier.
  public static func - (moment: Moment, duration: Duration) -> Moment { Moment(moment.timestamp + (.zero - duration)) }

  /// The span from `right` to `left`.
  public static func - (left: Moment, right: Moment) -> Duration {
    .microseconds(left.microseconds - right.microseconds)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let moment = Moment(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is no time; write for example 2026-01-31T12:00:00Z")
    }
    self = moment
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// Days from the epoch to a civil date, by eras of 400 years that begin on 1 March.
  private static func day(_ text: Substring) -> Int64? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, let year = Int64(parts[0]), let month = Int64(parts[1]),
      let day = Int64(parts[2]), (1...12).contains(month), (1...days(in: month, of: year)).contains(day)
    else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func time(_ text: Substring) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hour = Int64(parts[0]), let minute = Int64(parts[1]), (0...23).contains(hour),
      (0...59).contains(minute)
    else { return nil }
    let seconds = parts[2].split(separator: ".", omittingEmptySubsequences: false)
    guard seconds.count <= 2, let second = Int64(seconds[0]), (0...59).contains(second) else { return nil }
    var fraction: Int64 = 0
    if seconds.count == 2 {
      guard (1...6).contains(seconds[1].count), let digits = Int64(seconds[1]), digits >= 0 else { return nil }
      fraction = (0..<(6 - seconds[1].count)).reduce(digits) { value, _ in value * 10 }
    }
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
  }
}
