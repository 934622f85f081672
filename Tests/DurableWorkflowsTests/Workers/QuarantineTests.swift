internal import DurableWorkflows
internal import Foundation
internal import Logging
internal import Synchronization
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// Code that brings the process down: real traps in child processes.
@Suite("Quarantine", .timeLimit(.minutes(3)), .serialized)
struct QuarantineTests {
  /// Options of an engine on a disk.
  static func options() -> WorkflowEngineOptions {
    var options = WorkflowEngineOptions()
    options.logger = Logger(label: "quarantine") { _ in SwiftLogNoOpLogHandler() }
    options.gracefulShutdownPeriod = .zero
    options.journal.initialSegmentSize = 64 << 10
    return options
  }

  private static func withDirectory(_ body: (String) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "quarantine-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try await body(directory.path)
  }

  /// In a process that may trap.
  static func openArmed(_ directory: String) async throws -> WorkflowEngine {
    Perilous.isArmed.store(true, ordering: .sequentiallyConsistent)
    return try await open(directory)
  }

  static func open(_ directory: String) async throws -> WorkflowEngine {
    try await WorkflowEngine.open(
      directory: directory, workflows: [Perilous.self], activities: [perils()], options: options())
  }

  /// Waits until the process has trapped.
  static func waitForTheEnd() async {
    while true { try? await Task.sleep(for: .seconds(1)) }
  }

  @Test("an activity that traps: its run rests after the third time, the others go on, and it can be released")
  func activity() async throws {
    try await QuarantineTests.withDirectory { directory in
      for round in 1...3 {
        await #expect(processExitsWith: .failure) { [directory = directory as String, round = round as Int] in
          let engine = try await QuarantineTests.openArmed(directory)
          if round == 1 {
            for number in 0..<5 {
              _ = try await engine.client.start(Perilous.self, id: "long \(number)", input: "wait")
            }
            while try await engine.statistics().runningActivities < 5 { await Task.yield() }
            _ = try await engine.client.start(Perilous.self, id: "guilty", input: "activity")
          }
          #expect(try await engine.quarantinedRuns().isEmpty)
          await QuarantineTests.waitForTheEnd()
        }
      }
      let engine = try await QuarantineTests.open(directory)
      let quarantined = try await engine.quarantinedRuns()
      #expect(quarantined.map(\.execution.workflowID) == ["guilty"])
      #expect(quarantined.first?.quarantine.reason.contains("trapped 3 times while activity 'peril'") == true)
      let guilty = engine.client.handle(for: Perilous.self, id: "guilty")
      #expect(try await guilty.describe().quarantine == quarantined.first?.quarantine)
      #expect(try await guilty.why().contains("in quarantine since"))
      let refused = await #expect(throws: WorkflowServiceError.self) { _ = try await guilty.query(name: "any") }
      #expect(refused?.message.contains("in quarantine") == true)
      // Others are served, also those that ran beside it.
      _ = try await engine.client.execute(Perilous.self, id: "new", input: "nothing")
      for number in 0..<5 {
        try await engine.client.handle(for: Perilous.self, id: "long \(number)").signal(name: "enough")
        #expect(try await engine.client.handle(for: Perilous.self, id: "long \(number)").result() == "enough")
      }
      try await engine.shutdown()

      // It outlives the process, and a checkpoint.
      let next = try await QuarantineTests.open(directory)
      try await next.checkpoint()
      try await next.shutdown()
      let last = try await WorkflowEngine.open(
        directory: directory, workflows: [Perilous.self], activities: [perils(areMended: true)],
        options: QuarantineTests.options())
      #expect(try await last.quarantinedRuns().count == 1)
      try await last.releaseFromQuarantine(WorkflowExecution(workflowID: "guilty"))
      #expect(try await last.client.handle(for: Perilous.self, id: "guilty").result() == "mended")
      let again = await #expect(throws: WorkflowServiceError.self) {
        try await last.releaseFromQuarantine(WorkflowExecution(workflowID: "new"))
      }
      #expect(again?.code == .notFound)
      try await last.shutdown()
    }
  }

  @Test("workflow code that traps, and code that overflows its stack", arguments: ["trap", "overflow"])
  func workflowTask(how: String) async throws {
    try await QuarantineTests.withDirectory { directory in
      for round in 1...3 {
        await #expect(processExitsWith: .failure) {
          [directory = directory as String, round = round as Int, how = how as String] in
          let engine = try await QuarantineTests.openArmed(directory)
          if round == 1 {
            _ = try await engine.client.start(Perilous.self, id: "long", input: "wait")
            while try await engine.statistics().runningActivities < 1 { await Task.yield() }
            _ = try await engine.client.start(Perilous.self, id: "guilty", input: how)
          }
          await QuarantineTests.waitForTheEnd()
        }
      }
      let engine = try await QuarantineTests.open(directory)
      let quarantined = try await engine.quarantinedRuns()
      #expect(quarantined.map(\.execution.workflowID) == ["guilty"])
      #expect(quarantined.first?.quarantine.reason.contains("its workflow task") == true)
      try await engine.client.handle(for: Perilous.self, id: "guilty").terminate()
      #expect(try await engine.quarantinedRuns().isEmpty)
      try await engine.shutdown()
    }
  }

  @Test("a process that is killed from outside accuses nobody")
  func killed() async throws {
    try await QuarantineTests.withDirectory { directory in
      for round in 1...4 {
        await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory as String, round = round as Int] in
          let engine = try await QuarantineTests.openArmed(directory)
          if round == 1 { _ = try await engine.client.start(Perilous.self, id: "long", input: "wait") }
          while try await engine.statistics().runningActivities < 1 { await Task.yield() }
          kill(getpid(), SIGKILL)
          await QuarantineTests.waitForTheEnd()
        }
      }
      let engine = try await QuarantineTests.open(directory)
      #expect(try await engine.quarantinedRuns().isEmpty)
      try await engine.client.handle(for: Perilous.self, id: "long").signal(name: "enough")
      #expect(try await engine.client.handle(for: Perilous.self, id: "long").result() == "enough")
      try await engine.shutdown()
    }
  }
}

