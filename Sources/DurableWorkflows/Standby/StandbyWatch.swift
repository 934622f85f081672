internal import Dispatch
internal import Logging
internal import Synchronization
@_spi(Ownership) internal import WorkflowJournal

/// What a standby does while its lock request waits: it rehearses the take-over once, and watches the owner if it may
/// end it. Both on threads of their own, until the object is let go.
final class StandbyWatch: Sendable {
  private let work: Work

  init(
    directory: String, options: WorkflowEngineOptions, standby: StandbyOptions, life: EngineLife, health: WorkflowHealth
  ) throws {
    work = Work(directory: directory, options: options, life: life, health: health)
    try EngineThread.start { [work] in work.rehearse() }
    if let limit = standby.takeOverFrozenOwnerAfter {
      try EngineThread.start { [work] in work.watch(OwnerVigil(limit: limit)) }
    }
  }

  deinit { work.end() }
}

private final class Work: Sendable {
  let directory: String
  let options: WorkflowEngineOptions
  let life: EngineLife
  let health: WorkflowHealth
  private let wake = DispatchSemaphore(value: 0)
  private let isOver = Atomic(false)

  init(directory: String, options: WorkflowEngineOptions, life: EngineLife, health: WorkflowHealth) {
    self.directory = directory
    self.options = options
    self.life = life
    self.health = health
  }

  func end() {
    isOver.store(true, ordering: .releasing)
    wake.signal()
  }

  /// A wait that was given up ends no owner, although its thread waits on.
  private var hasEnded: Bool { isOver.load(ordering: .acquiring) || life.hasEnded }

  // MARK: Rehearsal

  /// Does what a take-over will do, up to the first change: it brings the journal into the system's cache, and shows
  /// now what would stop it then: a key that is missing, damage, a version that this program does not know.
  func rehearse() {
    // The owner may remove files that are being read, after a checkpoint: then it is tried again.
    for attempt in 1...Work.attempts {
      let start = ContinuousClock.now
      do {
        try readEverything()
        return health.standbyRehearsed(in: .now - start)
      } catch is Ended {
        return
      } catch where attempt == Work.attempts {
        options.logger.error(
          "the standby cannot read the journal: a take-over would fail",
          metadata: ["directory": "\(directory)", "error": "\(error)"])
        health.standbyCannotRead("\(error)")
      } catch {
        continue
      }
    }
  }

  private static let attempts = 5

  private struct Ended: Error {}

  private func readEverything() throws {
    let reader = JournalRecordReader(
      directory: directory, fileSystem: options.fileSystem, encryption: options.journal.encryption)
    var recovered = RecoveredRuns { try reader.read($0) }
    // What the owner is writing meanwhile may look damaged or have gaps; only what was complete before counts.
    let tail = try options.fileSystem.list(directory).compactMap(Work.segment).max() ?? 1
    var isAtTail = false
    let found = try Journal.read(
      directory: directory, fileSystem: options.fileSystem, encryption: options.journal.encryption
    ) { type, body, pointer in
      if hasEnded { throw Ended() }
      if isAtTail { return }
      do {
        try recovered.visit(type: type, body: body, at: pointer)
      } catch where !pointer.isCheckpoint && pointer.segment >= tail {
        isAtTail = true
      }
    }
    let damage = found.damage.first { damage in
      let name = damage.file?.split(separator: "/").last.map(String.init) ?? ""
      return (Work.segment(name) ?? 0) < tail
    }
    if let damage { throw damage }
    if !isAtTail { try recovered.finish() }
  }

  /// The number of a segment's file; `nil` for other files.
  private static func segment(_ name: String) -> UInt32? {
    name.hasSuffix(".journal") ? UInt32(name.dropLast(".journal".count)) : nil
  }

  // MARK: Watching the owner

  func watch(_ vigil: OwnerVigil) {
    var vigil = vigil
    var last = ContinuousClock.now
    while !hasEnded {
      _ = wake.wait(timeout: .now() + .nanoseconds(Int(clamping: vigil.interval.inNanoseconds)))
      if hasEnded { return }
      let now = ContinuousClock.now
      let finding = vigil.look(at: LockSigns(journal: directory, fileSystem: options.fileSystem), after: now - last)
      last = now
      switch finding {
      case .givesNoSigns(let process): health.standbySees(owner: process, silentFor: nil)
      case .lives(let process): health.standbySees(owner: process, silentFor: nil)
      case .isSilent(let process, let silence): health.standbySees(owner: process, silentFor: silence)
      case .isFrozen(let process, let silence):
        health.standbySees(owner: process, silentFor: silence)
        end(process, silentFor: silence)
        vigil.beginAgain()
      }
    }
  }

  private func end(_ process: Int32, silentFor silence: Duration) {
    options.logger.critical(
      "the owner of the journal gives no sign of life; it is ended",
      metadata: ["directory": "\(directory)", "process": "\(process)", "silence": "\(silence)"])
    do throws(LockHolder.Refusal) {
      try LockHolder.end(process, journal: directory)
    } catch {
      options.logger.error(
        "the frozen owner of the journal cannot be ended", metadata: ["directory": "\(directory)", "error": "\(error)"])
      health.standbyCannotEnd(error.description)
    }
  }
}
