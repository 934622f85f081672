internal import Testing

@testable internal import DurableWorkflows

@Suite("Schedule specifications")
struct ScheduleSpecTests {
  private func times(_ spec: ScheduleSpec, after: String, count: Int) throws -> [String] {
    try spec.nextTimes(after: Timestamp(after), count: count).map { "\($0.nominal)" }
  }

  // MARK: Changes of the clock

  @Test("a time that the clock jumps over does not happen that day")
  func gap() throws {
    let spec = ScheduleSpec(
      calendars: [ScheduleCalendarSpec(minute: [30], hour: [2])], timeZoneName: "Europe/Berlin")
    #expect(
      try times(spec, after: "2026-03-27T12:00:00Z", count: 3)
        == ["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z"])
  }

  @Test("a time that the clock shows twice happens twice, as in Temporal")
  func fold() throws {
    let spec = ScheduleSpec(
      calendars: [ScheduleCalendarSpec(minute: [33, 44], hour: [1])], timeZoneName: "America/New_York")
    #expect(
      try times(spec, after: "2026-10-31T12:00:00Z", count: 5) == [
        "2026-11-01T05:33:00Z", "2026-11-01T05:44:00Z", "2026-11-01T06:33:00Z", "2026-11-01T06:44:00Z",
        "2026-11-02T06:33:00Z",
      ])
    // A yearly time that the clock shows twice, looked for between the two.
    let yearly = ScheduleSpec(
      calendars: [ScheduleCalendarSpec(minute: [33], hour: [1], dayOfMonth: [1], month: [11])],
      timeZoneName: "America/New_York")
    #expect(
      try times(yearly, after: "2026-11-01T05:40:00Z", count: 2) == ["2026-11-01T06:33:00Z", "2027-11-01T05:33:00Z"])
  }

  @Test("hourly work goes on every hour through both changes")
  func hourly() throws {
    for start in ["2026-03-28T22:00:00Z", "2026-10-24T22:00:00Z"] {
      let spec = ScheduleSpec(cronExpressions: ["CRON_TZ=Europe/Berlin 0 * * * *"])
      let times = try spec.nextTimes(after: Timestamp(start), count: 8)
      for (index, time) in times.enumerated() { #expect(time.nominal - Timestamp(start) == .hours(index + 1)) }
    }
  }

  @Test("a clock that is changed at midnight, by half an hour, or by a day")
  func unusualChanges() throws {
    let midnight = ScheduleCalendarSpec()
    // 2018-11-04 begins at 01:00 in São Paulo.
    #expect(
      try times(
        ScheduleSpec(calendars: [midnight], timeZoneName: "America/Sao_Paulo"), after: "2018-11-02T12:00:00Z", count: 3)
        == ["2018-11-03T03:00:00Z", "2018-11-05T02:00:00Z", "2018-11-06T02:00:00Z"])
    // On 2019-02-17 the clock goes from 00:00 back to 23:00 of the day before.
    #expect(
      try times(
        ScheduleSpec(calendars: [ScheduleCalendarSpec(minute: [30], hour: [23])], timeZoneName: "America/Sao_Paulo"),
        after: "2019-02-16T12:00:00Z", count: 3)
        == ["2019-02-17T01:30:00Z", "2019-02-17T02:30:00Z", "2019-02-18T02:30:00Z"])
    // Lord Howe changes by half an hour: on 2026-10-04 there is no 02:00 to 02:29.
    let howe = ScheduleSpec(
      calendars: [ScheduleCalendarSpec(minute: [15, 45], hour: [2])], timeZoneName: "Australia/Lord_Howe")
    #expect(
      try times(howe, after: "2026-10-03T00:00:00Z", count: 3)
        == ["2026-10-03T15:45:00Z", "2026-10-04T15:15:00Z", "2026-10-04T15:45:00Z"])
    // Samoa had no 30 December 2011.
    let samoa = ScheduleSpec(
      calendars: [ScheduleCalendarSpec(hour: [12], dayOfMonth: [ScheduleRange(29, through: 31)])],
      timeZoneName: "Pacific/Apia")
    #expect(
      try times(samoa, after: "2011-12-29T00:00:00Z", count: 2) == ["2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z"])
  }

  // MARK: The calendar

  @Test("leap days, also around the century years")
  func leapDays() throws {
    let spec = ScheduleSpec(calendars: [ScheduleCalendarSpec(dayOfMonth: [29], month: [2])])
    #expect(
      try times(spec, after: "2026-01-01T00:00:00Z", count: 2) == ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"])
    #expect(try times(spec, after: "1999-01-01T00:00:00Z", count: 1) == ["2000-02-29T00:00:00Z"])
    #expect(try times(spec, after: "2096-02-29T00:00:00Z", count: 1).isEmpty)
    let monday = ScheduleSpec(calendars: [ScheduleCalendarSpec(dayOfMonth: [29], month: [2], dayOfWeek: [1])])
    #expect(try times(monday, after: "2026-01-01T00:00:00Z", count: 1) == ["2044-02-29T00:00:00Z"])
  }

  @Test("the ends of months and of years")
  func monthEnds() throws {
    let spec = ScheduleSpec(calendars: [ScheduleCalendarSpec(second: [59], minute: [59], hour: [23], dayOfMonth: [31])])
    #expect(
      try times(spec, after: "2026-08-31T23:59:59Z", count: 4) == [
        "2026-10-31T23:59:59Z", "2026-12-31T23:59:59Z", "2027-01-31T23:59:59Z", "2027-03-31T23:59:59Z",
      ])
  }

  @Test("both the day of the month and of the week have to match")
  func fridayThe13th() throws {
    let spec = ScheduleSpec(cronExpressions: ["0 0 13 * FRI"])
    #expect(
      try times(spec, after: "2026-01-01T00:00:00Z", count: 3)
        == ["2026-02-13T00:00:00Z", "2026-03-13T00:00:00Z", "2026-11-13T00:00:00Z"])
  }

  @Test("an impossible calendar ends at once", arguments: ["", "America/New_York", "Australia/Lord_Howe"])
  func impossible(zone: String) throws {
    let spec = ScheduleSpec(
      calendars: [
        ScheduleCalendarSpec(dayOfMonth: [30], month: [2]),
        ScheduleCalendarSpec(dayOfMonth: [31], month: [4, 6, 9, 11]), ScheduleCalendarSpec(year: [2020]),
      ],
      timeZoneName: zone)
    let clock = ContinuousClock()
    let start = clock.now
    for _ in 0..<100 { #expect(try times(spec, after: "2026-01-01T00:00:00Z", count: 1).isEmpty) }
    #expect(clock.now - start < .seconds(5))
  }

  // MARK: Intervals, exclusions and bounds

  @Test("intervals count from the epoch")
  func intervals() throws {
    let spec = ScheduleSpec(intervals: [
      ScheduleIntervalSpec(every: .days(28), offset: .days(3) + .hours(5) + .minutes(23))
    ])
    #expect(
      try times(spec, after: "2022-02-01T00:00:00Z", count: 2) == ["2022-02-20T05:23:00Z", "2022-03-20T05:23:00Z"])
    #expect(try times(spec, after: "2022-02-20T05:23:00Z", count: 1) == ["2022-03-20T05:23:00Z"])
  }

  @Test("calendars and intervals together give each time once")
  func union() throws {
    let spec = ScheduleSpec(
      calendars: [ScheduleCalendarSpec(minute: [10])], intervals: [ScheduleIntervalSpec(every: .hours(12))],
      cronExpressions: ["@every 6h/10m"])
    #expect(
      try times(spec, after: "2026-01-01T00:00:00Z", count: 5) == [
        "2026-01-01T00:10:00Z", "2026-01-01T06:10:00Z", "2026-01-01T12:00:00Z", "2026-01-01T12:10:00Z",
        "2026-01-01T18:10:00Z",
      ])
  }

  @Test("times that are skipped are left out, whole days at a time")
  func skip() throws {
    let all = [ScheduleRange(0, through: 59)]
    let spec = ScheduleSpec(
      intervals: [ScheduleIntervalSpec(every: .seconds(1))],
      skip: [
        ScheduleCalendarSpec(second: all, minute: all, hour: [ScheduleRange(0, through: 23)], month: [1]),
        ScheduleCalendarSpec(second: all, minute: all, hour: [ScheduleRange(0, through: 6)]),
        ScheduleCalendarSpec(second: all, minute: [0], hour: [7]),
        ScheduleCalendarSpec(second: [0], minute: [1], hour: [7]),
      ])
    #expect(
      try times(spec, after: "2026-01-01T00:00:00Z", count: 2) == ["2026-02-01T07:01:01Z", "2026-02-01T07:01:02Z"])
    let holidays = ScheduleSpec(
      cronExpressions: ["0 9 * * MON-FRI"], skip: [ScheduleCalendarSpec(hour: [9], dayOfMonth: [25], month: [12])],
      timeZoneName: "America/Sao_Paulo")
    #expect(
      try times(holidays, after: "2026-12-24T00:00:00Z", count: 2) == ["2026-12-24T12:00:00Z", "2026-12-28T12:00:00Z"])
  }

  @Test("a search through nothing but skipped times is given up")
  func endless() throws {
    let half = ScheduleRange(0, through: 29)
    let otherHalf = ScheduleRange(30, through: 59)
    let spec = ScheduleSpec(
      intervals: [ScheduleIntervalSpec(every: .seconds(1))],
      skip: [half, otherHalf].map {
        ScheduleCalendarSpec(
          second: [$0], minute: [ScheduleRange(0, through: 59)], hour: [ScheduleRange(0, through: 23)])
      })
    guard case .givenUp(let end) = try CompiledScheduleSpec(spec, scheduleID: "").search(after: .epoch) else {
      Issue.record("there is no time that is not left out")
      return
    }
    #expect(end > .epoch + .hours(1))
    let everything = ScheduleSpec(
      intervals: [ScheduleIntervalSpec(every: .days(365))],
      skip: [
        ScheduleCalendarSpec(
          second: [ScheduleRange(0, through: 59)], minute: [ScheduleRange(0, through: 59)],
          hour: [ScheduleRange(0, through: 23)])
      ])
    #expect(try CompiledScheduleSpec(everything, scheduleID: "").search(after: .epoch) == .ended)
  }

  @Test("start and end belong to the schedule")
  func bounds() throws {
    var spec = ScheduleSpec(
      cronExpressions: ["@daily"], startAt: Timestamp("2026-01-03T00:00:00Z"), endAt: Timestamp("2026-01-04T00:00:00Z"))
    let expected = ["2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"]
    #expect(try times(spec, after: "2020-01-01T00:00:00Z", count: 9) == expected)
    spec.startAt = Timestamp("2026-01-03T00:00:00Z") + .nanoseconds(1)
    spec.endAt = Timestamp("2026-01-05T00:00:00Z") + .nanoseconds(-1)
    #expect(try times(spec, after: "2020-01-01T00:00:00Z", count: 9) == ["2026-01-04T00:00:00Z"])
  }

  @Test("without times there is none")
  func empty() throws {
    #expect(try times(ScheduleSpec(), after: "2026-01-01T00:00:00Z", count: 1).isEmpty)
  }

  // MARK: Jitter

  @Test("jitter follows from id and time, spreads, and never reaches the next time")
  func jitter() throws {
    let spec = ScheduleSpec(cronExpressions: ["*/10 * * * *"], jitter: .hours(1))
    let start = Timestamp("2026-01-01T00:00:00Z")
    let times = try spec.nextTimes(after: start, count: 2000, scheduleID: "a")
    #expect(try spec.nextTimes(after: start, count: 2000, scheduleID: "a") == times)
    #expect(try spec.nextTimes(after: times[999].nominal, count: 1000, scheduleID: "a") == Array(times[1000...]))
    #expect(try spec.nextTimes(after: start, count: 2000, scheduleID: "b") != times)
    let delays = times.map { $0.due - $0.nominal }
    #expect(delays.allSatisfy { $0 >= .zero && $0 < .minutes(10) })
    for tenth in 0..<10 {
      let share = delays.count { $0 >= .minutes(tenth) && $0 < .minutes(tenth + 1) }
      #expect(150...250 ~= share, "\(share) of 2000 in minute \(tenth)")
    }
    let short = try ScheduleSpec(cronExpressions: ["@hourly"], jitter: .seconds(5))
      .nextTimes(after: start, count: 500, scheduleID: "a")
    #expect(short.allSatisfy { $0.due >= $0.nominal && $0.due - $0.nominal < .seconds(5) })
  }

  // MARK: Cron expressions and errors

  @Test("cron expressions become calendars and intervals")
  func canonical() throws {
    let spec = try ScheduleSpec(cronExpressions: [
      "CRON_TZ=Europe/Berlin 0 9-17/2 * * MON,5-7 # office", "TZ=Europe/Berlin @every 2h/15m",
    ]).canonicalized()
    #expect(spec.cronExpressions.isEmpty)
    #expect(spec.timeZoneName == "Europe/Berlin")
    #expect(
      spec.calendars == [
        ScheduleCalendarSpec(
          hour: [ScheduleRange(9, through: 17, step: 2)], dayOfWeek: [1, 0, ScheduleRange(5, through: 6)],
          comment: "office")
      ])
    #expect(spec.intervals == [ScheduleIntervalSpec(every: .hours(2), offset: .minutes(15))])
    #expect(try spec.canonicalized() == spec)
  }

  @Test(
    "what is wrong is named with its field",
    arguments: [
      (ScheduleSpec(cronExpressions: ["@daily", "0 25 * * *"]), "cronExpressions[1].hour"),
      (ScheduleSpec(cronExpressions: ["TZ=UTC @daily", "@daily"]), "cronExpressions[1]"),
      (ScheduleSpec(cronExpressions: ["TZ=UTC @daily"], timeZoneName: "Europe/Berlin"), "timeZoneName"),
      (ScheduleSpec(timeZoneName: "Europe/Berlino"), "timeZoneName"),
      (ScheduleSpec(timeZoneName: "europe/berlin"), "timeZoneName"),
      (ScheduleSpec(timeZoneName: "IST"), "timeZoneName"),
      (ScheduleSpec(timeZoneName: "GMT+3"), "timeZoneName"),
      (ScheduleSpec(calendars: [ScheduleCalendarSpec(hour: [24])]), "calendars[0].hour"),
      (ScheduleSpec(calendars: [ScheduleCalendarSpec(hour: [ScheduleRange(5, through: 4)])]), "calendars[0].hour"),
      (ScheduleSpec(calendars: [ScheduleCalendarSpec(hour: [ScheduleRange(5, step: 0)])]), "calendars[0].hour"),
      (ScheduleSpec(calendars: [ScheduleCalendarSpec(hour: [ScheduleRange(0, through: .max)])]), "calendars[0].hour"),
      (ScheduleSpec(calendars: [ScheduleCalendarSpec(), ScheduleCalendarSpec(minute: [])]), "calendars[1].minute"),
      (ScheduleSpec(calendars: [ScheduleCalendarSpec(year: [1999])]), "calendars[0].year"),
      (ScheduleSpec(calendars: [ScheduleCalendarSpec(dayOfWeek: [7])]), "calendars[0].dayOfWeek"),
      (
        ScheduleSpec(calendars: [ScheduleCalendarSpec(comment: String(repeating: "x", count: 201))]),
        "calendars[0].comment"
      ),
      (ScheduleSpec(skip: [ScheduleCalendarSpec(dayOfMonth: [0])]), "skip[0].dayOfMonth"),
      (ScheduleSpec(intervals: [ScheduleIntervalSpec(every: .milliseconds(999))]), "intervals[0].every"),
      (ScheduleSpec(intervals: [ScheduleIntervalSpec(every: .seconds(Int64.max))]), "intervals[0].every"),
      (ScheduleSpec(intervals: [ScheduleIntervalSpec(every: .seconds(-5))]), "intervals[0].every"),
      (ScheduleSpec(intervals: [ScheduleIntervalSpec(every: .hours(1), offset: .hours(1))]), "intervals[0].offset"),
      (ScheduleSpec(intervals: [ScheduleIntervalSpec(every: .hours(1), offset: .seconds(-1))]), "intervals[0].offset"),
      (ScheduleSpec(jitter: .seconds(-1)), "jitter"),
    ])
  func errors(spec: ScheduleSpec, field: String) throws {
    let error = try #require(throws: ScheduleSpecError.self) { try spec.nextTimes(after: .epoch, count: 1) }
    #expect(error.field == field)
    #expect(!error.expected.isEmpty)
  }

  @Test(
    "names of zones that the IANA database has",
    arguments: ["UTC", "Etc/UTC", "US/Pacific", "EST", "Etc/GMT+3", "Cuba"])
  func zones(name: String) throws {
    _ = try ScheduleTimeZone(named: name)
  }
}
