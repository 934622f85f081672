#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif
internal import Logging
internal import Synchronization
@_spi(Ownership) internal import WorkflowJournal

extension JournalOwnership {
  /// Becomes the owner of a directory, on the engine's thread: at once, or, for a standby, when the present owner has
  /// ended.
  ///
  /// - Throws: `JournalError`, code `locked`, without a standby and when this very process is the owner;
  ///   `CancellationError` when the wait was cancelled.
  static func take(
    directory: String, options: WorkflowEngineOptions, life: EngineLife, health: WorkflowHealth
  ) throws -> JournalOwnership {
    func acquire(waiting: Bool) throws(JournalError) -> JournalOwnership {
      try Journal.acquire(
        directory: directory, fileSystem: options.fileSystem, options: options.journal, waiting: waiting)
    }
    guard let standby = options.usedStandby else { return try acquire(waiting: false) }
    do throws(JournalError) {
      return try acquire(waiting: false)
    } catch {
      guard error.code == .locked else { throw error }
    }
    guard life.beginWaiting() else { throw CancellationError() }
    let owner = LockSigns(journal: directory, fileSystem: options.fileSystem)?.process
    health.beginStandby(owner: owner)
    options.logger.info(
      "standing by: another process owns the journal",
      metadata: ["directory": "\(directory)", "owner": "\(owner.map(String.init) ?? "unknown")"])
    let watch = try StandbyWatch(
      directory: directory, options: options, standby: standby, life: life, health: health)
    var result: Result<JournalOwnership, JournalError>
    var attempt = 0
    repeat {
      attempt += 1
      result = withExtendedLifetime(watch) {
        Result { () throws(JournalError) in try acquire(waiting: true) }
      }
      // A wait that was given up in this process has the lock for a moment: it is as good as free.
    } while result.isLocked && attempt < 1000 && AbandonedWaits.pause()
    guard life.endWaiting() else {
      try? result.get().lock.release()
      AbandonedWaits.ended()
      throw CancellationError()
    }
    return try result.get()
  }
}

extension Result where Failure == JournalError {
  fileprivate var isLocked: Bool {
    if case .failure(let error) = self { error.code == .locked } else { false }
  }
}

/// Waits that were given up, whose threads still wait for a lock: nothing can interrupt them.
enum AbandonedWaits {
  private static let count = Atomic(0)

  static func began() { count.add(1, ordering: .relaxed) }

  static func ended() { count.subtract(1, ordering: .relaxed) }

  /// Gives such a thread a moment to let its lock go; false if there is none.
  static func pause() -> Bool {
    guard count.load(ordering: .relaxed) > 0 else { return false }
    usleep(1000)
    return true
  }
}

extension WorkflowEngineOptions {
  /// How the engine waits for its directory; `nil` if it does not.
  var usedStandby: StandbyOptions? { standby ?? (journal.waitsForLock ? StandbyOptions() : nil) }
}
