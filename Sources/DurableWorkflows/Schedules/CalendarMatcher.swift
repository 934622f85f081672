/// A calendar prepared for searching: its fields as bit sets.
///
/// Local times are seconds since 1970-01-01T00:00:00 on the calendar's own clock.
struct CalendarMatcher: Hashable, Sendable {
  /// How the two fields for days combine.
  enum DayRule: Hashable, Sendable {
    /// Both have to match, as in Temporal's schedules.
    case both
    /// Either is enough, as in crontab when both are given.
    case either
  }

  private var seconds: UInt64
  private var minutes: UInt64
  private var hours: UInt64
  private var daysOfMonth: UInt64
  private var months: UInt64
  private var daysOfWeek: UInt64
  /// Bit 0 is the year 2000; `nil` means every year.
  private var years: UInt128?
  private var dayRule: DayRule

  /// - Throws: a range with values that its field does not have, or a field without a range.
  init(_ calendar: ScheduleCalendarSpec, dayRule: DayRule = .both) throws(ScheduleSpecError) {
    seconds = UInt64(truncatingIfNeeded: try bits(calendar.second, .second))
    minutes = UInt64(truncatingIfNeeded: try bits(calendar.minute, .minute))
    hours = UInt64(truncatingIfNeeded: try bits(calendar.hour, .hour))
    daysOfMonth = UInt64(truncatingIfNeeded: try bits(calendar.dayOfMonth, .dayOfMonth))
    months = UInt64(truncatingIfNeeded: try bits(calendar.month, .month))
    daysOfWeek = UInt64(truncatingIfNeeded: try bits(calendar.dayOfWeek, .dayOfWeek))
    years = calendar.year.isEmpty ? nil : try bits(calendar.year, .year)
    self.dayRule = dayRule
    guard calendar.comment.utf8.count <= 200 else {
      throw ScheduleSpecError(.comment, field: "comment", value: calendar.comment, expected: "at most 200 bytes")
    }
  }

  /// The first local time from `time` on that matches, up to the end of the last year; `nil` if there is none.
  func first(from time: Int64) -> Int64? {
    let day = floorDivide(time, secondsOfDay)
    let date = CivilDate(daysSinceEpoch: day)
    if matches(date, day: day), let second = firstSecond(from: Int(time - day * secondsOfDay)) {
      return day * secondsOfDay + Int64(second)
    }
    guard let next = firstDay(from: day + 1), let second = firstSecond(from: 0) else { return nil }
    return next * secondsOfDay + Int64(second)
  }

  /// If `time` matches: the last local time up to which all times of its minute, hour or day match; otherwise `nil`.
  func lastOfRun(from time: Int64) -> Int64? {
    let day = floorDivide(time, secondsOfDay)
    let second = Int(time - day * secondsOfDay)
    guard matches(CivilDate(daysSinceEpoch: day), day: day), hours.has(second / 3600), minutes.has(second / 60 % 60),
      seconds.has(second % 60)
    else { return nil }
    guard seconds == allOf60 else { return time }
    guard minutes == allOf60 else { return time + Int64(59 - second % 60) }
    guard hours == allOf24 else { return time + Int64(3599 - second % 3600) }
    return (day + 1) * secondsOfDay - 1
  }

  private func matches(_ date: CivilDate, day: Int64) -> Bool {
    hasYear(date.year) && months.has(date.month)
      && matchesDay(date.day, dayOfWeek: CivilDate.dayOfWeek(daysSinceEpoch: day))
  }

  private func matchesDay(_ day: Int, dayOfWeek: Int) -> Bool {
    switch dayRule {
    case .both: daysOfMonth.has(day) && daysOfWeek.has(dayOfWeek)
    case .either: daysOfMonth.has(day) || daysOfWeek.has(dayOfWeek)
    }
  }

  private func hasYear(_ year: Int) -> Bool {
    guard year <= CalendarField.years.upperBound else { return false }
    guard let years else { return true }
    return year >= CalendarField.years.lowerBound && years >> (year - CalendarField.years.lowerBound) & 1 == 1
  }

  /// The first matching day from `day` on.
  private func firstDay(from day: Int64) -> Int64? {
    var date = CivilDate(daysSinceEpoch: day)
    while date.year <= CalendarField.years.upperBound {
      while hasYear(date.year), date.month <= 12 {
        if months.has(date.month) {
          let firstOfMonth = CivilDate(year: date.year, month: date.month, day: 1).daysSinceEpoch
          for number in date.day..<(CivilDate.days(inMonth: date.month, of: date.year) + 1) {
            let candidate = firstOfMonth + Int64(number - 1)
            if matchesDay(number, dayOfWeek: CivilDate.dayOfWeek(daysSinceEpoch: candidate)) { return candidate }
          }
        }
        date.month += 1
        date.day = 1
      }
      date = CivilDate(year: date.year + 1, month: 1, day: 1)
    }
    return nil
  }

  /// The first matching second of a day from `second` on.
  private func firstSecond(from second: Int) -> Int? {
    let (fromHour, fromMinute, fromSecond) = (second / 3600, second / 60 % 60, second % 60)
    if hours.has(fromHour) {
      if minutes.has(fromMinute), let found = seconds.first(from: fromSecond) {
        return fromHour * 3600 + fromMinute * 60 + found
      }
      if let minute = minutes.first(from: fromMinute + 1) {
        return fromHour * 3600 + minute * 60 + seconds.trailingZeroBitCount
      }
    }
    guard let hour = hours.first(from: fromHour + 1) else { return nil }
    return hour * 3600 + minutes.trailingZeroBitCount * 60 + seconds.trailingZeroBitCount
  }
}

let secondsOfDay: Int64 = 86_400
private let allOf60: UInt64 = (1 << 60) - 1
private let allOf24: UInt64 = (1 << 24) - 1

extension UInt64 {
  fileprivate func has(_ value: Int) -> Bool { self >> UInt64(value) & 1 == 1 }

  /// The smallest member from `value` on.
  fileprivate func first(from value: Int) -> Int? {
    guard value < 64 else { return nil }
    let rest = self >> UInt64(value)
    return rest == 0 ? nil : value + rest.trailingZeroBitCount
  }
}

/// The values of a field's ranges as a bit set; years count from 2000.
private func bits(_ ranges: [ScheduleRange], _ field: CalendarField) throws(ScheduleSpecError) -> UInt128 {
  let values = field.values
  func error(_ range: ScheduleRange, _ expected: String) -> ScheduleSpecError {
    ScheduleSpecError(.range, field: field.rawValue, value: "\(range)", expected: expected)
  }
  guard !ranges.isEmpty else {
    throw ScheduleSpecError(.range, field: field.rawValue, value: "", expected: "at least one range")
  }
  let origin = field == .year ? values.lowerBound : 0
  var result: UInt128 = 0
  for range in ranges {
    guard values.contains(range.start), values.contains(range.end) else {
      throw error(range, "values from \(values.lowerBound) to \(values.upperBound)")
    }
    guard range.end >= range.start else { throw error(range, "an end that is not before its start") }
    guard range.step >= 1 else { throw error(range, "a step of at least 1") }
    for value in stride(from: range.start, through: range.end, by: range.step) { result |= 1 << (value - origin) }
  }
  return result
}
