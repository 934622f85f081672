internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// The other workflows of this target, killed at every durable write.
@Suite("Crashes at every write", .timeLimit(.minutes(2)))
struct SimulatedTestWorkflowTests {
  @Test("a nap, a wait and an addition")
  func environment() async throws {
    let report = try await CrashSimulation.run(
      workflows: [Napping.self, Waiting.self, Adding.self], activities: { [Calculator()] },
      drive: { client in
        let napping = try await client.start(Napping.self, id: "n", input: 60)
        let waiting = try await client.start(Waiting.self, id: "w")
        let sum = try await client.execute(Adding.self, id: "a", input: [1, 2])
        try await waiting.signal(name: "go")
        return ["\(try await napping.result())", try await waiting.result(), "\(sum)"]
      })
    #expect(report.workflowTypes == ["Napping", "Waiting", "Adding"])
  }

  @Test("steps, one after the other")
  func steps() async throws {
    let report = try await CrashSimulation.run(
      workflows: [Steps.self],
      activities: { [["add": { try $0.decode(0, as: Int.self) + 1 }] as ActivityStubs] },
      drive: { client in try await client.execute(Steps.self, id: "s", input: ["add", "add", "add"]) })
    #expect(report.workflowTypes == ["Steps"])
  }
}
