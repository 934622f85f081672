import DurableWorkflows
import Testing

actor Greeting: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input name: String) async throws -> String {
    let options = ActivityOptions(startToCloseTimeout: .seconds(10))
    async let first: String = context.executeActivity("greet", name, options: options)
    try await context.sleep(for: .milliseconds(20))
    let second: String = try await context.executeActivity("greet", "again", options: options)
    return try await first + ", " + second
  }
}

@Suite struct FirstLightTests {
  @Test func runs() async throws {
    let greet = ActivityDefinition("greet") { arguments in "hi \(try arguments.decode(0, as: String.self))" }
    let engine = try await WorkflowEngine.open(
      directory: "x", workflows: [Greeting.self], activities: [], extra: [greet], options: WorkflowEngineOptions())
    let result = try await engine.client.execute(Greeting.self, id: "g1", input: "bob")
    #expect(result == "hi bob, hi again")
    let handle: WorkflowHandle<Greeting> = engine.client.handle(id: "g1")
    for event in try await handle.fetchHistory() { print(event.id, event.time, event.attributes.type) }
    try await engine.shutdown()
  }
}
