internal import DurableWorkflows
internal import Testing

@Suite("Timestamps")
struct TimestampTests {
  @Test(
    "RFC 3339 text",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
      (1_767_225_600_000_000_000, "2026-01-01T00:00:00Z"), (1_709_164_800_000_000_001, "2024-02-29T00:00:00.000000001Z"),
      (.max, "2262-04-11T23:47:16.854775807Z"), (.min, "1677-09-21T00:12:43.145224192Z"),
    ])
  func text(nanoseconds: Int64, text: String) {
    #expect(Timestamp(nanosecondsSinceEpoch: nanoseconds).description == text)
  }

  @Test("arithmetic holds at the ends instead of trapping")
  func ends() {
    let first = Timestamp(nanosecondsSinceEpoch: .min)
    let last = Timestamp.distantFuture
    #expect(last + .days(1) == last)
    #expect(first + .days(-1) == first)
    #expect(Timestamp.epoch + .seconds(Int64.max) == last)
    #expect(first + .nanoseconds(Int64.max) == Timestamp(nanosecondsSinceEpoch: -1))
    #expect(last - first == .nanoseconds(Int64.max) - .nanoseconds(Int64.min))
    #expect((last - first).inNanoseconds == .max)
    #expect((first - last).inNanoseconds == .min)
    #expect(Timestamp.epoch + .milliseconds(1500) - .epoch == .milliseconds(1500))
  }
}
