/// A point in time with nanosecond resolution, as the journal and the event history record it.
///
/// Unit: nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted. The range is the years 1678 to 2262.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Nanoseconds since the Unix epoch.
  public var nanosecondsSinceEpoch: Int64

  /// Creates a timestamp from nanoseconds since the Unix epoch.
  public init(nanosecondsSinceEpoch: Int64) {
    self.nanosecondsSinceEpoch = nanosecondsSinceEpoch
  }

  /// The Unix epoch.
  public static let epoch = Timestamp(nanosecondsSinceEpoch: 0)

  /// The largest representable time; used for deadlines that never come.
  public static let distantFuture = Timestamp(nanosecondsSinceEpoch: .max)

  /// Whole seconds since the epoch, rounded towards the past.
  public var seconds: Int64 {
    let quotient = nanosecondsSinceEpoch / 1_000_000_000
    return nanosecondsSinceEpoch % 1_000_000_000 < 0 ? quotient - 1 : quotient
  }

  /// The nanoseconds within the second, 0 to 999,999,999.
  public var nanoseconds: Int32 {
    let rest = Int32(nanosecondsSinceEpoch % 1_000_000_000)
    return rest < 0 ? rest + 1_000_000_000 : rest
  }

  /// RFC 3339 text in UTC, for example `2025-09-30T12:00:00.000000001Z`.
  public var description: String {
    let (year, month, day) = civilDate(daysSinceEpoch: floorDivide(seconds, 86_400))
    let secondOfDay = seconds - floorDivide(seconds, 86_400) * 86_400
    let fraction = nanoseconds == 0 ? "" : "." + padded(Int64(nanoseconds), to: 9)
    return "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))T"
      + "\(padded(secondOfDay / 3600, to: 2)):\(padded(secondOfDay / 60 % 60, to: 2)):"
      + "\(padded(secondOfDay % 60, to: 2))\(fraction)Z"
  }

  /// Earlier before later.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
  }

  /// The time `duration` later, held at the ends of the range instead of overflowing.
  public static func + (time: Timestamp, duration: Duration) -> Timestamp {
    let (sum, overflow) = time.nanosecondsSinceEpoch.addingReportingOverflow(duration.inNanoseconds)
    guard overflow else { return Timestamp(nanosecondsSinceEpoch: sum) }
    return duration < .zero ? Timestamp(nanosecondsSinceEpoch: .min) : .distantFuture
  }

  /// The span from `right` to `left`.
  public static func - (left: Timestamp, right: Timestamp) -> Duration {
    .nanoseconds(left.nanosecondsSinceEpoch) - .nanoseconds(right.nanosecondsSinceEpoch)
  }
}

extension Duration {
  /// A duration of `count` minutes of 60 seconds.
  public static func minutes(_ count: some BinaryInteger) -> Duration { .seconds(Int64(count) * 60) }

  /// A duration of `count` hours of 3,600 seconds.
  public static func hours(_ count: some BinaryInteger) -> Duration { .seconds(Int64(count) * 3600) }

  /// A duration of `count` days of 86,400 seconds; calendar changes play no part.
  public static func days(_ count: some BinaryInteger) -> Duration { .seconds(Int64(count) * 86_400) }

  /// The duration in nanoseconds, held at the ends of `Int64` instead of overflowing.
  public var inNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, overflowInSum) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflowInSum ? (seconds < 0 ? .min : .max) : sum
  }
}

private func padded(_ value: Int64, to width: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// The quotient rounded towards the past.
func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
  let quotient = dividend / divisor
  return dividend % divisor < 0 ? quotient - 1 : quotient
}

/// The proleptic Gregorian date of a day number; the algorithm counts eras of 400 years from 0000-03-01.
func civilDate(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let shifted = daysSinceEpoch + 719_468
  let era = floorDivide(shifted, 146_097)
  let dayOfEra = shifted - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let shiftedMonth = (5 * dayOfYear + 2) / 153
  let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}
