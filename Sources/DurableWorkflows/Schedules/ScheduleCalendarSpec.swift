/// Times by the calendar: those at which every field has one of its values. Temporal's `StructuredCalendarSpec`.
///
/// By default the calendar matches every midnight.
public struct ScheduleCalendarSpec: Hashable, Sendable {
  /// Seconds, 0 to 59. Default 0.
  public var second: [ScheduleRange]
  /// Minutes, 0 to 59. Default 0.
  public var minute: [ScheduleRange]
  /// Hours, 0 to 23. Default 0.
  public var hour: [ScheduleRange]
  /// Days of the month, 1 to 31. Default all. A day that a month does not have does not match in that month.
  public var dayOfMonth: [ScheduleRange]
  /// Months, 1 to 12. Default all.
  public var month: [ScheduleRange]
  /// Years, 2000 to 2100; empty means all. Default empty.
  public var year: [ScheduleRange]
  /// Days of the week, 0 (Sunday) to 6. Default all. The day of the month has to match as well.
  public var dayOfWeek: [ScheduleRange]
  /// A note for people, up to 200 bytes.
  public var comment: String

  /// Creates a calendar.
  public init(
    second: [ScheduleRange] = [0], minute: [ScheduleRange] = [0], hour: [ScheduleRange] = [0],
    dayOfMonth: [ScheduleRange] = [ScheduleRange(1, through: 31)],
    month: [ScheduleRange] = [ScheduleRange(1, through: 12)], year: [ScheduleRange] = [],
    dayOfWeek: [ScheduleRange] = [ScheduleRange(0, through: 6)], comment: String = ""
  ) {
    self.second = second
    self.minute = minute
    self.hour = hour
    self.dayOfMonth = dayOfMonth
    self.month = month
    self.year = year
    self.dayOfWeek = dayOfWeek
    self.comment = comment
  }
}

/// Times at equal distances: the Unix epoch plus `offset` plus every multiple of `every`. Temporal's `IntervalSpec`.
public struct ScheduleIntervalSpec: Hashable, Sendable {
  /// The distance, at least one second; fractions of a second are dropped.
  public var every: Duration
  /// The shift against the epoch, at least zero and less than ``every``.
  public var offset: Duration

  /// Creates an interval.
  public init(every: Duration, offset: Duration = .zero) {
    self.every = every
    self.offset = offset
  }
}
