internal import Dispatch
internal import Logging
internal import Synchronization
@_spi(Ownership) internal import WorkflowJournal

/// What a standby does while its lock request waits: it follows the journal, and watches the owner if it may end it.
/// Both on threads of their own, until the object is let go.
final class StandbyWatch: Sendable {
  private let work: Work
  private let following: StandbyFollowing

  init(
    directory: String, options: WorkflowEngineOptions, standby: StandbyOptions, life: EngineLife, health: WorkflowHealth
  ) throws {
    work = Work(directory: directory, options: options, life: life, health: health)
    following = try StandbyFollowing(directory: directory, options: options, health: health) { !life.hasEnded }
    if let limit = standby.takeOverFrozenOwnerAfter {
      try EngineThread.start { [work] in work.watch(OwnerVigil(limit: limit)) }
    }
  }

  deinit {
    following.end()
    work.end()
  }

  /// What was read of the journal; `nil` if that is of no use. The following ends.
  func takeFollowed() -> FollowedJournal? { following.take() }
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
