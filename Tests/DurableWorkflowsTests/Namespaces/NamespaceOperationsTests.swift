internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Schedules and batches belong to a namespace.
@Suite("Schedules and batches of namespaces", .timeLimit(.minutes(1)))
struct NamespaceOperationsTests {
  private func scheduleIDs(_ client: WorkflowClient, pageSize: Int = 0) async throws -> [String] {
    var ids: [String] = []
    for try await entry in client.listSchedules(pageSize: pageSize) { ids.append(entry.id) }
    return ids
  }

  private var hourly: Schedule {
    get throws { try schedule(ScheduleSpec(cronExpressions: ["@hourly"])) }
  }

  @Test("the same schedule id in two namespaces: each starts its own runs, and goes when it is deleted")
  func schedules() async throws {
    try await withNamespaces([ScheduledWork.self]) { env in
      let north = env.client(namespace: "north")
      let first = try await env.client.createSchedule(id: "s", hourly)
      try await env.sleep(for: .minutes(61))
      let second = try await north.createSchedule(id: "s", hourly)
      await expect(.alreadyStarted) { _ = try await north.createSchedule(id: "s", hourly) }
      try await env.restart(.kill)
      try await env.sleep(for: .minutes(120))
      #expect(try await first.describe().info.actionCount == 3)
      #expect(try await second.describe().info.actionCount == 2)
      #expect(try await env.client.count() == 3)
      #expect(try await north.count("TemporalScheduledById = 's'") == 2)
      try await env.engine.checkpoint()
      try await env.restart(.powerLoss())
      try await first.delete()
      await expect(.notFound) { _ = try await first.describe() }
      try await env.restart(.kill)
      try await env.sleep(for: .minutes(60))
      #expect(try await second.describe().info.actionCount == 3)
      #expect(try await scheduleIDs(env.client) == [])
      #expect(try await scheduleIDs(north) == ["s"])
    }
  }

  @Test("an overlap policy ends the schedule's run in its own namespace")
  func overlap() async throws {
    try await withNamespaces([ScheduledWork.self]) { env in
      let north = env.client(namespace: "north")
      let long = try schedule(
        ScheduleSpec(cronExpressions: ["@hourly"]), policy: SchedulePolicy(overlap: .terminateOther),
        input: ScheduledWork.Input(minutes: 90))
      for client in [env.client, north] { _ = try await client.createSchedule(id: "s", long) }
      try await env.sleep(for: .minutes(121))
      for client in [env.client, north] {
        #expect(try await client.count("ExecutionStatus = 'Terminated'") == 1)
        #expect(try await client.count("ExecutionStatus = 'Running'") == 1)
      }
    }
  }

  @Test("lists and counts of schedules see their namespace alone, also page by page")
  func lists() async throws {
    try await withNamespaces([ScheduledWork.self]) { env in
      for name in ["default", "north", "south"] {
        for number in 0..<4 {
          _ = try await env.client(namespace: name).createSchedule(id: "\(name.prefix(1))\(number)", hourly)
        }
      }
      for name in ["default", "north", "south"] {
        let client = env.client(namespace: name)
        let expected = (0..<4).map { "\(name.prefix(1))\($0)" }
        #expect(try await scheduleIDs(client) == expected)
        #expect(try await scheduleIDs(client, pageSize: 1) == expected)
        #expect(try await client.frontend.countSchedules(namespace: name, query: "") == 4)
      }
    }
  }

  @Test("the same batch id in two namespaces: each acts on its own runs")
  func batches() async throws {
    try await withNamespaces([Tally.self]) { env in
      let north = env.client(namespace: "north")
      for number in 0..<20 {
        for client in [env.client, north] { _ = try await client.start(Tally.self, id: "t\(number)", input: 0) }
      }
      try await north.startBatch(
        .terminate(), query: "", jobID: "b", reason: "over", maxOperationsPerSecond: 10, matchesEveryRun: true)
      try await env.client.startBatch(
        .signal(name: "finish"), query: "WorkflowId STARTS_WITH 't1'", jobID: "b", maxOperationsPerSecond: 10)
      try await env.sleep(for: .milliseconds(500))
      try await env.engine.checkpoint()
      try await env.restart(.kill)
      try await env.sleep(for: .seconds(10))
      try await env.restart(.powerLoss())
      #expect(try await north.count("ExecutionStatus = 'Terminated'") == 20)
      #expect(try await env.client.count("ExecutionStatus = 'Completed'") == 11)
      #expect(try await env.client.count("ExecutionStatus = 'Running'") == 9)
      let (of, own) = (try await north.describeBatch("b"), try await env.client.describeBatch("b"))
      #expect(of.completeOperationCount == 20 && own.completeOperationCount == 11)
      #expect(try await north.listBatches() == [of])
      #expect(try await env.client.listBatches() == [own])
      await expect(.notFound) { _ = try await env.client(namespace: "south").describeBatch("b") }
    }
  }
}
