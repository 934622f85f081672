internal import DurableWorkflows
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// A schedule and the run that it starts become durable together.
@Suite("Crashes of schedules", .timeLimit(.minutes(2)))
struct ScheduleCrashTests {
  @Test("whichever call of the journal fails, each time starts one run")
  func anyCall() async throws {
    let calls = try await run(failing: nil)
    #expect(calls > 20)
    for call in 1...calls { _ = try await run(failing: call) }
  }

  /// - Returns: how many calls nine hours of work make.
  private func run(failing call: Int?) async throws -> Int {
    try await withSchedules { env in
      let handle = try await env.client.createSchedule(
        id: "s",
        try schedule(
          ScheduleSpec(cronExpressions: ["@hourly"]), policy: SchedulePolicy(overlap: .bufferAll),
          input: ScheduledWork.Input(minutes: 65)))
      let fileSystem = env.fileSystem
      let first = fileSystem.callCount
      if let call { fileSystem.failCall(first + call, errno: 5, sticky: true) }
      let sleeping = Task { try await env.sleep(for: .hours(9)) }
      let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
      let engine = env.engine
      Task {
        _ = try? await engine.waitUntilEnded()
        continuation.yield()
      }
      Task {
        _ = await sleeping.result
        continuation.yield()
      }
      for await _ in ends { break }
      let calls = fileSystem.callCount - first
      try await env.restart(.powerLoss(.synced))
      try await sleeping.value
      try await env.sleep(for: .hours(3))
      let times = try await startTimes(env)
      #expect(times.count == 11, "call \(call ?? 0)")
      #expect(times.sorted() == (1..<(times.count + 1)).map { "2026-01-01T\($0 < 10 ? "0" : "")\($0):00:00Z" })
      #expect(try await handle.describe().info.actionCount == Int64(times.count))
      return calls
    }
  }
}
