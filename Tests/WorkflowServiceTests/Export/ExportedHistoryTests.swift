import DurableWorkflows
import Foundation
import Testing

@testable import WorkflowService

/// Histories of every type of event that the engine writes, read by Temporal's own tools.
@Suite("Exported histories", .serialized, .timeLimit(.minutes(3)))
struct ExportedHistoryTests {
  /// Every type of event that the library has a name for.
  private static let everyType = Set(
    (1...60).filter { !EventType(rawValue: $0).description.hasPrefix("EventType") })

  @Test("The Python SDK's replayer accepts a history of every type of event, for equivalent workflows")
  func replay() async throws {
    let python = try ExternalTool.python
    try await withZoo { engine in
      let runs = try await histories(of: engine)
      let output = try await python.replay(runs)
      let lines = output.text.split(separator: "\n")
      #expect(output.status == 0, "\(output.text)")
      #expect(lines.filter { $0.hasPrefix("ok ") }.count == runs.count, "\(output.text)")
      let accepted = try #require(lines.last { $0.hasPrefix("types ") }, "\(output.text)")
      #expect(Set(accepted.split(separator: " ").compactMap { Int($0) }) == Self.everyType)
    }
  }

  @Test("The Python SDK's replayer refuses a history of other code")
  func refusal() async throws {
    let python = try ExternalTool.python
    try await withZoo { engine in
      let run = try #require(try await histories(of: engine).first { $0.id == "activities" })
      var events = try HistoryJSON.events(Data(run.json.utf8))
      let index = try #require(events.firstIndex { $0.attributes.type == EventType(rawValue: 17) })
      events[index].attributes = .upsertWorkflowSearchAttributes(searchAttributes: [:], workflowTaskCompletedEventID: 4)
      let output = try await python.replay([ExportedRun(id: run.id, json: try HistoryJSON.export(events))])
      #expect(output.text.contains("failed ActivityZoo activities: "), "\(output.text)")
    }
  }

  @Test("The temporal command line tool prints every event, as text and as JSON that reads back")
  func show() async throws {
    let tool = try ExternalTool.temporal
    try await withZoo { engine in
      try await withServer(of: engine) { port in
        var shown: Set<Int> = []
        for try await info in engine.client.list() {
          let run = info.execution
          let arguments = [
            "workflow", "show", "--workflow-id", run.workflowID, "--run-id", run.runID, "--address",
            "127.0.0.1:\(port)", "--color", "never",
          ]
          let types = try await engine.client.history(of: run).map(\.attributes.type)
          let text = try await tool.run(arguments)
          #expect(text.status == 0)
          for type in types { #expect(text.text.contains("\(type)"), "\(run.workflowID): \(text.text)") }
          let json = try await tool.run(arguments + ["-o", "json"])
          #expect(try HistoryJSON.events(Data(json.text.utf8)).map(\.attributes.type) == types)
          shown.formUnion(types.map(\.rawValue))
        }
        #expect(shown == Self.everyType)
      }
    }
  }
}

/// A run's exported history.
struct ExportedRun: Sendable {
  var id: String
  var json: String
}

/// The histories of all runs.
private func histories(of engine: WorkflowEngine) async throws -> [ExportedRun] {
  var runs: [ExportedRun] = []
  for try await info in engine.client.list() {
    let events = try await engine.client.history(of: info.execution)
    runs.append(ExportedRun(id: info.execution.workflowID, json: try HistoryJSON.export(events)))
  }
  return runs
}

extension ExternalTool {
  /// Gives histories to the Python SDK's replayer.
  fileprivate func replay(_ runs: [ExportedRun]) async throws -> Output {
    let file = FileManager.default.temporaryDirectory.appending(path: "histories-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let lines = try runs.map { run in
      String(decoding: try JSONEncoder().encode(["id": run.id, "history": run.json]), as: UTF8.self)
    }
    try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "equivalents.py")
    return try await run([script.path(percentEncoded: false), file.path(percentEncoded: false)])
  }
}

