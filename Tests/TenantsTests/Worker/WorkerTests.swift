import ExampleSupport
import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The real programs.
@Suite(.serialized, .enabled(if: TenantPrograms.directory != nil, "the programs are not built"))
struct WorkerTests {
  @Test("probes, metrics and a tenant; SIGTERM drains, and no secret is in the log", .timeLimit(.minutes(2)))
  func serves() async throws {
    let sandbox = try Sandbox()
    let worker = try await TenantPrograms.startWorker(sandbox)
    defer { if worker.running.process.isRunning { worker.running.process.terminate() } }
    #expect(try await worker.get("/health").status == 200)
    let ready = try await worker.get("/ready")
    let components = try JSONValue(text: ready.body)["components"]?.array ?? []
    #expect(ready.status == 200)
    #expect(
      Set(["engine", "store", "front_door", "database"]).isSubset(of: components.compactMap { $0["name"]?.string }),
      "\(ready.body)")
    let answer = try #require(
      try await worker.ask(sandbox, "create-tenant", "--name", "Engines", "--email", "ada@example.com"))
    #expect(answer["success"] == .bool(true) && answer["emailSent"] == .bool(true))
    #expect(try await worker.ask(sandbox, "create-tenant", "--name", "Other", "--email", "ADA@example.com") == nil)
    let metrics = try await worker.get("/metrics").body
    #expect(metrics.contains("\ntemporal_workflow_completed"))
    #expect(metrics.contains("\nworkflow_health_up{component=\"database\"} 1"))
    #expect(metrics.contains("task_queue=\"sla-workflows\""))
    worker.running.process.terminate()
    #expect(await worker.running.status() == 0)
    let log = try worker.running.output
    let lines = try log.split(separator: "\n").map { try JSONValue(text: String($0)) }
    let started = try #require(lines.first { $0["msg"]?.string == "worker started" })
    #expect(started["workflows"]?.string == "13" && started["schedules"]?.string == "26")
    #expect(lines.contains { $0["msg"]?.string == "activity completed" && $0["attempt"] != nil })
    let messages = lines.compactMap { $0["msg"]?.string }
    let steps = [
      "shutting down; no further work is taken", "drained; the engine is closed", "the database is closed",
      "worker stopped",
    ]
    let positions = steps.map { messages.lastIndex(of: $0) }
    #expect(positions == positions.compactMap { $0 }.sorted(), "\(messages)")
    for secret in [TenantPrograms.secret, TenantWorld.testKey, answer["temporaryPassword"]?.string ?? ""] {
      #expect(!log.contains(secret))
    }
  }

  @Test("a second signal ends the worker at once", .timeLimit(.minutes(1)))
  func forced() async throws {
    let sandbox = try Sandbox()
    let worker = try await TenantPrograms.startWorker(sandbox, ["--latency", "60"])
    let tenant = try TenantPrograms.program("tenants-starter").start(
      ["create-tenant", "--name", "Engines", "--email", "ada@example.com"], environment: worker.environment,
      withholding: TenantPrograms.prefixes, in: sandbox.path)
    defer { if tenant.process.isRunning { tenant.process.terminate() } }
    // The mail is on its way for a minute.
    while try !worker.running.output.contains("\"activity_type\":\"createPortalUser\"") { await Task.yield() }
    worker.running.process.terminate()
    while try await worker.get("/ready").status == 200 { await Task.yield() }
    // It is not ready, and goes on.
    let drained = try await worker.get("/ready").body
    #expect(drained.contains("\"reason\":\"shutting_down\""), "\(drained)")
    worker.running.process.terminate()
    #expect(await worker.running.status() == 130)
    // The journal was closed in order: what ran was cancelled, and the database with it.
    #expect(try worker.running.output.contains("the database is closed"))
  }

  @Test("keys of another journal end the worker before it begins; the right ones go on", .timeLimit(.minutes(1)))
  func wrongKeys() async throws {
    let sandbox = try Sandbox()
    let worker = try await TenantPrograms.startWorker(sandbox)
    let answer = try await worker.ask(
      sandbox, "create-tenant", "--name", "Engines", "--email", "ada@example.com", "--tenant-id",
      "11111111-2222-4333-8444-555555555555")
    worker.running.process.terminate()
    #expect(await worker.running.status() == 0)
    let other = Data(repeating: 9, count: 32).base64EncodedString()
    for (keys, words) in [
      ("test:\(other)", "the key 'test' is not the one"), ("next:\(other)", "lacks the key 'test'"),
    ] {
      var variables = TenantPrograms.variables(sandbox)
      variables["TENANTS_PAYLOAD_KEYS"] = keys
      let refused = try TenantPrograms.program("tenants-worker").start(
        ["--journal", sandbox.path + "/journal"], environment: variables, withholding: TenantPrograms.prefixes,
        in: sandbox.path)
      #expect(await refused.status() == 1)
      let error = try refused.error
      #expect(error.contains("TENANTS_PAYLOAD_KEYS") && error.contains(words) && !error.contains(other), "\(error)")
    }
    // A client with other keys gets nothing that it could show.
    let again = try await TenantPrograms.startWorker(sandbox)
    var stranger = again
    stranger.environment["TENANTS_PAYLOAD_KEYS"] = "test:\(other)"
    let arguments = [
      "create-tenant", "--name", "Engines", "--email", "ada@example.com", "--tenant-id",
      "11111111-2222-4333-8444-555555555555",
    ]
    let blind = try TenantPrograms.program("tenants-starter").start(
      arguments, environment: stranger.environment, withholding: TenantPrograms.prefixes, in: sandbox.path)
    #expect(await blind.status() == 1)
    let words = try blind.error
    #expect(words.contains("does not decrypt"), "\(words)")
    let same = try TenantPrograms.program("tenants-starter").start(
      arguments, environment: again.environment, withholding: TenantPrograms.prefixes, in: sandbox.path)
    #expect(await same.status() == 0)
    #expect(try JSONValue(text: try same.output)["temporaryPassword"] == answer?["temporaryPassword"])
    again.running.process.terminate()
    #expect(await again.running.status() == 0)
  }

  @Test("a worker that is killed again and again makes each tenant whole, or leaves nothing", .timeLimit(.minutes(10)))
  func killed() async throws {
    let sandbox = try Sandbox()
    var script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    script.append(path: "kill-worker.sh")
    let sizes = ["TENANTS_KILL_TENANTS", "TENANTS_KILLS"].map { ProcessInfo.processInfo.environment[$0] }
    let running = try ExampleProgram(path: "/bin/bash").start(
      [script.path, try #require(TenantPrograms.directory), sandbox.path + "/out", sizes[0] ?? "9", sizes[1] ?? "6"],
      withholding: TenantPrograms.prefixes, in: sandbox.path)
    let status = await running.status()
    let text = try running.output + running.error
    #expect(status == 0, "\(text)")
    print(text)
  }

  @Test("wrong settings end the worker with one line per problem, without a secret", .timeLimit(.minutes(1)))
  func refusals() async throws {
    let sandbox = try Sandbox()
    func refused(_ environment: [String: String], says words: [String], lines: Int) async throws {
      let running = try TenantPrograms.program("tenants-worker").start(
        [], environment: environment, withholding: TenantPrograms.prefixes, in: sandbox.path)
      #expect(await running.status() == 1)
      let error = try running.error
      #expect(error.split(separator: "\n").count == lines, "\(error)")
      for word in words { #expect(error.contains(word), "\(error)") }
      #expect(!error.contains(TenantPrograms.secret))
    }
    try await refused([:], says: ["ALGA_AUTH_KEY is not set", "DB_PASSWORD_ADMIN is not set"], lines: 14)
    var variables = TenantPrograms.variables(sandbox)
    variables["TEMPORAL_TASK_QUEUES"] = "tenant-workflows,workflow-runtime-v2"
    try await refused(variables, says: ["workflow-runtime-v2"], lines: 1)
    variables = TenantPrograms.variables(sandbox)
    variables["TENANTS_SQLITE_PATH"] = "/dev/null/x"
    try await refused(variables, says: ["TENANTS_SQLITE_PATH"], lines: 1)
  }
}

/// The programs, and how they are used.
enum TenantPrograms {
  static let secret = "secret of the tests"
  static let prefixes = [
    "TEMPORAL_", "DB_", "TENANTS_", "ALGA_", "NEXTAUTH_", "APPLICATION_", "EMAIL_", "ENABLE_", "HEALTH_", "HTTP_",
    "MAX_CONCURRENT_", "LOG_LEVEL",
  ]

  /// The directory of the programs; `nil` when they are not built.
  static var directory: String? {
    ExampleProgram.directory(of: ["tenants-worker", "tenants-starter"], variable: "TENANTS_BIN")
  }

  static func program(_ name: String) throws -> ExampleProgram {
    ExampleProgram(path: try #require(directory) + "/" + name)
  }

  static func variables(_ sandbox: Sandbox) -> [String: String] {
    [
      "ALGA_AUTH_KEY": secret, "NEXTAUTH_SECRET": "another \(secret)", "APPLICATION_URL": "https://app.example.com",
      "TENANTS_SQLITE_PATH": sandbox.path + "/tenants.sqlite", "TEMPORAL_ADDRESS": "127.0.0.1:0",
      "TENANTS_PAYLOAD_KEYS": "test:\(TenantWorld.testKey)", "TEMPORAL_NAMESPACE": "default",
      "TEMPORAL_TASK_QUEUE": "tenant-workflows", "ENABLE_HEALTH_CHECK": "true", "HEALTH_CHECK_PORT": "0",
    ]
  }

  /// A worker that serves.
  struct Worker {
    let running: ExampleProgram.Running
    var environment: [String: String]
    let healthPort: String

    func get(_ path: String) async throws -> (status: Int, body: String) {
      let url = try #require(URL(string: "http://127.0.0.1:\(healthPort)\(path)"))
      let (data, response) = try await URLSession.shared.data(from: url)
      return (try #require(response as? HTTPURLResponse).statusCode, String(decoding: data, as: UTF8.self))
    }

    /// Runs the starter; `nil` if it was refused.
    func ask(_ sandbox: Sandbox, _ arguments: String...) async throws -> JSONValue? {
      let starter = try TenantPrograms.program("tenants-starter").start(
        arguments, environment: environment, withholding: TenantPrograms.prefixes, in: sandbox.path)
      guard await starter.status() == 0 else { return nil }
      return try JSONValue(text: try starter.output)
    }
  }

  static func startWorker(_ sandbox: Sandbox, _ arguments: [String] = []) async throws -> Worker {
    let ready = sandbox.path + "/ready"
    try? FileManager.default.removeItem(atPath: ready)
    var variables = variables(sandbox)
    let running = try program("tenants-worker").start(
      ["--journal", sandbox.path + "/journal", "--ready-file", ready] + arguments, environment: variables,
      withholding: prefixes, in: sandbox.path)
    while !FileManager.default.fileExists(atPath: ready), running.process.isRunning { await Task.yield() }
    if !running.process.isRunning { Issue.record("the worker ended: \(try running.error)") }
    var values: [String: String] = [:]
    for line in try String(contentsOfFile: ready, encoding: .utf8).split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1)
      values[String(parts[0])] = String(parts[1])
    }
    variables["TEMPORAL_ADDRESS"] = values["ADDRESS"]
    return Worker(running: running, environment: variables, healthPort: try #require(values["HEALTH_PORT"]))
  }
}
