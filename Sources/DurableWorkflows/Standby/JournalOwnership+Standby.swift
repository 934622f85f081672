internal import Logging
internal import WorkflowJournal

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
    let watch = try StandbyWatch(directory: directory, options: options, standby: standby, health: health)
    let ownership = try withExtendedLifetime(watch) { try acquire(waiting: true) }
    guard life.endWaiting() else {
      ownership.lock.release()
      throw CancellationError()
    }
    return ownership
  }
}

extension WorkflowEngineOptions {
  /// How the engine waits for its directory; `nil` if it does not.
  var usedStandby: StandbyOptions? { standby ?? (journal.waitsForLock ? StandbyOptions() : nil) }
}
