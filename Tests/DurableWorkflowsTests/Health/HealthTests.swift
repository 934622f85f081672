internal import DurableWorkflows
internal import Synchronization
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// Would fail if an engine were ready while it starts, drains, has failed or has no disk, or if a dependency that does
/// not answer held up the report.
@Suite("Health", .timeLimit(.minutes(1)))
struct HealthTests {
  private struct Down: Error, CustomStringConvertible {
    var description: String { "connection refused" }
  }

  @Test("the phases of a life, each with its reason")
  func phases() async throws {
    let health = WorkflowHealth(budget: .seconds(30))
    let start = await health.report()
    #expect(start.phase == .starting && !start.isReady && start.isAlive)
    #expect(start.problem?.reason == "starting")
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Tally.self],
      configure: { options in
        options.health = health
        options.gracefulShutdownPeriod = .seconds(10)
      }
    ) { env in
      let check = env.mock("check") { try $0.decode(0, as: Int.self) }
      let report = await env.engine.health()
      #expect(report.isReady)
      #expect(report.components.map(\.name) == ["engine", "store", "activities", "workflows"])
      #expect(report.components.allSatisfy { $0.status == .healthy && $0.reason == "ok" })
      #expect(report["activities"]?.values["slots"] == 200)
      let tally = try await env.client.start(Tally.self, id: "t", input: 0)
      check.hold()
      try await tally.signal(name: "add", input: [JSONPayloadConverter().payload(for: 1)])
      try await check.waitForCalls(1)
      let busy = await health.report()
      #expect(busy["workflows"]?.values["open"] == 1)
      #expect(busy["activities"]?.values["running"] == 1)
      let engine = env.engine
      engine.beginShutdown()
      let draining = await health.report()
      #expect(draining.phase == .draining && !draining.isReady && draining.isAlive)
      #expect(draining.problem?.reason == "shutting_down")
      check.release()
      try await engine.waitUntilEnded()
      let end = await health.report()
      #expect(end.phase == .ended && !end.isReady && end.isAlive)
      #expect(end.components.map(\.name) == ["engine"])
    }
  }

  @Test("an engine whose journal has failed, or cannot be opened, is not alive; the reason is the error")
  func failed() async throws {
    let health = WorkflowHealth(budget: .seconds(30))
    let files = InMemoryFileSystem()
    var options = WorkflowEngineOptions()
    options.health = health
    options.fileSystem = files
    let engine = try await WorkflowEngine.open(directory: "/j", workflows: [Tally.self], options: options)
    files.setFaults { $0.operation == .synchronizeData ? .error(5) : nil }
    await #expect(throws: WorkflowServiceError.self) { try await engine.client.start(Tally.self, id: "t", input: 0) }
    await #expect(throws: WorkflowEngineError.self) { try await engine.waitUntilEnded() }
    let report = await health.report()
    #expect(report.phase == .failed && !report.isAlive && !report.isReady)
    #expect(report.problem?.message.contains("journal") == true)

    let other = WorkflowHealth(budget: .seconds(30))
    options.health = other
    options.fileSystem = InMemoryFileSystem()
    options.journal.alignment = 7
    let opened = options
    await #expect(throws: JournalError.self) {
      _ = try await WorkflowEngine.open(directory: "/j", workflows: [Tally.self], options: opened)
    }
    #expect(await other.report().problem?.message.contains("alignment is 7") == true)
  }

  @Test("a full disk is a store that is unavailable, and makes the engine not ready")
  func fullDisk() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Tally.self],
      configure: {
        $0.journal = JournalOptions(
          segmentSize: 8 << 10, initialSegmentSize: 8 << 10, alignment: 512, reserveSize: 16 << 10)
        $0.health = WorkflowHealth(budget: .seconds(30))
      }
    ) { env in
      env.fileSystem.setFaults { $0.operation == .open && $0.path.hasSuffix(".tmp") ? .error(28) : nil }
      var isRefused = false
      for number in 0..<1000 where !isRefused {
        do {
          _ = try await env.client.start(Tally.self, id: "t\(number)", input: 0)
        } catch is WorkflowServiceError {
          isRefused = true
        }
      }
      #expect(isRefused)
      let report = await env.engine.health()
      #expect(!report.isReady && report.isAlive)
      #expect(report.problem?.name == "store")
      #expect(report.problem?.reason == "disk_full")
      env.fileSystem.setFaults(nil)
    }
  }

  @Test("dependencies: critical ones decide, others degrade, those that do not answer are not asked again meanwhile")
  func dependencies() async throws {
    let health = WorkflowHealth(budget: .seconds(5))
    let calls = Mutex(0)
    let isDown = Mutex(true)
    let gate = AsyncStream.makeStream(of: Void.self)
    health.register("database") { if isDown.withLock({ $0 }) { throw Down() } }
    health.register("mail", isCritical: false) { throw Down() }
    health.registerComponents("queue", { [HealthComponent("queue/orders", values: ["backlog": 3])] })
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Tally.self], configure: { $0.health = health }
    ) { env in
      let report = await health.report()
      #expect(!report.isReady)
      #expect(report.problem == HealthComponent(
        "database", .unavailable, reason: "failed", message: "connection refused"))
      #expect(report["mail"]?.status == .degraded)
      #expect(report["queue/orders"]?.values == ["backlog": 3])
      isDown.withLock { $0 = false }
      #expect(await health.report().isReady, "what is degraded does not decide")

      health.register("slow") {
        calls.withLock { $0 += 1 }
        // Not cancelled with the check: as one that hangs.
        await Task.detached { for await _ in gate.stream {} }.value
      }
      for _ in 0..<3 {
        let report = await health.report()
        #expect(report["slow"]?.reason == "no_answer")
        #expect(report["slow"]?.status == .unavailable)
        // It does not hide the others.
        #expect(report["database"]?.status == .healthy)
      }
      gate.continuation.finish()
      _ = env
    }
    #expect(calls.withLock { $0 } == 1)
  }
}