/// Traps in one way or another, where it is armed: a failing test must not take the others with it.
actor Perilous: WorkflowDefinition {
  static let isArmed = Atomic<Bool>(false)

  nonisolated let context = WorkflowContext.current
  private var hasEnough = false

  static var handlers: WorkflowHandlers<Perilous> {
    WorkflowHandlers().signal("enough") { workflow, _ in workflow.hasEnough = true }
  }

  func run(input how: String) async throws -> String {
    switch how {
    case "trap":
      // What a run does before its start is recorded is forgotten with it.
      try await context.sleep(for: .milliseconds(50))
      precondition(!Perilous.isArmed.load(ordering: .sequentiallyConsistent), "as asked")
      return "not armed"
    case "overflow":
      try await context.sleep(for: .milliseconds(50))
      return "\(Perilous.isArmed.load(ordering: .sequentiallyConsistent) ? Perilous.depth(0) : 0)"
    case "activity": return try await context.executeActivity("peril", options: minute)
    case "wait":
      async let _: String = context.executeActivity("wait", options: ActivityOptions(startToCloseTimeout: .hours(1)))
      try await context.condition { hasEnough }
      return "enough"
    default: return how
    }
  }

  private static func depth(_ level: Int) -> Int {
    let space = Array(repeating: level, count: 16)
    return level < 0 ? level : depth(level + 1) + space[level % 16]
  }
}

/// The activities of ``Perilous``.
func perils(areMended: Bool = false) -> ActivityStubs {
  [
    "peril": { _ in
      let isArmed = Perilous.isArmed.load(ordering: .sequentiallyConsistent)
      precondition(areMended || !isArmed, "as asked")
      return areMended ? "mended" : "not armed"
    },
    "wait": { _ in
      try await Task.sleep(for: .seconds(3600))
      return "waited"
    },
  ]
}
