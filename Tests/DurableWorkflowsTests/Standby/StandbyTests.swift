internal import Foundation
internal import Logging
internal import Testing
internal import WorkflowJournal

@testable internal import DurableWorkflows

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A second process waits for the first one's directory. The owner is a real process, which is really killed.
@Suite("A hot standby", .timeLimit(.minutes(2)))
struct StandbyTests {
  private static func options(_ standby: StandbyOptions?) -> WorkflowEngineOptions {
    var options = WorkflowEngineOptions()
    options.standby = standby
    options.logger = Logger(label: "standby") { _ in SwiftLogNoOpLogHandler() }
    return options
  }

  private static func open(_ path: String, _ options: WorkflowEngineOptions) async throws -> WorkflowEngine {
    try await WorkflowEngine.open(directory: path, workflows: [Tally.self], options: options)
  }

  /// What the owner's process does until it is killed: it leaves an open run behind.
  private static func own(_ path: String, _ limit: Duration?) async throws {
    let engine = try await open(path, options(StandbyOptions(takeOverFrozenOwnerAfter: limit)))
    _ = try await engine.client.start(Tally.self, id: "t", input: 20)
    close(creat(path + ".owned", 0o644))
    try await engine.waitUntilEnded()
  }

  private static func temporary() -> String {
    FileManager.default.temporaryDirectory.appending(path: "standby-\(UUID().uuidString)").path
  }

  private static func remove(_ path: String) {
    for name in [path, path + ".owned"] { try? FileManager.default.removeItem(atPath: name) }
  }

  /// The id of the process that owns the journal and has its run.
  private static func owner(_ path: String) async throws -> Int32 {
    while access(path + ".owned", F_OK) != 0 { try await Task.sleep(for: .milliseconds(5)) }
    return try #require(LockSigns(journal: path, fileSystem: PosixFileSystem())).process
  }

  private static func until(_ isDone: () async -> Bool) async throws {
    while !(await isDone()) { try await Task.sleep(for: .milliseconds(5)) }
  }

  @Test("it says who it waits for, takes over when the owner is killed, and goes on with its runs")
  func takesOver() async throws {
    let path = Self.temporary()
    defer { Self.remove(path) }
    async let child: ExitTest.Result? = #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      try await StandbyTests.own(path, nil)
    }
    let owner = try await Self.owner(path)
    // Without the option it fails at once, as ever.
    let refusal = await #expect(throws: JournalError.self) { _ = try await Self.open(path, Self.options(nil)) }
    #expect(refusal?.code == .locked)

    let health = WorkflowHealth()
    var options = Self.options(StandbyOptions())
    options.health = health
    let waiting = options
    let opening = Task { try await Self.open(path, waiting) }
    try await Self.until { health.phase == .standby }
    // The rehearsal has read what the owner wrote.
    try await Self.until { await health.report().components[0].values["rehearsal_seconds"] != nil }
    let report = await health.report()
    #expect(!report.isReady && report.isAlive)
    #expect(report.components.map(\.name) == ["engine"])
    #expect(report.problem?.reason == "standby")
    #expect(report.problem?.message.contains("process \(owner) owns the journal") == true)

    kill(owner, SIGKILL)
    let engine = try await opening.value
    #expect(health.phase == .serving)
    #expect(await health.report().isReady)
    let handle = engine.client.handle(for: Tally.self, id: "t")
    try await handle.signal(name: "finish")
    #expect(try await handle.result() == 20)
    try await engine.shutdown()
    _ = await child
  }

  @Test("a wait that is cancelled ends, and does not take the directory later")
  func cancelled() async throws {
    let path = Self.temporary()
    defer { Self.remove(path) }
    async let child: ExitTest.Result? = #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      try await StandbyTests.own(path, nil)
    }
    let owner = try await Self.owner(path)
    let health = WorkflowHealth()
    var options = Self.options(StandbyOptions())
    options.health = health
    let waiting = options
    let opening = Task { try await Self.open(path, waiting) }
    try await Self.until { health.phase == .standby }
    opening.cancel()
    await #expect(throws: CancellationError.self) { _ = try await opening.value }
    kill(owner, SIGKILL)
    _ = await child
    // Another standby of this process gets it, whether or not the thread of the first one was faster.
    let engine = try await Self.open(path, Self.options(StandbyOptions()))
    #expect(try await engine.statistics().openRuns == 1)
    #expect(health.phase == .ended)
    try await engine.shutdown()
  }

  @Test("a frozen owner is waited for, unless the option says when it is ended; woken up, it is no more")
  func frozen() async throws {
    let path = Self.temporary()
    defer { Self.remove(path) }
    async let child: ExitTest.Result? = #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      try await StandbyTests.own(path, .milliseconds(500))
    }
    let owner = try await Self.owner(path)
    kill(owner, SIGSTOP)
    let patient = WorkflowHealth()
    var options = Self.options(StandbyOptions())
    options.health = patient
    let waiting = options
    let first = Task { try await Self.open(path, waiting) }
    try await Self.until { patient.phase == .standby }

    options = Self.options(StandbyOptions(takeOverFrozenOwnerAfter: .milliseconds(500)))
    options.health = WorkflowHealth()
    let impatient = options
    let second = Task { try await Self.open(path, impatient) }
    // One of them gets the lock when the owner is gone, the other one goes on waiting for this process.
    try await Self.until { patient.phase == .serving || impatient.health?.phase == .serving }
    kill(owner, SIGCONT)
    let ending = await child
    #expect(ending?.exitStatus == .signal(SIGKILL))
    let (winner, loser) = patient.phase == .serving ? (first, second) : (second, first)
    let engine = try await winner.value
    #expect(try await engine.statistics().openRuns == 1)
    loser.cancel()
    await #expect(throws: CancellationError.self) { _ = try await loser.value }
    try await engine.shutdown()
  }

  @Test("a directory that this very process owns is not waited for")
  func sameProcess() async throws {
    let path = Self.temporary()
    defer { Self.remove(path) }
    let engine = try await Self.open(path, Self.options(StandbyOptions()))
    let error = await #expect(throws: JournalError.self) {
      _ = try await Self.open(path, Self.options(StandbyOptions()))
    }
    #expect(error?.code == .locked)
    try await engine.shutdown()
  }

  @Test("a patience that is too short is refused")
  func options() async throws {
    let error = await #expect(throws: WorkflowEngineError.self) {
      _ = try await Self.open(
        "/never", Self.options(StandbyOptions(takeOverFrozenOwnerAfter: .milliseconds(499))))
    }
    #expect(error?.code == .invalidConfiguration)
    #expect(error?.message.contains("takeOverFrozenOwnerAfter") == true)
  }
}
