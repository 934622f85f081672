internal import DurableWorkflows
internal import InMemoryTracing
internal import Testing
internal import WorkflowTesting
internal import WorkflowTracing

/// Traced workflows, killed at every durable write: spans are no part of their history.
@Suite("Tracing and crashes", .timeLimit(.minutes(2)))
struct TracingSimulationTests {
  @Test("a journey with its leg")
  func journey() async throws {
    var options = CrashSimulationOptions()
    options.configure = { $0.interceptors = [TracingInterceptor(tracer: InMemoryTracer())] }
    let activities: ActivityStubs = ["book": { try $0.decode(0, as: String.self) }, "look": { _ in "seen" }]
    let report = try await CrashSimulation.run(
      workflows: [Journey.self, Leg.self], activities: { [activities] }, options: options,
      drive: { client in
        let journey = try await client.start(Journey.self, id: "j", input: "onward")
        let leg = try await client.start(Leg.self, id: "l", input: "Lisbon")
        let before = try await leg.executeUpdate(Leg.change, "Porto")
        try await leg.signal(Leg.go)
        return [try await journey.result(), before, try await leg.result()]
      })
    #expect(report.workflowTypes == ["Journey", "Leg"])
  }
}
