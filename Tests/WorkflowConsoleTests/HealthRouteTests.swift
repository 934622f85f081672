internal import CoreMetrics
internal import DurableWorkflows
internal import Foundation
internal import Testing
internal import WorkflowConsole
internal import WorkflowJournal

private struct Down: Error, CustomStringConvertible {
  let description = "connection \"refused\""
}

private actor Idle: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input: String) async throws -> String { input }
}

/// Would fail if a probe said something else than the engine's state.
@Suite("Routes over an engine's health", .timeLimit(.minutes(1)))
struct HealthRouteTests {
  private func object(_ route: ConsoleRoute) async throws -> (status: Int, body: [String: Any]) {
    let answer = await route.respond()
    let body = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
    return (answer.status, try #require(body))
  }

  private func engine(_ health: WorkflowHealth, _ files: InMemoryFileSystem) async throws -> WorkflowEngine {
    var options = WorkflowEngineOptions()
    options.health = health
    options.fileSystem = files
    return try await WorkflowEngine.open(directory: "/journal", workflows: [Idle.self], options: options)
  }

  @Test("alive and not ready before the engine is opened and after it has ended, ready in between")
  func life() async throws {
    let health = WorkflowHealth()
    let alive = ConsoleRoute.health(service: "svc", health)
    let ready = ConsoleRoute.ready(service: "svc", health)
    #expect(await alive.respond().body == #"{"status":"healthy","service":"svc","phase":"starting"}"#)
    let starting = try await object(ready)
    #expect(starting.status == 503)
    #expect(starting.body["reason"] as? String == "starting")
    let engine = try await engine(health, InMemoryFileSystem())
    let serving = try await object(ready)
    #expect(serving.status == 200)
    #expect(serving.body["status"] as? String == "ready")
    #expect(serving.body["reason"] == nil)
    let components = try #require(serving.body["components"] as? [[String: Any]])
    #expect(components.map { $0["name"] as? String } == ["engine", "store", "activities", "workflows"])
    let slots = components[2]["values"] as? [String: Any]
    #expect(slots?["slots"] as? Int == 200)
    try await engine.shutdown()
    #expect(try await object(ready).body["reason"] as? String == "ended")
    #expect(await alive.respond().status == 200)
  }

  @Test("a dependency that is down is the reason; a failed journal is not alive")
  func failures() async throws {
    let health = WorkflowHealth()
    health.register("database") { throw Down() }
    let files = InMemoryFileSystem()
    let engine = try await engine(health, files)
    let report = try await object(.ready(service: "svc", health))
    #expect(report.status == 503)
    #expect(report.body["reason"] as? String == "failed")
    #expect(report.body["error"] as? String == "connection \"refused\"")
    files.setFaults { $0.operation == .synchronizeData ? .error(5) : nil }
    // Its start cannot be made durable: that ends the engine.
    await #expect(throws: (any Error).self) { _ = try await engine.client.start(Idle.self, id: "idle", input: "") }
    await #expect(throws: (any Error).self) { try await engine.waitUntilEnded() }
    let failed = try await object(.health(service: "svc", health))
    #expect(failed.status == 503)
    #expect(failed.body["phase"] as? String == "failed")
  }

  @Test("metrics: every component's state and values")
  func metrics() async throws {
    let health = WorkflowHealth()
    health.register("mail", isCritical: false) { throw Down() }
    let engine = try await engine(health, InMemoryFileSystem())
    let text = await ConsoleRoute.metrics(PrometheusMetricsFactory(), health).respond().body
    #expect(text.contains("workflow_health_up{component=\"engine\"} 1"))
    #expect(text.contains("workflow_health_up{component=\"mail\"} 0.5"))
    #expect(text.contains("workflow_health_value{component=\"activities\",value=\"slots\"} 200"))
    try await engine.shutdown()
  }
}
