#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif
internal import Foundation
internal import Testing

@testable internal import DurableWorkflows

/// The search for the next time gives what stepping through time, second by second, would give.
@Suite("Schedule times, at random")
struct ScheduleTimesPropertyTests {
  /// A field of a calendar, as text and as the set of its values.
  private struct Field {
    var text: String
    var values: Set<Int>
  }

  private struct Calendar {
    var fields: [CalendarField: Field]
    var isEitherDay: Bool

    var text: String {
      let order: [CalendarField] = [.second, .minute, .hour, .dayOfMonth, .month, .dayOfWeek, .year]
      return order.compactMap { fields[$0]?.text }.joined(separator: " ")
    }

    /// Asks the C library for the date of a local time.
    func matches(local: Int64) -> Bool {
      var seconds = time_t(local)
      var date = tm()
      gmtime_r(&seconds, &date)
      func has(_ field: CalendarField, _ value: Int32) -> Bool { fields[field]?.values.contains(Int(value)) ?? false }
      guard has(.second, date.tm_sec), has(.minute, date.tm_min), has(.hour, date.tm_hour),
        has(.month, date.tm_mon + 1), has(.year, date.tm_year + 1900)
      else { return false }
      let day = has(.dayOfMonth, date.tm_mday)
      let dayOfWeek = has(.dayOfWeek, date.tm_wday)
      return isEitherDay ? day || dayOfWeek : day && dayOfWeek
    }
  }

  private static let zones = [
    "America/Sao_Paulo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "America/St_Johns",
    "Pacific/Apia", "Africa/Casablanca", "Asia/Beirut",
  ]

  @Test("cron expressions and calendars, around changes of the clock", arguments: zones, 0..<5)
  func comparison(zone name: String, seed: Int) throws {
    let zone = try #require(TimeZone(identifier: name))
    var random = SeededValues(seed: name.utf8.reduce(UInt64(seed)) { $0 &* 31 &+ UInt64($1) })
    for _ in 0..<10 {
      let start = try someTime(in: zone, &random)
      let calendar = someCalendar(&random)
      let expression = try CronExpression("TZ=\(name) \(calendar.text)")
      var both = calendar
      both.isEitherDay = false
      let spec = ScheduleSpec(cronExpressions: ["TZ=\(name) \(calendar.text)"])
      let horizon = start + 30 * 3600
      for (rule, next) in [
        (calendar, expression.next(after: time(start))),
        (both, try spec.nextTimes(after: time(start), count: 1).first?.nominal),
      ] {
        let expected = reference(rule, in: zone, after: start, until: horizon)
        if let expected {
          #expect(next == time(expected), "\(calendar.text) after \(time(start)) in \(name)")
        } else {
          #expect(next.map { $0 >= time(horizon) } ?? true, "\(calendar.text) after \(time(start)) in \(name)")
        }
      }
    }
  }

  @Test("unions with intervals, less exclusions", arguments: zones, 0..<3)
  func unions(zone name: String, seed: Int) throws {
    let zone = try #require(TimeZone(identifier: name))
    var random = SeededValues(seed: name.utf8.reduce(UInt64(seed)) { $0 &* 37 &+ UInt64($1) })
    for _ in 0..<6 {
      let start = try someTime(in: zone, &random)
      let named = (0..<1 + random.below(2)).map { _ in someCalendar(&random) }
      let skipped = (0..<random.below(3)).map { _ in someCalendar(&random) }
      let every = 60 * Int64(1 + random.below(600)) + Int64(random.below(60))
      let offset = Int64(random.below(Int(every)))
      var spec = ScheduleSpec(
        intervals: [ScheduleIntervalSpec(every: .seconds(every), offset: .seconds(offset))],
        cronExpressions: named.map(\.text), timeZoneName: name)
      spec.skip = try ScheduleSpec(cronExpressions: skipped.map(\.text)).canonicalized().calendars
      let horizon = start + 86_400
      var found: [Int64] = []
      for second in start + 1..<horizon {
        let local = second + Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
        func isIn(_ calendars: [Calendar]) -> Bool {
          calendars.contains { calendar in
            var calendar = calendar
            calendar.isEitherDay = false
            return calendar.matches(local: local)
          }
        }
        let remainder = (second - offset) % every
        if remainder == 0 || isIn(named), !isIn(skipped) { found.append(second) }
        if found.count == 20 { break }
      }
      let times = try spec.nextTimes(after: time(start), count: 20).map(\.nominal).filter { $0 < time(horizon) }
      #expect(times == found.map { time($0) }, "\(spec) after \(time(start))")
    }
  }

