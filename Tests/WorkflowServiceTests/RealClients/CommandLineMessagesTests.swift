import DurableWorkflows
import Foundation
import Testing
import WorkflowService

/// The unmodified `temporal` command line tool: updates, starts with a message, chains and children.
@Suite("The temporal command line tool: messages, chains, children", .serialized, .timeLimit(.minutes(3)))
struct CommandLineMessagesTests {
  private let tool: ExternalTool

  init() throws { tool = try ExternalTool.temporal }

  private func run(_ command: String, _ more: [String] = [], port: Int) async throws -> String {
    let output = try await attempt(command, more, port: port)
    #expect(output.status == 0, "temporal \(command): \(output.text)")
    return output.text
  }

  private func attempt(_ command: String, _ more: [String] = [], port: Int) async throws -> ExternalTool.Output {
    try await tool.run(
      command.split(separator: " ").map(String.init) + more + ["--address", "127.0.0.1:\(port)", "--color", "never"])
  }

  private func serve(_ body: @Sendable (WorkflowEngine, Int) async throws -> Void) async throws {
    try await withEngine(workflows: Exported.workflows + [Echo.self], activities: Exported.activities) { engine in
      try await withServer(of: engine) { port in try await body(engine, port) }
    }
  }

  @Test("Updates are executed, started, refused and asked for; they can start their workflow")
  func updates() async throws {
    try await serve { _, port in
      _ = try await run("workflow start --type Messages --workflow-id u1 --task-queue q", port: port)
      let executed = try await run(
        "workflow update execute --workflow-id u1 --name add --update-id U1 --input", [#""one""#], port: port)
      #expect(executed.contains("U1"))
      #expect(executed.contains("Result"), "\(executed)")
      let refused = try await attempt(
        "workflow update execute --workflow-id u1 --name add --input", [#""""#], port: port)
      #expect(refused.status != 0)
      #expect(refused.text.contains("empty"), "\(refused.text)")
      let started = try await run(
        "workflow update start --workflow-id u1 --name add --update-id U2 --wait-for-stage accepted --input",
        [#""two""#], port: port)
      #expect(started.contains("U2"))
      let result = try await run("workflow update result --workflow-id u1 --update-id U2 -o json", port: port)
      #expect(result.contains("2"), "\(result)")
      let described = try await run("workflow update describe --workflow-id u1 --update-id U1 -o json", port: port)
      #expect(described.contains("COMPLETED") || described.contains("Completed"), "\(described)")
      let unknown = try await attempt("workflow update result --workflow-id u1 --update-id nothing", port: port)
      #expect(unknown.text.contains(#"update "nothing" not found"#), "\(unknown.text)")

      let both = try await run(
        "workflow execute-update-with-start --type Messages --workflow-id u2 --task-queue q --id-conflict-policy UseExisting "
          + "--update-name add --update-id U3 --update-input", [#""three""#], port: port)
      #expect(both.contains("U3"), "\(both)")
    }
  }

  @Test("Runs are reset to their first and last task and to an event")
  func reset() async throws {
    try await serve { engine, port in
      let handle = try await engine.client.start(Messages.self, id: "r1")
      _ = try await handle.executeUpdate(Messages.add, "one")
      try await handle.signal(Messages.finish)
      _ = try await handle.result()
      for type in ["--type FirstWorkflowTask", "--type LastWorkflowTask", "--event-id 4"] {
        let reset = try await run("workflow reset --workflow-id r1 \(type) --reason", ["again"], port: port)
        #expect(reset.contains("Resetting workflow r1 to event ID"), "\(reset)")
        let result = try await run("workflow result --workflow-id r1", port: port)
        #expect(result.contains("COMPLETED"), "\(result)")
      }
    }
  }

  @Test("Signal-with-start, delays, children and handlers are shown")
  func others() async throws {
    try await serve { engine, port in
      _ = try await run(
        "workflow signal-with-start --type Waiting --workflow-id s1 --task-queue q --signal-name finish", port: port)
      let result = try await run("workflow result --workflow-id s1", port: port)
      #expect(result.contains("COMPLETED"), "\(result)")

      _ = try await run(
        "workflow start --type Waiting --workflow-id d1 --task-queue q --start-delay 1h", port: port)
      _ = try await run("workflow terminate --workflow-id d1", port: port)

      _ = try await run(
        "workflow start --type ChildZoo --workflow-id p1 --task-queue q --input", [#""""#], port: port)
      try await untilRunning("p1-terminated", engine)
      let parent = try await run("workflow describe --workflow-id p1", port: port)
      #expect(parent.contains("p1-terminated"), "\(parent)")
      let child = try await run("workflow describe --workflow-id p1-terminated -o json", port: port)
      #expect(child.contains(#""parentExecution""#), "\(child)")
      _ = try await run("workflow terminate --workflow-id p1-terminated", port: port)

      _ = try await run("workflow start --type Messages --workflow-id m1 --task-queue q", port: port)
      let metadata = try await run("workflow metadata --workflow-id m1 -o json", port: port)
      for name in ["finish", "values", "add"] { #expect(metadata.contains("\"\(name)\""), "\(metadata)") }
    }
  }
}
