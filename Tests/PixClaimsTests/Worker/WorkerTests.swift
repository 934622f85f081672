import ExampleSupport
import Foundation
import TestSupport
import Testing

@testable import PixClaims

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The real programs.
@Suite(.serialized, .enabled(if: Program.directory != nil, "the programs are not built"))
struct WorkerTests {
  private func program(_ name: String) throws -> Program {
    Program(path: try #require(Program.directory) + "/" + name)
  }

  /// A worker that serves, with the addresses that it serves on.
  private struct Worker {
    let running: Program.Running
    let environment: [String: String]
    let values: [String: String]

    func get(_ path: String, port: String) async throws -> (status: Int, body: String) {
      let number = try #require(values[port])
      let url = try #require(URL(string: "http://127.0.0.1:\(number)\(path)"))
      let (data, response) = try await URLSession.shared.data(from: url)
      return (try #require(response as? HTTPURLResponse).statusCode, String(decoding: data, as: UTF8.self))
    }
  }

  private func startWorker(
    _ sandbox: Sandbox,
    _ arguments: [String] = [],
    environment: [String: String] = [:]
  ) async throws -> Worker {
    let ready = sandbox.path + "/ready"
    try? FileManager.default.removeItem(atPath: ready)
    var variables = [
      "TEMPORAL_ADDRESS": "127.0.0.1:0", "HEALTH_PORT": "0", "METRICS_PORT": "0",
      "PIX_SQLITE_PATH": sandbox.path + "/pix.sqlite", "PIX_EVENTS_FILE": sandbox.path + "/events.jsonl",
    ].merging(environment) { _, new in new }
    let running = try program("pix-claims-worker").start(
      ["--journal", sandbox.path + "/journal", "--ready-file", ready] + arguments,
      environment: variables,
      in: sandbox
    )
    while !FileManager.default.fileExists(atPath: ready), running.process.isRunning { await Task.yield() }
    if !running.process.isRunning { Issue.record("the worker ended: \(try running.error)") }
    var values: [String: String] = [:]
    for line in try String(contentsOfFile: ready, encoding: .utf8).split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1)
      values[String(parts[0])] = String(parts[1])
    }
    variables["TEMPORAL_ADDRESS"] = values["ADDRESS"]
    return Worker(running: running, environment: variables, values: values)
  }

  /// Runs the starter; `nil` if it was refused.
  private func ask(_ worker: Worker, _ sandbox: Sandbox, _ arguments: String...) async throws -> JSONValue? {
    let running = try program("pix-claims-starter").start(arguments, environment: worker.environment, in: sandbox)
    guard await running.status() == 0 else { return nil }
    return try JSONValue(text: try running.output)
  }

  private func addEntry(_ worker: Worker, _ sandbox: Sandbox) async throws {
    let entry = try await ask(
      worker,
      sandbox,
      "create-entry",
      "--entry-id",
      "E-1",
      "--key",
      "12345678901",
      "--participant",
      PixWorld.owner,
      "--owner-name",
      "Ada",
      "--owner-tax-id",
      "12345678901"
    )
    #expect(entry?["status"]?.string == "ACTIVE")
  }

  @Test("probes, metrics, a claim from beginning to end, and the log say what the guide says", .timeLimit(.minutes(2)))
  func serves() async throws {
    let sandbox = try Sandbox()
    let worker = try await startWorker(sandbox, environment: ["BRIDGE_GRPC_ADDR": "127.0.0.1:1"])
    defer { if worker.running.process.isRunning { worker.running.process.terminate() } }
    #expect(
      try await worker.get("/health", port: "HEALTH_PORT") == (
        200, #"{"status":"healthy","service":"conn-dict-worker"}"#
      )
    )
    #expect(
      try await worker.get("/ready", port: "HEALTH_PORT") == (200, #"{"status":"ready","service":"conn-dict-worker"}"#)
    )
    try await addEntry(worker, sandbox)
    let claim = try await ask(
      worker,
      sandbox,
      "create-claim",
      "--entry-id",
      "E-1",
      "--claimer",
      PixWorld.claimer,
      "--claim-id",
      "C-1"
    )
    #expect(claim?["status"]?.string == "OPEN")
    #expect(try await ask(worker, sandbox, "confirm-claim", "C-1", "--by", PixWorld.claimer) == nil, "not the owner")
    #expect(try await ask(worker, sandbox, "confirm-claim", "C-1", "--by", PixWorld.owner) != nil)
    #expect(try await ask(worker, sandbox, "show-claim", "C-1", "--wait")?["status"]?.string == "COMPLETED")
    #expect(try await ask(worker, sandbox, "show-entry", "E-1")?["participant_ispb"]?.string == PixWorld.claimer)