/// Runs an engine and lets it write every type of event.
private func withZoo(_ body: @Sendable (WorkflowEngine) async throws -> Void) async throws {
  try await withEngine(workflows: Exported.workflows, activities: Exported.activities) { engine in
    try await fill(engine.client, engine)
    try await body(engine)
  }
}

private func fill(_ client: WorkflowClient, _ engine: WorkflowEngine) async throws {
  let activities = try await client.execute(ActivityZoo.self, id: "activities", input: "time")
  #expect(activities == ["ok", "activity failed", "activity failed", "canceled", "canceled"])
  let markers = try await client.execute(MarkerZoo.self, id: "markers", input: "one")
  #expect(markers == ["patched", "quick one", "noted", "activity failed", "quick again"])

  let parallel = try await client.start(Parallel.self, id: "parallel", input: 5)
  try await withThrowingTaskGroup(of: Void.self) { group in
    for number in 0..<8 {
      group.addTask { _ = try await parallel.executeUpdate(Parallel.update, "update \(number)") }
      group.addTask { try await parallel.signal(Parallel.signal, "signal \(number)") }
    }
    try await group.waitForAll()
  }
  try await parallel.signal(Parallel.signal, "last")
  #expect(try await parallel.result() == 37)

  let children = try await client.start(ChildZoo.self, id: "children", input: "")
  try await untilRunning("children-terminated", engine)
  let terminated: WorkflowHandle<Waiting> = client.handle(id: "children-terminated")
  try await terminated.terminate()
  #expect(
    try await children.result() == [
      "ok", "ok", "child failed", "child failed", "child failed", "child failed", "ok", "child failed",
    ])

  _ = try await client.start(Waiting.self, id: "bystander")
  let externals = try await client.execute(ExternalZoo.self, id: "externals", input: ["bystander", "nobody"])
  #expect(externals == ["ok", "ok", "external failed", "external failed"])

  let messages = try await client.start(Messages.self, id: "messages")
  #expect(try await messages.executeUpdate(Messages.add, "one", updateID: "u1") == 1)
  await #expect(throws: WorkflowUpdateFailedError.self) { try await messages.executeUpdate(Messages.add, "broken") }
  await #expect(throws: WorkflowUpdateFailedError.self) { try await messages.executeUpdate(Messages.add, "") }
  try await messages.signal(Messages.finish)
  #expect(try await messages.result() == ["one", "broken"])
  let response = try await client.frontend.resetWorkflowExecution(
    ResetWorkflowExecutionRequest(
      execution: messages.execution, workflowTaskFinishEventID: 4, reason: "again", requestID: "reset-1",
      reapply: .updates))
  let reset: WorkflowHandle<Messages> = client.handle(id: "messages", runID: response.runID)
  let again: WorkflowUpdateHandle<Int> = reset.updateHandle(updateID: "u1")
  #expect(try await again.result() == 2, "both updates have come again when the first one's handler counts")
  try await reset.signal(Messages.finish)
  #expect(try await reset.result() == ["one", "broken"])

  _ = try await client.execute(Countdown.self, id: "countdown", input: 2)
  let retried = WorkflowClient.StartOptions(
    retryPolicy: RetryPolicy(initialInterval: .milliseconds(1), maximumAttempts: 2))
  await #expect(throws: WorkflowFailedError.self) {
    try await client.execute(Failing.self, id: "failing", options: retried)
  }

  let paused = try await client.start(Waiting.self, id: "paused")
  try await paused.pause(reason: "enough")
  try await paused.signal(Waiting.finish)
  try await paused.unpause(reason: "go on")
  _ = try await paused.result()

  let timedOut = WorkflowClient.StartOptions(runTimeout: .milliseconds(20))
  await #expect(throws: WorkflowFailedError.self) {
    try await client.execute(Waiting.self, id: "timed-out", options: timedOut)
  }
  let stumbling = try await client.start(Stumbling.self, id: "stumbling-\(UUID().uuidString)")
  try await stumbling.signal(WorkflowSignalReference<Stumbling>("again"))
  _ = try await stumbling.result()
}
