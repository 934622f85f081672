/// When a schedule acts: at all times that a calendar, an interval or a cron expression names. Temporal's
/// `ScheduleSpec`.
///
/// Times have a resolution of one second and end with the year 2100.
///
/// Calendars and cron expressions compare the clock on the wall of ``timeZoneName`` with their fields, as Temporal
/// does: a time that the clock jumps over in spring does not happen that day; a time that the clock shows twice in
/// autumn happens twice. Daily work that must happen exactly once belongs outside the hours in which clocks are
/// changed, or in UTC.
public struct ScheduleSpec: Hashable, Sendable {
  /// Times by the calendar.
  public var calendars: [ScheduleCalendarSpec]
  /// Times at equal distances.
  public var intervals: [ScheduleIntervalSpec]
  /// Cron expressions, as ``CronExpression`` reads them. A schedule that is described shows them as calendars and
  /// intervals. Here the day of the month and the day of the week both have to match.
  public var cronExpressions: [String]
  /// Times that are left out.
  public var skip: [ScheduleCalendarSpec]
  /// Times before are left out.
  public var startAt: Timestamp?
  /// Times after are left out.
  public var endAt: Timestamp?
  /// The longest delay; each time is delayed by a part of it that follows from the schedule's id and the time, and
  /// never beyond the next time. Default zero.
  public var jitter: Duration
  /// The IANA name of the calendars' time zone; empty means UTC.
  public var timeZoneName: String

  /// Creates a specification. Without calendar, interval and cron expression it names no time: such a schedule acts
  /// only when it is triggered, and like every schedule that has nothing left to do it is deleted seven days after its
  /// last action, unless it is paused.
  public init(
    calendars: [ScheduleCalendarSpec] = [], intervals: [ScheduleIntervalSpec] = [], cronExpressions: [String] = [],
    skip: [ScheduleCalendarSpec] = [], startAt: Timestamp? = nil, endAt: Timestamp? = nil, jitter: Duration = .zero,
    timeZoneName: String = ""
  ) {
    self.calendars = calendars
    self.intervals = intervals
    self.cronExpressions = cronExpressions
    self.skip = skip
    self.startAt = startAt
    self.endAt = endAt
    self.jitter = jitter
    self.timeZoneName = timeZoneName
  }

  /// The same times without cron expressions: they become calendars and intervals, and give their time zone.
  ///
  /// - Throws: what is wrong with an expression, or that time zones contradict each other.
  public func canonicalized() throws(ScheduleSpecError) -> ScheduleSpec {
    var spec = self
    spec.cronExpressions = []
    var zone: (index: Int, name: String)?
    for (index, text) in cronExpressions.enumerated() {
      let expression: CronExpression
      do throws(ScheduleSpecError) {
        expression = try CronExpression(text)
      } catch {
        throw error.within("cronExpressions[\(index)]")
      }
      switch expression.times {
      case .calendar(let calendar, _): spec.calendars.append(calendar)
      case .interval(let interval): spec.intervals.append(interval)
      }
      if let zone, zone.name != expression.timeZoneName {
        throw ScheduleSpecError(
          .timeZone, field: "cronExpressions[\(index)]", value: text,
          expected: "the same time zone in all cron expressions, '\(zone.name)' as in cronExpressions[\(zone.index)]")
      }
      zone = (index, expression.timeZoneName)
    }
    if let zone, !zone.name.isEmpty {
      if !timeZoneName.isEmpty, timeZoneName != zone.name {
        throw ScheduleSpecError(
          .timeZone, field: "timeZoneName", value: timeZoneName,
          expected: "no time zone, or '\(zone.name)' as in cronExpressions[\(zone.index)]")
      }
      spec.timeZoneName = zone.name
    }
    return spec
  }

  /// The next times after `time`, in order.
  ///
  /// - Parameters:
  ///   - count: how many at most.
  ///   - scheduleID: the schedule whose jitter applies.
  /// - Throws: what is wrong with the specification.
  public func nextTimes(after time: Timestamp, count: Int, scheduleID: String = "") throws(ScheduleSpecError)
    -> [ScheduledTime]
  {
    let compiled = try CompiledScheduleSpec(self, scheduleID: scheduleID)
    var times: [ScheduledTime] = []
    var last = time
    while times.count < count, let next = compiled.next(after: last) {
      times.append(next)
      last = next.nominal
    }
    return times
  }
}

/// A time of a schedule.
public struct ScheduledTime: Hashable, Sendable {
  /// The time that the specification names.
  public var nominal: Timestamp
  /// The nominal time with its jitter: when the action is due.
  public var due: Timestamp

  /// Creates a time.
  public init(nominal: Timestamp, due: Timestamp) {
    self.nominal = nominal
    self.due = due
  }
}
