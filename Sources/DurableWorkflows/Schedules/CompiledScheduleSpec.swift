/// A specification prepared for searching.
struct CompiledScheduleSpec: Hashable, Sendable {
  private struct Interval: Hashable, Sendable {
    var every: Int64
    var offset: Int64
  }

  private let scheduleID: String
  private var calendars: [CalendarMatcher] = []
  private var intervals: [Interval] = []
  private var skip: [CalendarMatcher] = []
  private let startAt: Timestamp?
  private let endAt: Timestamp?
  private let zone: ScheduleTimeZone
  /// The longest delay.
  let jitter: Duration

  /// - Throws: what is wrong with the specification.
  init(_ source: ScheduleSpec, scheduleID: String) throws(ScheduleSpecError) {
    let spec = try source.canonicalized()
    self.scheduleID = scheduleID
    zone = try ScheduleTimeZone(named: spec.timeZoneName)
    startAt = spec.startAt
    endAt = spec.endAt
    jitter = spec.jitter
    guard jitter >= .zero else {
      throw ScheduleSpecError(.duration, field: "jitter", value: "\(jitter)", expected: "zero or more")
    }
    for (index, calendar) in spec.calendars.enumerated() {
      calendars.append(try CompiledScheduleSpec.matcher(calendar, "calendars[\(index)]"))
    }
    for (index, calendar) in spec.skip.enumerated() {
      skip.append(try CompiledScheduleSpec.matcher(calendar, "skip[\(index)]"))
    }
    for (index, interval) in spec.intervals.enumerated() {
      guard interval.every >= .seconds(1), interval.every <= .days(36_525) else {
        throw ScheduleSpecError(
          .duration, field: "intervals[\(index)].every", value: "\(interval.every)",
          expected: "at least 1 second and at most 100 years")
      }
      guard interval.offset >= .zero, interval.offset < interval.every else {
        throw ScheduleSpecError(
          .duration, field: "intervals[\(index)].offset", value: "\(interval.offset)",
          expected: "zero or more, and less than the interval of \(interval.every)")
      }
      intervals.append(Interval(every: interval.every.components.seconds, offset: interval.offset.components.seconds))
    }
  }

  private static func matcher(_ calendar: ScheduleCalendarSpec, _ field: String) throws(ScheduleSpecError)
    -> CalendarMatcher
  {
    do throws(ScheduleSpecError) {
      return try CalendarMatcher(calendar)
    } catch {
      throw error.within(field)
    }
  }

  /// How many times in a row may be left out before the search is given up.
  private static let longestSearch = 10_000

  /// What a search gave.
  enum SearchResult: Hashable, Sendable {
    case found(ScheduledTime)
    /// There is no further time.
    case ended
    /// More times were left out in a row than the search follows: up to this one at least there is none.
    case givenUp(Timestamp)
  }

  /// The first time whose nominal time is after `time`; `nil` if there is none, or none within reach.
  func next(after time: Timestamp) -> ScheduledTime? {
    guard case .found(let next) = search(after: time) else { return nil }
    return next
  }

  /// Looks for the first time whose nominal time is after `time`.
  func search(after time: Timestamp) -> SearchResult {
    var after = time.seconds
    if let startAt { after = max(after, (startAt + .nanoseconds(-1)).seconds) }
    for _ in 0..<CompiledScheduleSpec.longestSearch {
      guard let second = nextNamed(after: after) else { return .ended }
      let nominal = Timestamp(nanosecondsSinceEpoch: second * 1_000_000_000)
      if let endAt, nominal > endAt { return .ended }
      guard let lastSkipped = lastSkipped(from: second) else {
        return .found(ScheduledTime(nominal: nominal, due: nominal + delay(of: nominal)))
      }
      after = lastSkipped
    }
    return .givenUp(Timestamp(nanosecondsSinceEpoch: after * 1_000_000_000))
  }

  /// The delay of a nominal time: a part of the jitter that is the same whenever it is computed, and that ends before
  /// the next time.
  private func delay(of nominal: Timestamp) -> Duration {
    guard jitter > .zero else { return .zero }
    var limit = jitter
    if let following = nextNamed(after: nominal.seconds) { limit = min(limit, .seconds(following - nominal.seconds)) }
    let milliseconds = UInt64(limit.inNanoseconds / 1_000_000)
    let hash = jitterHash(scheduleID, UInt64(bitPattern: nominal.seconds))
    return .milliseconds(Int64(hash.multipliedFullWidth(by: milliseconds).high))
  }

  /// The first second after `second` that a calendar or an interval names, whether or not it is left out.
  private func nextNamed(after second: Int64) -> Int64? {
    var result: Int64?
    for calendar in calendars {
      if let next = calendar.next(after: second, in: zone) { result = min(result ?? next, next) }
    }
    for interval in intervals {
      let (steps, overflow) = (floorDivide(second - interval.offset, interval.every) + 1)
        .multipliedReportingOverflow(by: interval.every)
      if overflow { continue }
      let (next, overflowInSum) = steps.addingReportingOverflow(interval.offset)
      if overflowInSum || next >= endOfTime { continue }
      result = min(result ?? next, next)
    }
    return result
  }

  /// If a second is left out: the last of the seconds from it on that are left out with it.
  private func lastSkipped(from second: Int64) -> Int64? {
    if skip.isEmpty { return nil }
    let stretch = zone.stretch(containing: second)
    var last: Int64?
    for calendar in skip {
      guard let end = calendar.lastOfRun(from: second + stretch.offset) else { continue }
      last = max(last ?? second, min(end - stretch.offset, stretch.end - 1))
    }
    return last
  }
}

/// 2101-01-01T00:00:00Z.
private let endOfTime =
  CivilDate(year: CalendarField.years.upperBound + 1, month: 1, day: 1).daysSinceEpoch * secondsOfDay

extension CalendarMatcher {
  /// The first second since the epoch, after `second`, at which the clock of `zone` shows a matching time.
  func next(after second: Int64, in zone: ScheduleTimeZone) -> Int64? {
    // Within a stretch of constant offset local time runs like UTC. Between stretches it jumps, by less than two days.
    let longestJump = 2 * secondsOfDay
    var start = second + 1
    while true {
      let stretch = zone.stretch(containing: start)
      if let local = first(from: start + stretch.offset), local - stretch.offset < stretch.end {
        return local - stretch.offset
      }
      guard stretch.end < .max, let local = first(from: stretch.end + stretch.offset - longestJump) else { return nil }
      start = max(stretch.end, local - stretch.offset - longestJump)
    }
  }
}

/// A hash that is the same in every process: FNV-1a of the bytes, mixed so that all bits depend on all of them.
private func jitterHash(_ text: String, _ number: UInt64) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
    hash = (hash ^ (number >> shift & 0xFF)) &* 0x0000_0100_0000_01b3
  }
  hash = (hash ^ hash >> 30) &* 0xbf58_476d_1ce4_e5b9
  hash = (hash ^ hash >> 27) &* 0x94d0_49bb_1331_11eb
  return hash ^ hash >> 31
}
