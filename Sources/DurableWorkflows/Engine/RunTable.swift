internal import WorkflowJournal

/// All runs of the journal: those that something happens to are in memory, the others lie on disk, and only their ids and
/// the places of their records are kept. Asking for a run loads it.
final class RunTable {
  private(set) var residents: [RunKey: Run] = [:]
  /// A copy of it is good for as long as the checkpoint on which it rests has its files.
  private(set) var lying = LyingRuns()
  private(set) var reader: RunReader
  /// Runs without live code, which may be put down; the first has waited longest.
  private var idle: [RunKey] = []
  private var idleHead = 0
  /// Why a run could not be loaded. Nothing must be acknowledged after it.
  private(set) var failure: (any Error)?

  init(_ reader: RunReader) { self.reader = reader }

  /// The number of runs.
  var count: Int { residents.count + lying.count }
  var lyingCount: Int { lying.count }

  /// The run, loaded if it lies on disk; `nil` if there is none, and when it cannot be read, which ``failure`` tells.
  subscript(key: RunKey) -> Run? {
    if let run = residents[key] { return run }
    guard let entry = lying[key] else { return nil }
    do {
      guard let state = try reader.state(of: key, entry) else {
        // Its time was over, and the checkpoint has left it out.
        lying.remove(key)
        return nil
      }
      let run = Run(state: state, history: reader.images.current(entry.tail))
      lying.remove(key)
      residents[key] = run
      release(run)
      return run
    } catch {
      if failure == nil { failure = error }
      return nil
    }
  }

  /// The state of a run; the run stays where it is.
  func state(of key: RunKey) throws -> RunState? {
    if let run = residents[key] { return run.state }
    return try lying[key].flatMap { try reader.state(of: key, $0) }
  }

  /// Whether a run is open; nothing is loaded.
  func isOpen(_ key: RunKey) -> Bool {
    residents[key]?.state.isOpen ?? lying[key]?.isOpen ?? false
  }

  func insert(_ run: Run) {
    residents[run.state.key] = run
    lying.remove(run.state.key)
  }

  /// The runs that lie on disk in a journal that was opened.
  func adopt(_ lying: LyingRuns) { self.lying = lying }

  // MARK: Putting down

  /// The run has no live code and may be put down when others have been used since.
  func release(_ run: Run) { idle.append(run.state.key) }

  /// Puts down those that were released longest ago, until `limit` of them are left.
  func putDownIdle(downTo limit: Int) {
    while idle.count - idleHead > limit {
      let key = idle[idleHead]
      idleHead += 1
      if let run = residents[key], run.mayBePutDown { putDown(run) }
    }
    if idleHead > 1024, idleHead * 2 > idle.count {
      idle.removeFirst(idleHead)
      idleHead = 0
    }
  }

  private func putDown(_ run: Run) {
    let key = run.state.key
    lying.insert(LyingRuns.Entry(run.state, tail: reader.images.current(run.history)), for: key)
    residents[key] = nil
  }

  // MARK: Checkpoints

  /// A checkpoint has been installed: what it covers is read from it from here on.
  func adopt(_ images: ImageIndex) { reader.images = images }

  /// Forgets a closed run.
  func forget(_ key: RunKey) {
    residents[key] = nil
    lying.remove(key)
  }

  // MARK: Histories

  /// The bodies of the run's records of events in the journal.
  func eventRecords(of run: Run) throws -> [[UInt8]] {
    try reader.eventRecords(of: run.state.key, tail: run.history)
  }

  /// Calls `body` with the bodies of the run's records of events in the journal, which are read one at a time.
  func forEachEventRecord(of run: Run, _ body: ([UInt8]) throws -> Void) throws {
    let reader = reader
    try reader.forEachEventRecord(of: run.state.key, tail: run.history, body)
  }

  func lastEventRecord(of run: Run) throws -> [UInt8]? {
    try reader.lastEventRecord(of: run.state.key, tail: run.history)
  }
}

extension Run {
  /// Whether everything of the run is in the journal, and nobody waits for it here.
  var mayBePutDown: Bool {
    instance == nil && !isDirty && pendingEvents.isEmpty && pendingRecords.isEmpty && runningActivities.isEmpty
      && longPolls.isEmpty && pendingUpdates.isEmpty && updateWaiters.isEmpty && localActivities.isEmpty
      && localResults.isEmpty && !mustReplay && !hasTripped && timesLost == 0 && state.mayLie
  }
}