    let metrics = try await worker.get("/metrics", port: "METRICS_PORT").body
    for line in [
      "conn_dict_worker_health_status 1", "conn_dict_worker_active_workflows 0", "conn_dict_worker_active_activities 0",
      #"conn_dict_worker_tasks_processed_total{status="success",task_type="CompleteClaimActivity"} 1"#,
      #"conn_dict_worker_task_duration_seconds_bucket{task_type="CompleteClaimActivity",le="0.1"}"#,
      #"conn_dict_worker_task_duration_seconds_bucket{task_type="CompleteClaimActivity",le="300"} 1"#,
      "dict_claims_created_total 1", #"dict_claims_resolved_total{resolution="completed"} 1"#,
      "temporal_workflow_completed",
    ] { #expect(metrics.contains("\n\(line)"), "\(line) is not in\n\(metrics)") }

    let log = try worker.running.output.split(separator: "\n").map { try JSONValue(text: String($0)) }
    let started = try #require(log.first { $0["msg"]?.string == "worker started" })
    #expect(started["workflows"]?.string == "7" && started["activities"]?.string == "31")
    #expect(log.contains { $0["msg"]?.string == "the bridge is unavailable" && $0["level"]?.string == "warning" })
    let completed = log.first { $0["msg"]?.string == "activity completed" && $0["status"]?.string == "COMPLETED" }
    for key in ["claim_id", "workflow_id", "run_id", "activity_id", "attempt", "duration_ms", "timestamp", "level"] {
      #expect(completed?[key] != nil, "\(key)")
    }
    worker.running.process.terminate()
    #expect(await worker.running.status() == 0)
    let lines = try String(contentsOfFile: sandbox.path + "/events.jsonl", encoding: .utf8).split(separator: "\n")
    #expect(
      try lines.contains { try JSONValue(text: String($0))["payload"]?["event_type"]?.string == "claim_completed" }
    )
  }

  @Test(
    "SIGTERM: not ready, what runs is finished, everything is closed in order, exit code 0",
    .timeLimit(.minutes(2))
  )
  func graceful() async throws {
    let sandbox = try Sandbox()
    let worker = try await startWorker(sandbox, ["--bridge-latency", "2"])
    defer { if worker.running.process.isRunning { worker.running.process.terminate() } }
    // An entry takes one answer of Bacen; it is under way when the signal comes.
    let entry = try program("pix-claims-starter").start(
      [
        "create-entry", "--entry-id", "E-1", "--key", "12345678901", "--participant", PixWorld.owner, "--owner-name",
        "Ada", "--owner-tax-id", "12345678901",
      ],
      environment: worker.environment,
      in: sandbox
    )
    defer { if entry.process.isRunning { entry.process.terminate() } }
    while try await !worker.get("/metrics", port: "METRICS_PORT").body.contains(
      "\nconn_dict_worker_active_activities 1"
    ) {
      await Task.yield()
    }
    worker.running.process.terminate()
    // The probes go on answering until the end.
    while true {
      let ready = try await worker.get("/ready", port: "HEALTH_PORT")
      if ready.status == 200 { continue }
      #expect(ready.status == 503)
      #expect(ready.body.hasPrefix(#"{"status":"not_ready","reason":"shutting_down""#))
      break
    }
    #expect(try await worker.get("/metrics", port: "METRICS_PORT").body.contains("\nconn_dict_worker_health_status 0"))
    #expect(await worker.running.status() == 0)
    let log = try worker.running.output.split(separator: "\n").compactMap {
      try JSONValue(text: String($0))["msg"]?.string
    }
    let steps = [
      "shutting down; no further work is taken", "activity completed", "drained; the engine is closed",
      "the event producer is closed", "the database is closed", "stopping the HTTP servers", "worker stopped",
    ]
    let positions = steps.map { step in log.lastIndex { $0 == step } }
    #expect(positions == positions.compactMap { $0 }.sorted(), "\(log)")

    // The attempt that was drained counts: it is not repeated.
    let again = try await startWorker(sandbox)
    #expect(try await ask(again, sandbox, "show-entry", "E-1")?["bacen_entry_id"]?.string == "BACEN-E-1")
    #expect(try again.running.output.contains("RegisterEntryWithBacenActivity\",\"attempt") == false)
    again.running.process.terminate()
    #expect(await again.running.status() == 0)
  }

  @Test("a second signal ends the worker at once", .timeLimit(.minutes(1)))
  func forced() async throws {
    let sandbox = try Sandbox()
    let worker = try await startWorker(sandbox, ["--bridge-latency", "60"], environment: ["BRIDGE_GRPC_TIMEOUT": "2m"])
    let entry = try program("pix-claims-starter").start(
      [
        "create-entry", "--entry-id", "E-1", "--key", "12345678901", "--participant", PixWorld.owner, "--owner-name",
        "Ada", "--owner-tax-id", "12345678901",
      ],
      environment: worker.environment,
      in: sandbox
    )
    defer { if entry.process.isRunning { entry.process.terminate() } }
    while try await !worker.get("/metrics", port: "METRICS_PORT").body.contains(
      "\nconn_dict_worker_active_activities 1"
    ) {
      await Task.yield()
    }
    worker.running.process.terminate()
    while try await worker.get("/ready", port: "HEALTH_PORT").status == 200 { await Task.yield() }
    worker.running.process.terminate()
    #expect(await worker.running.status() == 130)
  }

  @Test("a wrong environment ends the worker with one line per problem, without a secret", .timeLimit(.minutes(1)))
  func refusals() async throws {
    let sandbox = try Sandbox()
    func refused(_ environment: [String: String], says words: String..., lines: Int) async throws {
      let ports = ["TEMPORAL_ADDRESS": "127.0.0.1:0", "HEALTH_PORT": "0", "METRICS_PORT": "0"]
      let running = try program("pix-claims-worker").start(
        [],
        environment: ports.merging(environment) { _, new in new },
        in: sandbox
      )
      #expect(await running.status() == 1)
      let error = try running.error
      #expect(error.split(separator: "\n").count == lines, "\(error)")
      for word in words { #expect(error.contains(word), "\(error)") }
      #expect(!error.contains("hidden-word"))
    }
    try await refused(
      [
        "LOG_LEVEL": "loud", "MAX_CONCURRENT_ACTIVITIES": "-1", "POSTGRES_HOST": "h",
        "POSTGRES_PASSWORD": "hidden-word",
      ],
      says: "LOG_LEVEL",
      "MAX_CONCURRENT_ACTIVITIES",
      "POSTGRES_USER",
      "POSTGRES_DB",
      lines: 4
    )
    try await refused(
      [
        "POSTGRES_HOST": "127.0.0.1", "POSTGRES_PORT": "1", "POSTGRES_USER": "u", "POSTGRES_PASSWORD": "hidden-word",
        "POSTGRES_DB": "d",
      ],
      says: "the database cannot be used",
      lines: 1
    )
    try await refused(["PIX_SQLITE_PATH": "/dev/null/x"], says: "PIX_SQLITE_PATH", lines: 1)
    let worker = try await startWorker(sandbox)
    defer { if worker.running.process.isRunning { worker.running.process.terminate() } }
    try await refused(["HEALTH_PORT": try #require(worker.values["HEALTH_PORT"])], says: "cannot serve on", lines: 1)
    try await refused(
      ["TEMPORAL_ADDRESS": try #require(worker.values["ADDRESS"])],
      says: "TEMPORAL_ADDRESS",
      "cannot listen",
      lines: 1
    )
    worker.running.process.terminate()
    #expect(await worker.running.status() == 0)
  }

  @Test("12: claims outlive a killed worker", .timeLimit(.minutes(3)))
  func killed() async throws {
    let sandbox = try Sandbox()
    var script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    script.append(path: "kill-worker.sh")
    let running = try Program(path: "/bin/bash").start(
      [script.path, try #require(Program.directory), sandbox.path + "/out", "0.4"],
      in: sandbox
    )
    let status = await running.status()
    let text = try running.output + running.error
    #expect(status == 0, "\(text)")
  }
}
