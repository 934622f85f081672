import DurableWorkflows
import Foundation
import Testing
import WorkflowService

/// The unmodified `temporal` command line tool against an engine.
@Suite("The temporal command line tool", .serialized, .timeLimit(.minutes(3)))
struct CommandLineTests {
  private let tool: ExternalTool

  init() throws { tool = try ExternalTool.temporal }

  /// Runs a command that must succeed and returns what it prints.
  private func run(_ command: String, _ more: [String] = [], port: Int) async throws -> String {
    let output = try await attempt(command, more, port: port)
    #expect(output.status == 0, "temporal \(command): \(output.text)")
    return output.text
  }

  private func attempt(_ command: String, _ more: [String] = [], port: Int) async throws -> ExternalTool.Output {
    try await tool.run(
      command.split(separator: " ").map(String.init) + more + ["--address", "127.0.0.1:\(port)", "--color", "never"])
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
  }

  @Test("A run's life: start, query, signal, describe, result, show, list, count")
  func life() async throws {
    try await withEngine { engine in
      try await withServer(of: engine) { port in
        let start = try await run(
          "workflow start --type Checkout --workflow-id w1 --task-queue q --input", [#""book""#], port: port)
        #expect(start.contains("w1"))
        // A second start of the id is answered with the run that is there.
        let again = try await run(
          "workflow start --type Checkout --workflow-id w1 --task-queue q --input", [#""book""#], port: port)
        let runID = try await engine.describeWorkflowExecution(
          DescribeWorkflowExecutionRequest(execution: WorkflowExecution(workflowID: "w1"))
        ).info.execution.runID
        #expect(start.contains(runID))
        #expect(again.contains(runID))

        let empty = try await run("workflow query --workflow-id w1 --type approvals", port: port)
        #expect(empty.contains(#""""#))
        let unknown = try await attempt("workflow query --workflow-id w1 --type nonsense", port: port)
        #expect(unknown.status != 0)
        #expect(unknown.text.contains("[approvals broken]"), "\(unknown.text)")
        let broken = try await attempt("workflow query --workflow-id w1 --type broken", port: port)
        #expect(broken.text.contains("the query is broken"))

        let running = try await run("workflow describe --workflow-id w1 -o json", port: port)
        #expect(running.contains("WORKFLOW_EXECUTION_STATUS_RUNNING"))
        _ = try await run("workflow signal --workflow-id w1 --name approve --input", [#""Ann""#], port: port)
        let result = try await run("workflow result --workflow-id w1 -o json", port: port)
        #expect(try json(result)["result"] as? String == "charged book approved by Ann")
        #expect(try json(result)["status"] as? String == "COMPLETED")
        let answer = try await run("workflow query --workflow-id w1 --type approvals", port: port)
        #expect(answer.contains(#""Ann""#))

        let described = try await run("workflow describe --workflow-id w1", port: port)
        #expect(described.contains("COMPLETED"))
        #expect(described.contains("charged book approved by Ann"))

        let shown = try await run("workflow show --workflow-id w1", port: port)
        for type in ["WorkflowExecutionStarted", "ActivityTaskScheduled", "WorkflowExecutionSignaled"] {
          #expect(shown.contains(type))
        }
        let reversed = try await run("workflow show --workflow-id w1 --reverse", port: port)
        #expect(reversed.contains("WorkflowExecutionCompleted"))
        let history = try await run("workflow show --workflow-id w1 -o json", port: port)
        let exported = try await engine.client.history(of: WorkflowExecution(workflowID: "w1"))
        let read = try HistoryJSON.events(Data(history.utf8))
        #expect(read.map(\.id) == exported.map(\.id))
        #expect(read.map(\.attributes.type) == exported.map(\.attributes.type))

        _ = try await run(
          "workflow start --type Checkout --workflow-id w2 --task-queue q --input", [#""pen""#], port: port)
        let list = try await run("workflow list", port: port)
        let lines = list.split(separator: "\n").filter { $0.contains("Checkout") }
        #expect(lines.count == 2)
        #expect(lines.first?.contains("w2") == true, "the newest is first: \(list)")
        let filtered = try await run("workflow list --query", ["ExecutionStatus = 'Running'"], port: port)
        #expect(!filtered.contains("w1"))
        let count = try await run("workflow count", port: port)
        #expect(count.contains("2"))
        let groups = try await run("workflow count --query", ["GROUP BY ExecutionStatus"], port: port)
        #expect(groups.contains("Running"), "\(groups)")
        #expect(groups.contains("Completed"))
      }
    }
  }

  @Test("Execute waits and prints the result, also of failures")
  func execute() async throws {
    try await withEngine { engine in
      try await withServer(of: engine) { port in
        let text = try await run(
          "workflow execute --type Echo --workflow-id e1 --task-queue q --input", [#""hello""#], port: port)
        #expect(text.contains("COMPLETED"))
        #expect(text.contains("echo hello"))

        async let failing = attempt(
          "workflow execute --type Checkout --workflow-id e2 --task-queue q --input", [#""x""#], port: port)
        try await untilRunning("e2", engine)
        _ = try await run("workflow signal --workflow-id e2 --name approve --input", [#""nobody""#], port: port)
        let failed = try await failing
        #expect(failed.status != 0)
        #expect(failed.text.contains("nobody approved"), "\(failed.text)")
      }
    }
  }

  @Test("Cancel and terminate end runs; a closed run says so")
  func ending() async throws {
    try await withEngine { engine in
      try await withServer(of: engine) { port in
        for id in ["c1", "t1"] {
          _ = try await run(
            "workflow start --type Checkout --workflow-id \(id) --task-queue q --input", [#""x""#], port: port)
        }
        _ = try await run("workflow cancel --workflow-id c1", port: port)
        let canceled = try await attempt("workflow result --workflow-id c1", port: port)
        #expect(canceled.text.uppercased().contains("CANCELED"), "\(canceled.text)")
        _ = try await run("workflow cancel --workflow-id c1", port: port)

        _ = try await run("workflow terminate --workflow-id t1 --reason", ["enough"], port: port)
        let terminated = try await attempt("workflow result --workflow-id t1 -o json", port: port)
        #expect(terminated.status != 0)
        #expect(terminated.text.contains("EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED"), "\(terminated.text)")
        #expect(terminated.text.contains("enough"))
        let again = try await attempt("workflow terminate --workflow-id t1", port: port)
        #expect(again.status != 0)
        #expect(again.text.contains("workflow execution already completed"))
        let missing = try await attempt("workflow describe --workflow-id nothing", port: port)
        #expect(missing.text.contains("workflow not found for ID: nothing"))
        let unregistered = try await attempt(
          "workflow start --type Nonsense --workflow-id n --task-queue q", port: port)
        #expect(unregistered.text.contains("registered: [Checkout, Echo]"), "\(unregistered.text)")
      }
    }
  }

  @Test("The operator's commands")
  func operators() async throws {
    try await withEngine { engine in
      try await withServer(of: engine) { port in
        let health = try await run("operator cluster health", port: port)
        #expect(health.contains("SERVING"))
        let system = try await run("operator cluster system", port: port)
        #expect(system.contains("1.29.0"))
        let cluster = try await run("operator cluster describe", port: port)
        #expect(cluster.contains("journal"))
        let namespaces = try await run("operator namespace list", port: port)
        #expect(namespaces.contains("default"))
        let namespace = try await run("operator namespace describe default", port: port)
        #expect(namespace.contains("Registered"), "\(namespace)")
        let unknown = try await attempt("operator namespace describe elsewhere", port: port)
        #expect(unknown.text.contains("elsewhere is not found"))
        let attributes = try await run("operator search-attribute list", port: port)
        #expect(attributes.contains("ExecutionStatus"))
        let identity = try await engine.getSystemInfo().identity
        for mode in ["", " --legacy-mode"] {
          let queue = try await run("task-queue describe --task-queue q" + mode, port: port)
          #expect(queue.contains(identity), "\(queue)")
        }
      }
    }
  }
}

/// Waits until a run exists.
func untilRunning(_ id: String, _ engine: WorkflowEngine) async throws {
  while true {
    do {
      _ = try await engine.describeWorkflowExecution(
        DescribeWorkflowExecutionRequest(execution: WorkflowExecution(workflowID: id)))
      return
    } catch let error as WorkflowServiceError where error.code == .notFound {
      await Task.yield()
    }
  }
}
