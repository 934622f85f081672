internal import DurableWorkflows
internal import Foundation
internal import Synchronization
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// The check before a deployment finds the runs that would break, and changes nothing.
@Suite("The check before a deployment", .timeLimit(.minutes(1)))
struct WorkflowCheckTests {
  private func withRuns(
    _ body: (WorkflowTestEnvironment, WorkflowHandle<Voyage>) async throws -> Void
  ) async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Voyage.self, Tally.self]) { env in
      env.mock("sail") { _ in "sailed" }
      env.mock("check") { try $0.decode(0, as: Int.self) }
      let handle = try await env.client.start(Voyage.self, id: "open", input: "x")
      let tally = try await env.client.start(Tally.self, id: "tally", input: 1)
      try await tally.signal(name: "add", input: [JSONPayloadConverter().payload(for: 3)])
      let closed = try await env.client.start(Tally.self, id: "closed", input: 1)
      try await closed.signal(name: "finish")
      _ = try await closed.result()
      while try await handle.points().count < 2 { try await env.settle() }
      try await env.settle()
      try await body(env, handle)
    }
  }

  private func options(_ env: WorkflowTestEnvironment) -> WorkflowEngineOptions {
    var options = WorkflowEngineOptions()
    options.fileSystem = env.fileSystem
    return options
  }

  private func check(
    _ env: WorkflowTestEnvironment, _ workflows: [any WorkflowDefinition.Type]
  ) async throws -> WorkflowCheckReport {
    try await WorkflowCheck.run(
      directory: WorkflowTestEnvironment.directory, workflows: workflows, options: options(env))
  }

  @Test("the code that the runs began with passes, while the engine runs, and nothing is written")
  func passes() async throws {
    try await withRuns { env, handle in
      var options = options(env)
      let copy = env.fileSystem.copy()
      options.fileSystem = copy
      let changes = Mutex<[String]>([])
      copy.setFaults { call in
        switch call.operation {
        case .list, .open, .size, .read, .kind: break
        default: changes.withLock { $0.append("\(call.operation) \(call.path)") }
        }
        return nil
      }
      let directory = WorkflowTestEnvironment.directory
      let offline = try await WorkflowCheck.run(
        directory: directory, workflows: [Voyage.self, Tally.self], options: options)
      #expect(changes.withLock { $0 } == [])
      let report = try await check(env, [Voyage.self, Tally.self])
      #expect(report == offline)
      #expect(report.isCompatible, "\(report)")
      #expect(report.openRuns == 2)
      #expect(report.workflowTasks > 3)
      #expect(report.description.hasPrefix("/journal: 2 open runs, "))
      #expect(report.description.hasSuffix("none would break"))
      #expect(try await handle.result() == "x sailed")
    }
  }

  @Test("changed code is found, with event, expected and actual, and the engine blocks the same runs")
  func finds() async throws {
    try await withRuns { env, handle in
      let report = try await check(env, [ChangedVoyage.self, Tally.self])
      let broken = try #require(report.brokenRuns.first)
      #expect(report.brokenRuns.count == 1)
      #expect(broken.execution == handle.execution)
      #expect(broken.workflowType == "Voyage")
      #expect(broken.eventID == 5)
      #expect(broken.expected == "ActivityTaskScheduled of 'sail' (id 1)")
      #expect(broken.actual == "schedule activity 'row' (id 1)")
      #expect(!broken.isBlockedAlready)
      try await env.restart(workflows: [ChangedVoyage.self, Tally.self])
      let error = await #expect(throws: NonDeterminismError.self) { _ = try await handle.result() }
      #expect(error?.eventID == broken.eventID)
      #expect(error?.expected == broken.expected)
      #expect(error?.actual == broken.actual)
      #expect(try await check(env, [ChangedVoyage.self, Tally.self]).brokenRuns.map(\.isBlockedAlready) == [true])
      #expect(try await check(env, [Voyage.self, Tally.self]).isCompatible)
      #expect(try await check(env, [PatchedVoyage.self, Tally.self]).isCompatible)
    }
  }

  @Test("types, versions and inputs that the new code does not know are found")
  func unknown() async throws {
    try await withRuns { env, handle in
      let report = try await check(env, [VoyageV3.self])
      #expect(report.brokenRuns.map(\.execution.workflowID) == ["open", "tally"])
      #expect(report.brokenRuns.map(\.eventID) == [1, 1])
      #expect(report.brokenRuns.map(\.expected) == ["workflow type 'Voyage'", "workflow type 'Tally'"])
      #expect(report.brokenRuns.map(\.actual) == ["not registered", "not registered"])
      #expect(
        report.brokenRuns.map(\.message) == [
          "version 0 of workflow type 'Voyage' is not registered; registered versions: [3]",
          "workflow type 'Tally' is not registered; registered: [Voyage]",
        ])
      let beside = try await check(env, [VoyageV3.self, Voyage.self, Tally.self])
      #expect(beside.isCompatible, "side by side, every run has its version")
      let numbers = try await check(env, [NumberVoyage.self, Tally.self])
      #expect(numbers.brokenRuns.map(\.execution) == [handle.execution])
      #expect(numbers.brokenRuns.first?.message.contains("argument 1 of workflow 'Voyage' as Int") == true)
    }
  }

  @Test("what a run has not seen yet counts: code that fails on it is found")
  func unseen() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Voyage.self]) { env in
      let delayed = WorkflowClient.StartOptions(startDelay: .hours(1))
      _ = try await env.client.start(Voyage.self, id: "delayed", input: "x", options: delayed)
      #expect(try await check(env, [Voyage.self]).isCompatible)
      #expect(try await check(env, [NumberVoyage.self]).brokenRuns.count == 1)
    }
  }

  @Test("code that does not yield is found, and the other runs are checked all the same")
  func stuck() async throws {
    try await withRuns { env, handle in
      var options = options(env)
      options.deadlockDetectionTimeout = .milliseconds(300)
      let report = try await WorkflowCheck.run(
        directory: WorkflowTestEnvironment.directory, workflows: [BusyVoyage.self, Tally.self], options: options)
      #expect(report.brokenRuns.map(\.execution) == [handle.execution])
      #expect(report.brokenRuns.first?.message.hasPrefix("the workflow's code ran for more than 0.3 seconds") == true)
      #expect(report.workflowTasks > 0)
      BusyVoyage.isFree.store(true, ordering: .relaxed)
    }
  }

  @Test("large payloads are fetched from their files")
  func largePayloads() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Voyage.self]) { env in
      env.mock("sail") { _ in String(repeating: "y", count: 200_000) }
      let handle = try await env.client.start(Voyage.self, id: "large", input: String(repeating: "x", count: 300_000))
      while try await handle.points().count < 2 { try await env.settle() }
      #expect(try await check(env, [Voyage.self]).isCompatible)
      #expect(try await check(env, [ChangedVoyage.self]).brokenRuns.count == 1)
    }
  }

  @Test("no journal, and a damaged one, are errors; the command's codes tell them apart")
  func command() async throws {
    try await withRuns { env, _ in
      let lines = Mutex<[String]>([])
      func run(_ arguments: [String], _ workflows: [any WorkflowDefinition.Type]) async -> Int32 {
        await WorkflowCheck.main(arguments, workflows: workflows, options: options(env)) { line in
          lines.withLock { $0.append(line) }
        }
      }
      let directory = WorkflowTestEnvironment.directory
      #expect(await run([directory], [Voyage.self, Tally.self]) == 0)
      #expect(await run([directory], [ChangedVoyage.self, Tally.self]) == 1)
      let report = lines.withLock { $0.last } ?? ""
      #expect(report.contains("broken: workflow 'open', run "))
      #expect(report.contains("\n  event:    5\n  expected: ActivityTaskScheduled of 'sail' (id 1)\n"))
      #expect(report.hasSuffix("1 would break"))
      #expect(await run(["/nowhere"], [Voyage.self]) == 2)
      #expect(await run([], [Voyage.self]) == 64)
      #expect(await run(["--help"], [Voyage.self]) == 64)
      #expect(await run([directory], [Voyage.self, Voyage.self]) == 2)
      let segment = try #require(try env.fileSystem.list(directory).first { $0.hasPrefix("00000001") })
      env.fileSystem.modifyContents(of: "\(directory)/\(segment)") { bytes in bytes[600] ^= 0xFF }
      #expect(await run([directory], [Voyage.self, Tally.self]) == 2)
      #expect(lines.withLock { $0.last }?.contains("damaged") == true, "\(lines.withLock { $0.last } ?? "")")
    }
  }

  @Test("on a real disk, beside the engine that holds the lock, no byte changes")
  func realDisk() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "check-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    let engine = try await WorkflowEngine.open(directory: directory.path(), workflows: [Voyage.self])
    _ = try await engine.client.start(
      Voyage.self, id: "open", input: "x", options: .init(startDelay: .hours(1)))
    func files() throws -> [String: Data] {
      var contents: [String: Data] = [:]
      for name in try FileManager.default.subpathsOfDirectory(atPath: directory.path()) {
        let file = directory.appending(path: name)
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file.path(), isDirectory: &isDirectory) else { continue }
        contents[name] = isDirectory.boolValue ? Data() : try Data(contentsOf: file)
      }
      return contents
    }
    // The engine marks its journal when it has been idle for a moment; what it does is not the check's doing.
    _ = try await engine.statistics()
    try await engine.shutdown()
    let before = try files()
    #expect(try await WorkflowCheck.run(directory: directory.path(), workflows: [Voyage.self]).openRuns == 1)
    let other = try await WorkflowCheck.run(directory: directory.path(), workflows: [NumberVoyage.self])
    #expect(other.brokenRuns.count == 1)
    #expect(try files() == before)
    let again = try await WorkflowEngine.open(directory: directory.path(), workflows: [Voyage.self])
    #expect(try await WorkflowCheck.run(directory: directory.path(), workflows: [Voyage.self]).isCompatible)
    try await again.shutdown()
  }
}

