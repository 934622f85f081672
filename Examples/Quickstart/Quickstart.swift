import DurableWorkflows

/// Runs one greeting; run again after a kill, it goes on with it.
@main
struct Quickstart {
  static func main() async throws {
    let engine = try await WorkflowEngine.open(
      directory: "run/quickstart", workflows: [Greeting.self], activities: [Letters()])
    var options = WorkflowClient.StartOptions()
    options.idConflictPolicy = .useExisting
    print(try await engine.client.execute(Greeting.self, id: "greeting-1", input: "Ada", options: options))
    try await engine.shutdown()
  }
}
