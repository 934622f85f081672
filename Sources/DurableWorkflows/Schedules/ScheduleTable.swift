/// The schedules of an engine, what of them has to be recorded, and which of their runs have closed.
struct ScheduleTable: Sendable {
  /// Names an armed timer; outdated as soon as the schedule arms another.
  struct WakeUp: Hashable, Sendable {
    var scheduleID: String
    var generation: UInt64
  }

  /// A closed run that a schedule started.
  struct Closing: Sendable {
    var scheduleID: String
    /// By its first run id.
    var execution: WorkflowExecution
    var status: WorkflowExecutionStatus
    var result: [Payload] = []
    var failure: Failure?
  }

  private struct Entry: Sendable {
    var machine: ScheduleMachine
    var armed: Timestamp?
    var generation: UInt64 = 0
  }

  private var entries: [String: Entry] = [:]
  /// All ids, in order.
  private(set) var ids: [String] = []
  private var nextGeneration: UInt64 = 1
  /// Creations, updates and deletions of the turn, in order.
  private var records: [ScheduleRecord] = []
  /// Schedules whose progress has changed in the turn, in order of the first change.
  private var changed: [String] = []
  private var changedSet: Set<String> = []
  /// Schedules of which a run has closed in the turn.
  private var changedOutcomes: Set<String> = []
  private var closings: [Closing] = []

  subscript(id: String) -> ScheduleMachine? { entries[id]?.machine }

  // MARK: Changes

  /// Takes a schedule over from the journal.
  mutating func adopt(_ machine: ScheduleMachine) { insert(machine) }

  /// Takes a created or updated schedule in.
  mutating func define(_ machine: ScheduleMachine) {
    if entries[machine.id] == nil {
      insert(machine)
    } else {
      entries[machine.id]?.machine = machine
    }
    records.append(.definition(id: machine.id, machine.definition))
    markChanged(machine.id)
  }

  /// Takes a schedule back that has gone on.
  mutating func put(_ machine: ScheduleMachine) {
    guard let old = entries[machine.id]?.machine else { return }
    entries[machine.id]?.machine = machine
    if old.progress != machine.progress { markChanged(machine.id) }
    if old.outcome != machine.outcome {
      markChanged(machine.id)
      changedOutcomes.insert(machine.id)
    }
  }

  mutating func remove(_ id: String) {
    guard entries.removeValue(forKey: id) != nil else { return }
    ids.remove(at: position(of: id))
    if changedSet.remove(id) != nil { changed.removeAll { $0 == id } }
    changedOutcomes.remove(id)
    records.append(.deleted(id: id))
  }

  /// Whether something has to be recorded.
  var hasRecords: Bool { !records.isEmpty || !changed.isEmpty }

  /// The records of the turn.
  mutating func takeRecords() -> [ScheduleRecord] {
    var result = records
    for id in changed {
      guard let machine = entries[id]?.machine else { continue }
      result.append(.progress(id: id, machine.progress))
      if changedOutcomes.contains(id) { result.append(.outcome(id: id, machine.outcome)) }
    }
    records.removeAll(keepingCapacity: true)
    changed.removeAll(keepingCapacity: true)
    changedSet.removeAll(keepingCapacity: true)
    changedOutcomes.removeAll(keepingCapacity: true)
    return result
  }

  private mutating func insert(_ machine: ScheduleMachine) {
    entries[machine.id] = Entry(machine: machine)
    ids.insert(machine.id, at: position(of: machine.id))
  }

  private mutating func markChanged(_ id: String) {
    if changedSet.insert(id).inserted { changed.append(id) }
  }

  /// Where an id is, or would be.
  func position(of id: String) -> Int {
    var (low, high) = (0, ids.count)
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: Timers

  /// The timer that a schedule needs, unless it is already armed.
  mutating func nextWakeUp(of id: String) -> (WakeUp, Timestamp)? {
    guard var entry = entries[id] else { return nil }
    let deadline = entry.machine.nextWakeUp
    if deadline == entry.armed { return nil }
    entry.armed = deadline
    entry.generation = nextGeneration
    nextGeneration += 1
    entries[id] = entry
    return deadline.map { (WakeUp(scheduleID: id, generation: entry.generation), $0) }
  }

  /// Whether a timer still matters.
  func isCurrent(_ wakeUp: WakeUp) -> Bool { entries[wakeUp.scheduleID]?.generation == wakeUp.generation }

  /// A timer has fired.
  ///
  /// - Returns: the schedule, unless the timer no longer matters.
  mutating func fired(_ wakeUp: WakeUp) -> ScheduleMachine? {
    guard isCurrent(wakeUp) else { return nil }
    entries[wakeUp.scheduleID]?.armed = nil
    return entries[wakeUp.scheduleID]?.machine
  }

  // MARK: Runs

  /// A run has closed; if a schedule started its chain and the chain ends here, the schedule is told before the turn
  /// ends.
  mutating func runClosed(_ state: RunState?, _ event: EventAttributes) {
    guard !entries.isEmpty, event.newExecutionRunID == nil, let state, let id = state.scheduleID, entries[id] != nil
    else { return }
    var closing = Closing(
      scheduleID: id,
      execution: WorkflowExecution(workflowID: state.started.workflowID, runID: state.started.firstRunID),
      status: state.status)
    switch event {
    case .workflowExecutionCompleted(let result, _, _): closing.result = result
    case .workflowExecutionFailed(let failure, _, _, _): closing.failure = failure
    default: break
    }
    closings.append(closing)
  }

  mutating func takeClosings() -> [Closing] {
    defer { closings.removeAll(keepingCapacity: true) }
    return closings
  }
}

extension RunState {
  /// The search attribute that names the schedule of a run.
  static let scheduledByID = "TemporalScheduledById"
  /// The search attribute with a run's nominal time.
  static let scheduledStartTime = "TemporalScheduledStartTime"

  /// The schedule that started the run.
  var scheduleID: String? {
    // A client may have given the attribute another type; then no schedule is meant.
    started.searchAttributes[RunState.scheduledByID].flatMap {
      try? JSONPayloadConverter().value(of: $0, as: String.self)
    }
  }
}

/// The schedules of a journal, folded record by record while it is opened.
struct RecoveredSchedules {
  private var definitions: [String: ScheduleMachine.Definition] = [:]
  private var progress: [String: ScheduleProgress] = [:]
  private var outcomes: [String: ScheduleMachine.Outcome] = [:]

  /// Folds a record in.
  mutating func visit(_ body: [UInt8]) throws(RecordCodingError) {
    var reader = ByteReader(body)
    switch try reader.scheduleRecord() {
    case .definition(let id, let definition): definitions[id] = definition
    case .progress(let id, let progress):
      guard definitions[id] != nil else {
        throw RecordCodingError("schedule '\(id)' has progress but no definition", at: 0)
      }
      self.progress[id] = progress
    case .deleted(let id):
      definitions[id] = nil
      progress[id] = nil
      outcomes[id] = nil
    case .outcome(let id, let outcome): outcomes[id] = outcome
    }
  }

  var machines: [ScheduleMachine] {
    definitions.keys.sorted().compactMap { id in
      guard let definition = definitions[id], let progress = progress[id] else { return nil }
      return ScheduleMachine(
        id: id, definition: definition, progress: progress, outcome: outcomes[id] ?? ScheduleMachine.Outcome())
    }
  }
}
