internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

@Suite("The quick start", .timeLimit(.minutes(1)))
struct GreetingTests {
  @Test("whatever kills it, everybody is greeted twice", arguments: [1, 2, 3])
  func crashes(seed: UInt64) async throws {
    let report = try await CrashSimulation.run(
      workflows: [Greeting.self], activities: { [Letters()] }, seed: seed,
      drive: { client in
        let letter = try await client.execute(Greeting.self, id: "greeting-1", input: "Ada")
        #expect(letter == "Hello, Ada! It is Hello, again!")
        return letter
      })
    #expect(report.workflowTypes == ["Greeting"])
    #expect(report.crashPoints > report.durableCalls)
  }
}