  @Test("civil dates agree with the C library")
  func civilDates() {
    for day in stride(from: -800_000 as Int64, to: 1_200_000, by: 37) {
      var seconds = time_t(day * 86_400)
      var date = tm()
      gmtime_r(&seconds, &date)
      let civil = CivilDate(daysSinceEpoch: day)
      #expect(civil == CivilDate(year: Int(date.tm_year) + 1900, month: Int(date.tm_mon) + 1, day: Int(date.tm_mday)))
      #expect(civil.daysSinceEpoch == day)
      #expect(CivilDate.dayOfWeek(daysSinceEpoch: day) == Int(date.tm_wday))
    }
  }

  // MARK: Reference

  private func reference(_ calendar: Calendar, in zone: TimeZone, after start: Int64, until horizon: Int64) -> Int64? {
    let step: Int64 = calendar.fields[.second]?.text == "0" ? 60 : 1
    var second = step == 60 ? (start / 60 + 1) * 60 : start + 1
    while second < horizon {
      let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
      if calendar.matches(local: second + offset) { return second }
      second += step
    }
    return nil
  }

  private func time(_ second: Int64) -> Timestamp { Timestamp(nanosecondsSinceEpoch: second * 1_000_000_000) }

  /// A time between 2001 and 2060, often within a day of a change of the clock.
  private func someTime(in zone: TimeZone, _ random: inout SeededValues) throws -> Int64 {
    var second = 978_307_200 + Int64(random.below(59 * 365)) * 86_400 + Int64(random.below(86_400))
    if random.below(4) != 0,
      let change = zone.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: Double(second)))
    {
      second = Int64(change.timeIntervalSince1970) + Int64(random.below(108_000)) - 90_000
    }
    return second
  }

  private func someCalendar(_ random: inout SeededValues) -> Calendar {
    var fields: [CalendarField: Field] = [:]
    fields[.second] = random.below(3) == 0 ? someField(.second, &random) : Field(text: "0", values: [0])
    for field in [CalendarField.minute, .hour] { fields[field] = someField(field, &random) }
    for field in [CalendarField.dayOfMonth, .month, .dayOfWeek, .year] {
      fields[field] =
        random.below(3) == 0 ? someField(field, &random) : Field(text: "*", values: Set(field.values))
    }
    let isEitherDay = fields[.dayOfMonth]?.text != "*" && fields[.dayOfWeek]?.text != "*"
    return Calendar(fields: fields, isEitherDay: isEitherDay)
  }

  private func someField(_ field: CalendarField, _ random: inout SeededValues) -> Field {
    if random.below(5) == 0 { return Field(text: "*", values: Set(field.values)) }
    var texts: [String] = []
    var values: Set<Int> = []
    // Sunday may be written as 7.
    let last = field == .dayOfWeek ? 7 : field.values.upperBound
    let count = field.values.count
    for _ in 0..<1 + random.below(3) {
      let start = field.values.lowerBound + random.below(count)
      let step = 1 + random.below(max(1, count / 3))
      let members: [Int]
      switch random.below(5) {
      case 0, 1:
        texts.append("\(start)")
        members = [start]
      case 2:
        texts.append("*/\(step)")
        members = Array(stride(from: field.values.lowerBound, through: field.values.upperBound, by: step))
      case 3:
        texts.append("\(start)/\(step)")
        members = Array(stride(from: start, through: field.values.upperBound, by: step))
      default:
        let end = start + random.below(last - start + 1)
        texts.append(step == 1 ? "\(start)-\(end)" : "\(start)-\(end)/\(step)")
        members = Array(stride(from: start, through: end, by: step))
      }
      values.formUnion(members.map { field == .dayOfWeek ? $0 % 7 : $0 })
    }
    return Field(text: texts.joined(separator: ","), values: values)
  }
}
