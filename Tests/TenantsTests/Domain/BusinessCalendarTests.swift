import DurableWorkflows
import ExampleSupport
import Testing

@testable import Tenants

/// Scenario 16: when working time is over.
@Suite("The business calendar")
struct BusinessCalendarTests {
  private static func moment(_ text: String) throws -> Moment { try #require(Moment(text)) }

  /// The wake time of a response of so many hours.
  private static func wake(
    _ start: String,
    hours: Int,
    threshold: Int = 100,
    pause: Int = 0,
    _ schedule: BusinessHours
  ) throws -> String {
    let request = WakeRequest(
      phase: .response,
      targetMinutes: hours * 60,
      threshold: threshold,
      startedAt: try moment(start),
      now: try moment(start),
      pauseMinutes: pause,
      hours: schedule
    )
    return try request.answer().wakeTime.description
  }

  // 2026-01-02 is a Friday.
  @Test("Friday afternoon leads to Monday, a holiday to Tuesday, a recurring one in every year")
  func weekend() throws {
    let weekdays = BusinessHours.weekdays()
    #expect(try Self.wake("2026-01-02T16:00:00Z", hours: 2, weekdays) == "2026-01-05T09:00:00Z")
    let holiday = BusinessHours.weekdays(holidays: [.init(date: "2026-01-05")])
    #expect(try Self.wake("2026-01-02T16:00:00Z", hours: 2, holiday) == "2026-01-06T09:00:00Z")
    #expect(try Self.wake("2026-01-02T16:00:00Z", hours: 2, threshold: 50, holiday) == "2026-01-02T17:00:00Z")
    let recurring = BusinessHours.weekdays(holidays: [.init(date: "2019-01-05", isRecurring: true)])
    #expect(try Self.wake("2026-01-02T16:00:00Z", hours: 2, recurring) == "2026-01-06T09:00:00Z")
    let other = BusinessHours.weekdays(holidays: [.init(date: "2019-01-05")])
    #expect(try Self.wake("2026-01-02T16:00:00Z", hours: 2, other) == "2026-01-05T09:00:00Z")
  }

  @Test("pauses are added as time of the clock; without business hours all time counts")
  func pauses() throws {
    #expect(try Self.wake("2026-01-02T16:00:00Z", hours: 2, pause: 30, .weekdays()) == "2026-01-05T09:30:00Z")
    #expect(try Self.wake("2026-01-02T16:00:00Z", hours: 2, .always) == "2026-01-02T18:00:00Z")
    #expect(try Self.wake("2026-01-02T16:00:00Z", hours: 2, pause: 30, .always) == "2026-01-02T18:30:00Z")
  }

  @Test("days are those of the zone, before and after its clocks change")
  func zones() throws {
    let newYork = BusinessHours.weekdays(timezone: "America/New_York")
    // 08:00 in New York is 13:00 in winter and 12:00 in summer.
    #expect(try Self.wake("2026-01-05T12:00:00Z", hours: 1, newYork) == "2026-01-05T14:00:00Z")
    #expect(try Self.wake("2026-07-06T11:00:00Z", hours: 1, newYork) == "2026-07-06T13:00:00Z")
    // Friday 16:00 to Monday 09:00, over the Sunday on which New York changes to summer time.
    #expect(try Self.wake("2026-03-06T21:00:00Z", hours: 2, newYork) == "2026-03-09T13:00:00Z")
    let london = BusinessHours.weekdays(timezone: "Europe/London")
    #expect(try Self.wake("2026-03-27T16:00:00Z", hours: 2, london) == "2026-03-30T08:00:00Z")
    #expect(try Self.wake("2026-10-23T15:00:00Z", hours: 2, london) == "2026-10-26T09:00:00Z")
  }

  @Test("an hour that is left out is no working time, one that comes twice counts twice")
  func change() throws {
    let nights = BusinessHours(
      timezone: "Europe/London",
      entries: (0...6).map { .init(dayOfWeek: $0, startTime: "00:00", endTime: "24:00") }
    )
    // 2026-03-29 has 23 hours in London, 2026-10-25 has 25.
    let calendar = try BusinessCalendar(nights)
    let spring = try (Self.moment("2026-03-29T00:00:00Z"), Self.moment("2026-03-29T23:00:00Z"))
    #expect(calendar.workingTime(from: spring.0, to: spring.1) == .hours(23))
    let autumn = try (Self.moment("2026-10-24T23:00:00Z"), Self.moment("2026-10-26T00:00:00Z"))
    #expect(calendar.workingTime(from: autumn.0, to: autumn.1) == .hours(25))
    let gap = BusinessHours(
      timezone: "Europe/London",
      entries: [.init(dayOfWeek: 0, startTime: "01:00", endTime: "02:00")]
    )
    let none = try BusinessCalendar(gap)
    #expect(none.workingTime(from: spring.0, to: spring.1) == .zero)
  }

  @Test("the working time up to the moment after it is what was asked for, on 500 random days")
  func inverse() throws {
    var generator = SystemRandomNumberGenerator()
    let calendars = try ["America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"].map {
      try BusinessCalendar(.weekdays("07:30", to: "18:15", timezone: $0, holidays: [.init(date: "2026-05-01")]))
    }
    for _ in 0..<500 {
      let second = Int64.random(in: 1_760_000_000..<1_790_000_000, using: &generator)
      let start = Moment(microseconds: second * 1_000_000)
      let minutes = Int.random(in: 1...5000, using: &generator)
      for calendar in calendars {
        let end = try calendar.moment(after: .seconds(minutes * 60), from: start)
        #expect(calendar.workingTime(from: start, to: end) == .seconds(minutes * 60), "\(start) + \(minutes) min")
        #expect(calendar.workingTime(from: start, to: end - .seconds(1)) < .seconds(minutes * 60))
      }
    }
  }

  @Test("a schedule that is wrong is refused with what is wrong")
  func refusals() throws {
    let cases: [(BusinessHours, String)] = [
      (.weekdays(timezone: "Mars/Olympus"), "timezone"), (.weekdays("8", to: "17:00"), "startTime"),
      (.weekdays("08:00", to: "24:01"), "endTime"), (.weekdays("17:00", to: "08:00"), "two entries"),
      (BusinessHours(timezone: "UTC"), "no working time"),
      (.weekdays(holidays: [.init(date: "2026-02-30")]), "YYYY-MM-DD"),
      (
        BusinessHours(timezone: "UTC", entries: [.init(dayOfWeek: 7, startTime: "08:00", endTime: "09:00")]),
        "dayOfWeek"
      ),
    ]
    for (hours, words) in cases {
      let error = #expect(throws: TenantError.self) { _ = try BusinessCalendar(hours) }
      #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }
    let hour = BusinessHours(timezone: "UTC", entries: [.init(dayOfWeek: 1, startTime: "08:00", endTime: "09:00")])
    let error = #expect(throws: TenantError.self) { _ = try Self.wake("2026-01-05T08:00:00Z", hours: 60, hour) }
    #expect(error?.message.contains("365 days") == true)
  }
}
