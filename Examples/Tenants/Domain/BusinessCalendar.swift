internal import ExampleSupport
internal import Foundation

/// Counts working time.
///
/// Days are taken in the schedule's time zone; an hour that a change of the clock leaves out is no working time, one
/// that happens twice counts twice.
struct BusinessCalendar: Sendable {
  /// How far it looks ahead.
  static let horizonDays = 365

  private let isAlways: Bool
  private let zone: TimeZone
  private let week: [[Range<Int>]]
  private let holidays: Set<CivilDay>
  /// Month times 100 plus day.
  private let recurring: Set<Int>

  /// - Throws: ``TenantError`` that names what is wrong with the schedule.
  init(_ hours: BusinessHours) throws {
    guard let zone = TimeZone(identifier: hours.timezone) else {
      throw TenantError(
        .validation, "timezone is '\(hours.timezone)'; write an IANA name such as Europe/London")
    }
    var week = Array(repeating: [Range<Int>](), count: 7)
    for entry in hours.entries {
      let minutes = try BusinessHours.minutes(of: entry)
      if entry.isEnabled { week[entry.dayOfWeek].append(minutes) }
    }
    var holidays: Set<CivilDay> = []
    var recurring: Set<Int> = []
    for holiday in hours.holidays {
      guard let day = CivilDay(holiday.date) else {
        throw TenantError(.validation, "a holiday's date is '\(holiday.date)'; write YYYY-MM-DD")
      }
      if holiday.isRecurring { recurring.insert(day.month * 100 + day.day) } else { holidays.insert(day) }
    }
    if !hours.is24x7, week.allSatisfy(\.isEmpty) {
      throw TenantError(.validation, "the business hours have no working time; enable an entry or set is24x7")
    }
    isAlways = hours.is24x7
    self.zone = zone
    self.week = week.map(BusinessCalendar.merged)
    self.holidays = holidays
    self.recurring = recurring
  }

  /// When so much working time will have passed.
  ///
  /// - Throws: ``TenantError`` if that is more than ``horizonDays`` away.
  func moment(after working: Duration, from start: Moment) throws -> Moment {
    if working <= .zero { return start }
    if isAlways { return start + working }
    var rest = working
    for span in spans(from: start) {
      let length = span.end - span.start
      if length >= rest { return span.start + rest }
      rest = rest - length
    }
    throw TenantError(
      .validation, "\(working) of working time take more than \(Self.horizonDays) days; shorten the target")
  }

  /// How much working time there is between two times; zero if `end` is not later.
  func workingTime(from start: Moment, to end: Moment) -> Duration {
    if end <= start { return .zero }
    if isAlways { return end - start }
    var sum = Duration.zero
    for span in spans(from: start) {
      if span.start >= end { break }
      sum = sum + (min(span.end, end) - span.start)
    }
    return sum
  }

  /// The stretches of working time from a time on, cut off at the beginning.
  private func spans(from start: Moment) -> some Sequence<(start: Moment, end: Moment)> {
    let first = localDay(of: start)
    return (first...first + Self.horizonDays).lazy.flatMap { day in
      working(on: day).map { minutes in
        (start: max(start, instant(day, minutes.lowerBound)), end: instant(day, minutes.upperBound))
      }.filter { $0.start < $0.end }
    }
  }

  private func working(on number: Int) -> [Range<Int>] {
    let day = CivilDay(number: number)
    if holidays.contains(day) || recurring.contains(day.month * 100 + day.day) { return [] }
    return week[day.dayOfWeek]
  }

  private func localDay(of moment: Moment) -> Int {
    let seconds = floorDivide(Int(moment.microseconds), 1_000_000)
    return floorDivide(seconds + offset(at: seconds), 86_400)
  }

  /// The time at which a clock in the zone shows so many minutes of a day; if it never does, that of the change.
  private func instant(_ day: Int, _ minute: Int) -> Moment {
    let local = day * 86_400 + minute * 60
    var seconds = local - offset(at: local)
    let corrected = local - offset(at: seconds)
    // In the gap of a change the two guesses never agree; the later one is after the gap.
    seconds = local - offset(at: corrected) == corrected ? corrected : max(seconds, corrected)
    return Moment(microseconds: Int64(seconds) * 1_000_000)
  }

  private func offset(at seconds: Int) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
  }

  private static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var merged: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}

private func floorDivide(_ number: Int, _ divisor: Int) -> Int {
  let quotient = number / divisor
  return number % divisor < 0 ? quotient - 1 : quotient
}
