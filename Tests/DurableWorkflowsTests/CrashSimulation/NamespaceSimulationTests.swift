internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Runs of several namespaces, killed at every durable write.
@Suite("Crashes at every write: namespaces", .timeLimit(.minutes(5)))
struct NamespaceSimulationTests {
  private var options: CrashSimulationOptions {
    var options = CrashSimulationOptions()
    options.configure = { $0.namespaces = [WorkflowNamespace("north")] }
    return options
  }

  @Test("the same ids in two namespaces, with children, activities and signals of each")
  func sameIDs() async throws {
    try await simulate(
      [Resident.self], activities: ["place": { _ in Resident.place }], options: options
    ) { life in
      var handles: [WorkflowHandle<Resident>] = []
      for client in [life.client, life.client(namespace: "north")] {
        handles.append(try await client.start(Resident.self, id: "r", input: 1))
      }
      try await life.sleep(until: .minutes(1))
      var results: [String] = []
      for handle in handles {
        let client = handle.client
        let child = client.handle(for: Resident.self, id: "resident-0")
        try await child.signal(name: "tell", input: [argument("word of \(client.namespace)")])
        results.append(try await handle.result())
      }
      #expect(
        results == ["default", "north"].map { "\($0), \($0), \($0) heard word of \($0) under \($0)" })
      return results
    }
  }

  @Test("a schedule of the same id in two namespaces")
  func schedules() async throws {
    let schedule = try schedule(
      ScheduleSpec(intervals: [ScheduleIntervalSpec(every: .hours(1))]),
      state: ScheduleState(limitedActions: true, remainingActions: 2), input: ScheduledWork.Input(minutes: 5))
    try await simulate([ScheduledWork.self], options: options) { life in
      var counts: [Int64] = []
      let clients = [life.client, life.client(namespace: "north")]
      for client in clients { _ = try await client.createSchedule(id: "s", schedule) }
      try await life.sleep(until: .minutes(200))
      for client in clients {
        let handle = client.scheduleHandle(id: "s")
        // A schedule that has nothing left to do would be deleted after a week.
        try await handle.pause()
        counts.append(try await handle.describe().info.actionCount)
      }
      #expect(counts == [2, 2])
      return counts
    }
  }
}
