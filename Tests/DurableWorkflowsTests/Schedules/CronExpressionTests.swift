internal import Testing

@testable internal import DurableWorkflows

@Suite("Cron expressions")
struct CronExpressionTests {
  @Test(
    "the next time",
    arguments: [
      ("*/15 * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:15:00Z"),
      ("0 12 * * MON-FRI", "2026-01-02T12:00:00Z", "2026-01-05T12:00:00Z"),
      ("0 0 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"),
      ("0 0 * * 5-7", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"),
      ("0 0 * * sun,Tue", "2026-01-04T00:00:00Z", "2026-01-06T00:00:00Z"),
      ("5/20 * * * *", "2026-01-01T00:05:00Z", "2026-01-01T00:25:00Z"),
      ("5/20 * * * *", "2026-01-01T00:45:00Z", "2026-01-01T01:05:00Z"),
      ("0 0 1 JAN ?", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
      ("0 0 29 feb *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
      ("0 0 29 2 *", "2096-03-01T00:00:00Z", nil),
      ("0 0 31 * *", "2026-04-01T00:00:00Z", "2026-05-31T00:00:00Z"),
      ("59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
      ("0 0 30 2 *", "2026-01-01T00:00:00Z", nil),
      ("0 9 * * * 2030", "2026-01-01T00:00:00Z", "2030-01-01T09:00:00Z"),
      ("0 9 * * * 2020-2024/2", "2026-01-01T00:00:00Z", nil),
      ("30 */10 * * * * *", "2026-01-01T00:00:30Z", "2026-01-01T00:10:30Z"),
      ("@yearly", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
      ("@annually # once", "2026-05-01T00:00:00Z", "2027-01-01T00:00:00Z"),
      ("@monthly", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
      ("@weekly", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"),
      ("@daily", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
      ("@midnight", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"),
      ("@hourly", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"),
      ("@every 1h30m", "2026-01-01T00:00:07Z", "2026-01-01T01:30:07Z"),
      ("CRON_TZ=America/Sao_Paulo 0 9 * * *", "2026-01-01T12:00:00Z", "2026-01-02T12:00:00Z"),
      ("  TZ=Asia/Kolkata   0 0 * * *  ", "2026-01-01T00:00:00Z", "2026-01-01T18:30:00Z"),
      // Both fields for days are given: either is enough.
      ("0 0 13 * FRI", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
      ("0 0 13 * FRI", "2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z"),
      ("0 0 ? * FRI", "2026-01-12T00:00:00Z", "2026-01-16T00:00:00Z"),
    ])
  func next(text: String, after: String, expected: String?) throws {
    let expression = try CronExpression(text)
    #expect(expression.next(after: Timestamp(after)) == expected.map { Timestamp($0) })
    #expect(expression.description == text)
  }

  @Test("a fraction of a second does not hide the next second")
  func fraction() throws {
    let everySecond = try CronExpression("* * * * * * *")
    #expect(everySecond.next(after: .epoch + .nanoseconds(1)) == .epoch + .seconds(1))
    #expect(everySecond.next(after: Timestamp(nanosecondsSinceEpoch: -1)) == .epoch)
    let everyMinute = try CronExpression("@every 1m")
    #expect(
      everyMinute.next(after: Timestamp(nanosecondsSinceEpoch: 1_500_000_000))
        == Timestamp(nanosecondsSinceEpoch: 61_000_000_000))
  }

  @Test("the ends of time are no trap", arguments: ["* * * * *", "* * * * * * *", "@every 99999d", "0 0 29 2 1"])
  func ends(text: String) throws {
    let expression = try CronExpression(text)
    _ = expression.next(after: Timestamp(nanosecondsSinceEpoch: .min))
    #expect(text.hasPrefix("@") || expression.next(after: .distantFuture) == nil)
  }

  @Test(
    "what is wrong is named with its place",
    arguments: [
      ("", "", 0), ("* * * *", "", 7), ("* * * * * * * *", "", 14), ("61 * * * *", "minute", 0),
      ("* 24 * * *", "hour", 2), ("* * 0 * *", "dayOfMonth", 4), ("* * 32 * *", "dayOfMonth", 4),
      ("* * * 13 *", "month", 6), ("* * * JANUS *", "month", 6), ("* * * ja *", "month", 6),
      ("* * * * 8", "dayOfWeek", 8), ("* * * * m", "dayOfWeek", 8), ("* * * * * 1999", "year", 10),
      ("* * * * * 2101", "year", 10), ("60 * * * * * *", "second", 0), ("5-3 * * * *", "minute", 2),
      ("1-2-3 * * * *", "minute", 4), ("1/2/3 * * * *", "minute", 4), ("*/0 * * * *", "minute", 2),
      ("*/ * * * *", "minute", 2), ("*/x * * * *", "minute", 2), ("1,,2 * * * *", "minute", 2),
      ("1, * * * *", "minute", 2), ("-1 * * * *", "minute", 0), ("+1 * * * *", "minute", 0), ("? * * * *", "minute", 0),
      ("* * L * *", "dayOfMonth", 4), ("* * 15W * *", "dayOfMonth", 4), ("0 0 * * MON#2", "dayOfWeek", 8),
      ("99999999999999999999 * * * *", "minute", 0), ("١ * * * *", "minute", 0), ("@often", "", 0), ("@Daily", "", 0),
      ("@daily 5", "", 7), ("@every", "", 6), ("@every 5", "every", 7), ("@every 5x", "every", 7),
      ("@every -5m", "every", 7), ("@every 999ms", "every", 7), ("@every 0s", "every", 7), ("@every 5m/", "offset", 10),
      ("@every 5m/5m", "offset", 10), ("@every 5m/1m/1m", "offset", 13), ("@every 9999999999d", "every", 7),
      ("@every 5m x", "", 10), ("TZ= * * * * *", "timeZoneName", 0), ("TZ=Mars/Base * * * * *", "timeZoneName", 3),
      ("CRON_TZ=CST * * * * *", "timeZoneName", 8), ("TZ=UTC", "", 6), ("# nothing", "", 9),
    ])
  func errors(text: String, field: String, position: Int) throws {
    let error = try #require(throws: ScheduleSpecError.self) { try CronExpression(text) }
    #expect(error.field == field)
    #expect(error.position == position)
    #expect(!error.expected.isEmpty)
    #expect(error.description.contains(error.expected))
  }

  @Test("an error says what would be right")
  func explanation() throws {
    let error = try #require(throws: ScheduleSpecError.self) { try CronExpression("0 12 * * MOND,funday") }
    #expect(
      error.description
        == "dayOfWeek at character 15 is 'funday'; expected a day of the week, 0 to 7 or SUN to SAT")
  }

  @Test("random text gives an expression or an error", arguments: 0..<2000)
  func noise(seed: Int) {
    var random = SeededValues(seed: UInt64(seed))
    let alphabet = Array("0123456789*/,-?@#= \tJANMONjue./TZ=évery")
    let text = String((0..<random.below(30)).map { _ in alphabet[random.below(alphabet.count)] })
    do throws(ScheduleSpecError) {
      _ = try CronExpression(text).next(after: .epoch)
    } catch {
      #expect(error.position.map { 0...text.count ~= $0 } ?? false, "\(text): \(error)")
    }
  }
}
