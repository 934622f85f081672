internal import Testing
internal import WorkflowTesting

@testable internal import DurableWorkflows

/// Workflows that begin again and again by a cron expression.
@Suite("Cron schedules of workflows", .timeLimit(.minutes(1)))
struct CronScheduleTests {
  @Test(
    "the delay of the next run",
    arguments: [
      ("@hourly", "2026-01-01T00:10:00Z", nil, 3000), ("@hourly", "2026-01-01T00:00:00Z", nil, 3600),
      ("@every 90m", "2026-01-01T00:10:00Z", nil, 5400),
      // The run took until a time of the expression: the next run begins at once.
      ("@hourly", "2026-01-01T02:00:00Z", "2026-01-01T01:00:00Z", 0),
      ("@hourly", "2026-01-01T01:00:00Z", "2026-01-01T01:00:00Z", 3600),
      ("@hourly", "2026-01-01T03:30:00Z", "2026-01-01T01:00:00Z", 1800),
      // Intervals keep their step.
      ("@every 90m", "2026-01-01T01:00:00Z", "2026-01-01T00:00:00Z", 1800),
      ("@every 90m", "2026-01-01T03:00:00Z", "2026-01-01T00:00:00Z", 0),
      ("@every 90m", "2026-01-01T03:00:01Z", "2026-01-01T00:00:00Z", 5399),
      // The run ended before it began.
      ("@hourly", "2026-01-01T00:30:00Z", "2026-01-01T01:00:00Z", 1800),
    ] as [(String, String, String?, Int)])
  func delay(text: String, now: String, last: String?, seconds: Int) {
    let delay = CronSchedule.delay(of: text, after: Timestamp(now), from: last.map { Timestamp($0) })
    #expect(delay == .seconds(seconds))
  }

  @Test("an expression that is wrong, or names no time, is refused", arguments: ["61 * * * *", "0 0 30 2 *", "x"])
  func refusal(text: String) async throws {
    #expect(throws: ScheduleSpecError.self) { try CronSchedule.check(text) }
    try await withSchedules { env in
      await expect(.invalidArgument) {
        _ = try await env.client.start(
          ScheduledWork.self, id: "w", input: ScheduledWork.Input(), options: .init(cronSchedule: text))
      }
    }
  }

  @Test("the chain runs at the expression's times and hands results on")
  func chain() async throws {
    try await withSchedules { env in
      _ = try await env.client.start(
        ScheduledWork.self, id: "w", input: ScheduledWork.Input(minutes: 90),
        options: .init(cronSchedule: "CRON_TZ=America/New_York 0 * * * *"))
      try await env.sleep(for: .minutes(150))
      try await env.restart(.kill)
      try await env.sleep(for: .hours(24 - 2))
      var starts: [Timestamp] = []
      var results: [Int] = []
      for try await info in env.client.list(query: "ORDER BY StartTime DESC") where info.status == .completed {
        let run = env.client.handle(for: ScheduledWork.self, id: "w", runID: info.execution.runID)
        // Waiting for a result would follow the chain.
        guard case .workflowExecutionCompleted(let result, _, let next) = try await run.fetchHistory().last?.attributes
        else { continue }
        #expect(!next.isEmpty)
        results.append(try JSONPayloadConverter().value(of: try #require(result.first), as: Int.self))
        starts.append(info.closeTime.map { $0 + .minutes(-90) } ?? .epoch)
      }
      #expect(starts.count == 12)
      let expected = starts.indices.map { Timestamp("2026-01-01T01:00:00Z") + .hours(2 * $0) }
      #expect(Array(starts.reversed()) == expected)
      #expect(Array(results.reversed()) == Array(1...starts.count))
    }
  }
}
