import Testing

@testable import CPG1

@Suite struct CivilDateTests {
  @Test func everyDayOfFourCenturiesRoundTrips() {
    var day = CivilDate(year: 1899, month: 12, day: 31)?.dayNumber ?? 0
    let last = CivilDate(year: 2301, month: 1, day: 1)?.dayNumber ?? 0
    var previous = CivilDate(dayNumber: day)
    while day < last {
      day += 1
      let date = CivilDate(dayNumber: day)
      #expect(CivilDate(date.description) == date)
      if date.month != previous.month { #expect(date.components.day == 1) }
      previous = date
    }
  }

  @Test(arguments: [
    "2025-02-29", "2025-13-01", "2025-00-10", "2025-1-01", "25-01-01", "2025-01-01 ", "", "2025/01/01",
    "2025-04-31", "0000-01-01", "2025-01-0a",
  ])
  func otherTextsAreNoDates(_ text: String) { #expect(CivilDate(text) == nil) }

  @Test func monthsAndYears() throws {
    let leap = try #require(CivilDate("2024-02-29"))
    #expect(leap.lastOfMonth == leap)
    #expect(leap.firstOfNextMonth.description == "2024-03-01")
    #expect(leap.yearEarlier.description == "2023-02-28")
    #expect(CivilDate("2024-12-31")?.firstOfNextMonth.description == "2025-01-01")
    #expect(CivilDate("1970-01-01")?.dayNumber == 0)
  }

  @Test func timestamps() throws {
    let moment = try #require(CivilTimestamp("2025-09-30 23:59:59"))
    #expect(moment.description == "2025-09-30 23:59:59")
    #expect(CivilTimestamp("2025-09-30T23:59:59") == moment)
    #expect(moment.date.description == "2025-09-30")
    #expect(CivilTimestamp("2025-09-30 23:59:59.1234567")?.description == "2025-09-30 23:59:59.123456")
    #expect(CivilTimestamp("1969-12-31 23:59:59")?.date.description == "1969-12-31")
    for text in ["2025-09-30 24:00:00", "2025-09-30 23:60:00", "2025-09-30 1:00:00", "2025-09-30 23:59:59."] {
      #expect(CivilTimestamp(text) == nil, "\(text)")
    }
  }
}
