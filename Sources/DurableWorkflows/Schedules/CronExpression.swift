/// A cron expression.
///
/// Five fields are minute, hour, day of the month, month and day of the week; a sixth is the year; of seven the first
/// is the second. A field is `*`, a value, a range `1-5`, a list of these `1,3,8-12`, each with a step `*/15`,
/// `8-18/2`;
/// `5/10` goes from 5 to the end of the field. Months and days of the week may be named (`JAN`, `MON`, in any case);
/// Sunday is 0 or 7. `?` stands for `*` in the two fields for days.
///
/// Instead of fields: `@yearly` (`@annually`), `@monthly`, `@weekly`, `@daily` (`@midnight`), `@hourly`, or
/// `@every 90m` and `@every 2h/15m`: an interval and its offset, in `d`, `h`, `m`, `s` and `ms`.
///
/// In front may stand a time zone, `CRON_TZ=Europe/Berlin` or `TZ=…`; behind, after ` #`, a comment.
public struct CronExpression: Hashable, Sendable, CustomStringConvertible {
  enum Times: Hashable, Sendable {
    /// `isEitherDay`: both fields for days are given.
    case calendar(ScheduleCalendarSpec, isEitherDay: Bool)
    case interval(ScheduleIntervalSpec)
  }

  /// The text.
  public let description: String
  /// The IANA name of its time zone, or an empty string.
  public let timeZoneName: String
  let times: Times
  private let matcher: CalendarMatcher?
  private let zone: ScheduleTimeZone

  /// Reads an expression.
  ///
  /// - Throws: ``ScheduleSpecError`` with the field, the position in the text and what was expected there.
  public init(_ text: String) throws(ScheduleSpecError) {
    var parser = CronParser(text)
    description = text
    timeZoneName = try parser.timeZoneName()
    zone = try ScheduleTimeZone(named: timeZoneName)
    times = try parser.times()
    switch times {
    case .calendar(let calendar, let isEitherDay):
      matcher = try CalendarMatcher(calendar, dayRule: isEitherDay ? .either : .both)
    case .interval: matcher = nil
    }
  }

  /// The first time after `time`, when this is the cron schedule of a workflow; `nil` if there is none until the end of
  /// the year 2100.
  ///
  /// If both the day of the month and the day of the week are given, either is enough, as in crontab and in Temporal's
  /// `cronSchedule`; in a ``ScheduleSpec`` both have to match. `@every` counts from `time`. Without a time zone the
  /// expression is in UTC; for changes of the clock see ``ScheduleSpec``.
  public func next(after time: Timestamp) -> Timestamp? {
    switch times {
    case .calendar:
      return matcher?.next(after: time.seconds, in: zone).map {
        Timestamp(nanosecondsSinceEpoch: $0 * 1_000_000_000)
      }
    case .interval(let interval):
      let next = time + .nanoseconds(-Int64(time.nanoseconds)) + .seconds(interval.every.components.seconds)
      return next < .distantFuture ? next : nil
    }
  }

  /// The first time after `time` that is not before `bound`.
  func next(after time: Timestamp, notBefore bound: Timestamp) -> Timestamp? {
    switch times {
    case .calendar: return next(after: max(time, bound + .nanoseconds(-1)))
    case .interval(let interval):
      guard let first = next(after: time), first < bound else { return next(after: time) }
      let every = interval.every.components.seconds
      let steps = ((bound - first).inNanoseconds / 1_000_000_000 + every) / every
      let candidate = first + .seconds((steps - 1) * every)
      let result = candidate < bound ? candidate + .seconds(every) : candidate
      return result < .distantFuture ? result : nil
    }
  }
}
