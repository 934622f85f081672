internal import Foundation
internal import Logging
internal import Testing
@_spi(Ownership) internal import WorkflowJournal

@testable internal import DurableWorkflows

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A second process waits for the first one's directory.
///
/// Would fail if it did not wait, waited for itself, did not take over, or ended an owner that lives.
@Suite("A hot standby", .timeLimit(.minutes(2)))
struct StandbyTests {
  private static func options(
    _ standby: StandbyOptions?, _ health: WorkflowHealth? = nil
  ) -> WorkflowEngineOptions {
    var options = WorkflowEngineOptions()
    options.standby = standby
    options.health = health
    options.logger = Logger(label: "standby") { _ in SwiftLogNoOpLogHandler() }
    return options
  }

  private static func open(_ path: String, _ options: WorkflowEngineOptions) async throws -> WorkflowEngine {
    try await WorkflowEngine.open(directory: path, workflows: [Tally.self], options: options)
  }

  /// A journal with one open run.
  private static func journal(batches: Int = 0) async throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "standby-\(UUID().uuidString)").path
    let engine = try await open(path, options(nil))
    let handle = try await engine.client.start(Tally.self, id: "t", input: 20)
    // Each is in a batch of its own: what is damaged in the second one is no tail.
    for _ in 0..<batches { try await handle.signal(name: "ignored") }
    try await engine.shutdown()
    return path
  }

  private static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

  /// Makes the files of one journal those of another, the manifest last; the lock stays.
  private static func copy(_ source: String, over target: String) throws {
    let files = FileManager.default
    let names = try files.contentsOfDirectory(atPath: source).filter { $0 != "LOCK" && $0 != "MANIFEST" }
    for name in names + ["MANIFEST"] {
      try files.copyItem(atPath: "\(source)/\(name)", toPath: "\(target)/\(name).copy")
      guard rename("\(target)/\(name).copy", "\(target)/\(name)") == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
  }

  private static func until(_ isDone: () async -> Bool) async throws {
    while !(await isDone()) { try await Task.sleep(for: .milliseconds(5)) }
  }

  #if os(Linux)
    @Test("it says who it waits for, takes over when the owner is killed, and goes on with its runs")
    func takesOver() async throws {
      let path = try await Self.journal()
      defer { Self.remove(path) }
      let owner = try LockHoldingProcess(journal: path, givesSigns: false)
      // Without the option it fails at once, as ever.
      let refusal = await #expect(throws: JournalError.self) { _ = try await Self.open(path, Self.options(nil)) }
      #expect(refusal?.code == .locked)

      let health = WorkflowHealth()
      let options = Self.options(StandbyOptions(), health)
      let opening = Task { try await Self.open(path, options) }
      try await Self.until { health.phase == .standby }
      try await Self.until { await health.report().components[0].values["rehearsal_seconds"] != nil }
      let report = await health.report()
      #expect(!report.isReady && report.isAlive)
      #expect(report.components.map(\.name) == ["engine"])
      #expect(report.problem?.reason == "standby")
      #expect(report.problem?.message.contains("process \(owner.id) owns the journal") == true)

      owner.signal(SIGKILL)
      let engine = try await opening.value
      #expect(owner.wait() == SIGKILL)
      #expect(health.phase == .serving)
      let handle = engine.client.handle(for: Tally.self, id: "t")
      try await handle.signal(name: "finish")
      #expect(try await handle.result() == 20)
      try await engine.shutdown()
    }

    @Test("a wait that is cancelled ends, and does not keep the directory later")
    func cancelled() async throws {
      let path = try await Self.journal()
      defer { Self.remove(path) }
      let owner = try LockHoldingProcess(journal: path, givesSigns: false)
      let health = WorkflowHealth()
      let options = Self.options(StandbyOptions(), health)
      let opening = Task { try await Self.open(path, options) }
      try await Self.until { health.phase == .standby }
      opening.cancel()
      await #expect(throws: CancellationError.self) { _ = try await opening.value }
      #expect(health.phase == .ended)
      owner.signal(SIGKILL)
      #expect(owner.wait() == SIGKILL)
      // Another one gets it, whether or not the thread of the first one was faster; that thread has no say in the health
      // of the second one, even if it is the same object.
      let engine = try await Self.open(path, Self.options(StandbyOptions(), health))
      #expect(try await engine.statistics().openRuns == 1)
      #expect(health.phase == .serving)
      try await engine.shutdown()
      #expect(health.phase == .ended)
      // And it is free again.
      try await Self.open(path, Self.options(StandbyOptions())).shutdown()
    }

    @Test("a frozen owner is waited for, unless the option says when it is ended; woken up, it is no more")
    func frozen() async throws {
      let path = try await Self.journal()
      defer { Self.remove(path) }
      let owner = try LockHoldingProcess(journal: path, givesSigns: true)
      let health = WorkflowHealth()
      let options = Self.options(StandbyOptions(takeOverFrozenOwnerAfter: .milliseconds(500)), health)
      let opening = Task { try await Self.open(path, options) }
      try await Self.until { health.phase == .standby }
      // It gives signs, so it is left alone for longer than its silence would be borne.
      try await Task.sleep(for: .milliseconds(800))
      #expect(health.phase == .standby)
      owner.signal(SIGSTOP)
      let engine = try await opening.value
      owner.signal(SIGCONT)
      #expect(owner.wait() == SIGKILL)
      #expect(try await engine.statistics().openRuns == 1)
      // The new owner gives signs in turn.
      let first = LockSigns(journal: path, fileSystem: PosixFileSystem())
      #expect(first?.process == getpid())
      try await Self.until { LockSigns(journal: path, fileSystem: PosixFileSystem()) != first }
      try await engine.shutdown()
    }

    @Test("an owner that gives no signs is never ended")
    func mute() async throws {
      let path = try await Self.journal()
      defer { Self.remove(path) }
      let owner = try LockHoldingProcess(journal: path, givesSigns: false)
      let health = WorkflowHealth()
      let options = Self.options(StandbyOptions(takeOverFrozenOwnerAfter: .milliseconds(500)), health)
      let opening = Task { try await Self.open(path, options) }
      try await Self.until { health.phase == .standby }
      owner.signal(SIGSTOP)
      try await Task.sleep(for: .milliseconds(1000))
      #expect(health.phase == .standby)
      owner.signal(SIGKILL)
      #expect(owner.wait() == SIGKILL)
      try await opening.value.shutdown()
    }

    @Test("an owner that is killed right after a checkpoint: what the checkpoint left out is forgotten by the next one")
    func afterCheckpoint() async throws {
      let (path, other) = (try await Self.journal(), try await Self.journal())
      defer { for path in [path, other] { Self.remove(path) } }
      let health = WorkflowHealth()
      var options = Self.options(StandbyOptions(), health)
      options.retention = .zero

      // What lies in the directory that the standby waits for: a checkpoint with ten closed runs.
      var engine = try await Self.open(other, Self.options(nil))
      for number in 0..<10 {
        let handle = try await engine.client.start(Tally.self, id: "closed-\(number)", input: number)
        try await handle.signal(name: "finish")
        _ = try await handle.result()
      }
      try await engine.checkpoint()
      try await engine.shutdown()
      try Self.copy(other, over: path)
      let owner = try LockHoldingProcess(journal: path, givesSigns: false)
      let opening = Task { [options] in try await Self.open(path, options) }
      try await Self.until { await health.report().components[0].values["rehearsal_seconds"] != nil }

      // The owner makes another, without them.
      var work = Self.options(nil)
      work.retention = .zero
      engine = try await Self.open(other, work)
      #expect(try await engine.checkpoint().forgottenRuns == 10)
      _ = try await engine.client.start(Tally.self, id: "late", input: 3)
      try await engine.shutdown()
      try Self.copy(other, over: path)
      owner.signal(SIGKILL)
      engine = try await opening.value
      #expect(owner.wait() == SIGKILL)

      // Nearly always it was too quick for the standby to read the new checkpoint: then its own next one tells.
      try await Self.until { (try? await engine.statistics().runs) == 2 }
      #expect(try await engine.countWorkflowExecutions(namespace: "default", query: "") == 2)
      for id in ["t", "late"] {
        let handle = engine.client.handle(for: Tally.self, id: id)
        try await handle.signal(name: "finish")
        #expect(try await handle.result() == (id == "t" ? 20 : 3))
      }
      await #expect(throws: WorkflowServiceError.self) {
        _ = try await engine.client.handle(for: Tally.self, id: "closed-3").describe()
      }
      try await engine.shutdown()
    }

    @Test("what would stop a take-over is said while there is time")
    func rehearsal() async throws {
      let path = try await Self.journal(batches: 4)
      defer { Self.remove(path) }
      // The next segment makes the first one more than a tail that is being written.
      for name in try PosixFileSystem().list(path) where name.hasSuffix(".journal") {
        let file = try FileHandle(forUpdating: URL(filePath: path + "/" + name))
        try file.seek(toOffset: 8192)
        try file.write(contentsOf: Data(repeating: 0xEE, count: 512))
        try file.close()
        try FileManager.default.copyItem(atPath: path + "/" + name, toPath: path + "/00000002.journal")
      }
      let owner = try LockHoldingProcess(journal: path, givesSigns: false)
      let health = WorkflowHealth()
      let options = Self.options(StandbyOptions(), health)
      let opening = Task { try await Self.open(path, options) }
      try await Self.until { await health.report().problem?.reason == "cannot_take_over" }
      owner.signal(SIGKILL)
      #expect(owner.wait() == SIGKILL)
      await #expect(throws: JournalError.self) { _ = try await opening.value }
      #expect(health.phase == .failed)
    }
  #endif

  @Test("a directory that this very process owns is not waited for")
  func sameProcess() async throws {
    let path = try await Self.journal()
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