actor Voyage: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: String) async throws -> String {
    let result: String = try await context.executeActivity("sail", options: minute)
    try await context.sleep(for: .hours(1))
    return "\(input) \(result)"
  }
}

actor ChangedVoyage: WorkflowDefinition {
  static var name: String { "Voyage" }
  nonisolated let context = WorkflowContext.current
  func run(input: String) async throws -> String {
    let result: String = try await context.executeActivity("row", options: minute)
    return "\(input) \(result)"
  }
}

actor PatchedVoyage: WorkflowDefinition {
  static var name: String { "Voyage" }
  nonisolated let context = WorkflowContext.current
  func run(input: String) async throws -> String {
    let result: String = try await context.executeActivity(context.patch("row") ? "row" : "sail", options: minute)
    try await context.sleep(for: .hours(1))
    return "\(input) \(result)"
  }
}

actor VoyageV3: WorkflowDefinition {
  static var name: String { "Voyage" }
  static var version: Int { 3 }
  nonisolated let context = WorkflowContext.current
  func run(input: String) async throws -> String { input }
}

actor NumberVoyage: WorkflowDefinition {
  static var name: String { "Voyage" }
  nonisolated let context = WorkflowContext.current
  func run(input: Int) async throws -> String { "\(input)" }
}

private actor BusyVoyage: WorkflowDefinition {
  static let isFree = Atomic(false)
  static var name: String { "Voyage" }
  nonisolated let context = WorkflowContext.current
  func run(input: String) async throws -> String {
    while !BusyVoyage.isFree.load(ordering: .relaxed) {}
    return input
  }
}
