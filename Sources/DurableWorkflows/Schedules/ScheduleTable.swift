/// The schedules of an engine, what of them has to be recorded, and which of their runs have closed.
struct ScheduleTable: Sendable {
  /// Names an armed timer; outdated as soon as the schedule arms another.
  struct WakeUp: Hashable, Sendable {
    var schedule: NamespacedID
    var generation: UInt64
  }

  /// A closed run that a schedule started.
  struct Closing: Sendable {
    var schedule: NamespacedID
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

  private var entries: [NamespacedID: Entry] = [:]
  /// All ids, in order.
  private(set) var ids: [NamespacedID] = []
  private var nextGeneration: UInt64 = 1
  /// Creations, updates and deletions of the turn, in order.
  private var records: [Record] = []
  /// Schedules whose progress has changed in the turn, in order of the first change.
  private var changed: [NamespacedID] = []
  private var changedSet: Set<NamespacedID> = []
  /// Schedules of which a run has closed in the turn.
  private var changedOutcomes: Set<NamespacedID> = []
  private var closings: [Closing] = []

  /// A record, and the namespace of its schedule.
  typealias Record = (namespace: NamespaceKey, record: ScheduleRecord)

  subscript(id: NamespacedID) -> ScheduleMachine? { entries[id]?.machine }

  /// The ids of a namespace, in order.
  func ids(of namespace: NamespaceKey) -> ArraySlice<NamespacedID> {
    ids[position(of: NamespacedID(namespace, ""))...].prefix { $0.namespace == namespace }
  }

  // MARK: Changes

  /// Takes a schedule over from the journal.
  mutating func adopt(_ machine: ScheduleMachine) { insert(machine) }

  /// Takes a created or updated schedule in.
  mutating func define(_ machine: ScheduleMachine) {
    if entries[machine.key] == nil {
      insert(machine)
    } else {
      entries[machine.key]?.machine = machine
    }
    records.append((machine.namespace, .definition(id: machine.id, machine.definition)))
    markChanged(machine.key)
  }

  /// Takes a schedule back that has gone on.
  mutating func put(_ machine: ScheduleMachine) {
    guard let old = entries[machine.key]?.machine else { return }
    entries[machine.key]?.machine = machine
    if old.progress != machine.progress { markChanged(machine.key) }
    if old.outcome != machine.outcome {
      markChanged(machine.key)
      changedOutcomes.insert(machine.key)
    }
  }

  mutating func remove(_ id: NamespacedID) {
    guard entries.removeValue(forKey: id) != nil else { return }
    ids.remove(at: position(of: id))
    if changedSet.remove(id) != nil { changed.removeAll { $0 == id } }
    changedOutcomes.remove(id)
    records.append((id.namespace, .deleted(id: id.id)))
  }

  /// Whether something has to be recorded.
  var hasRecords: Bool { !records.isEmpty || !changed.isEmpty }

  /// The records of the turn.
  mutating func takeRecords() -> [Record] {
    var result = records
    for id in changed {
      guard let machine = entries[id]?.machine else { continue }
      result.append((id.namespace, .progress(id: id.id, machine.progress)))
      if changedOutcomes.contains(id) { result.append((id.namespace, .outcome(id: id.id, machine.outcome))) }
    }
    records.removeAll(keepingCapacity: true)
    changed.removeAll(keepingCapacity: true)
    changedSet.removeAll(keepingCapacity: true)
    changedOutcomes.removeAll(keepingCapacity: true)
    return result
  }

  private mutating func insert(_ machine: ScheduleMachine) {
    entries[machine.key] = Entry(machine: machine)
    ids.insert(machine.key, at: position(of: machine.key))
  }

  private mutating func markChanged(_ id: NamespacedID) {
    if changedSet.insert(id).inserted { changed.append(id) }
  }

  /// Where an id is, or would be.
  func position(of id: NamespacedID) -> Int {
    var (low, high) = (0, ids.count)
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: Timers

  /// The timer that a schedule needs, unless it is already armed.
  mutating func nextWakeUp(of id: NamespacedID) -> (WakeUp, Timestamp)? {
    guard var entry = entries[id] else { return nil }
    let deadline = entry.machine.nextWakeUp
    if deadline == entry.armed { return nil }
    entry.armed = deadline
    entry.generation = nextGeneration
    nextGeneration += 1
    entries[id] = entry
    return deadline.map { (WakeUp(schedule: id, generation: entry.generation), $0) }
  }

  /// Whether a timer still matters.
  func isCurrent(_ wakeUp: WakeUp) -> Bool { entries[wakeUp.schedule]?.generation == wakeUp.generation }

  /// A timer has fired.
  ///
  /// - Returns: the schedule, unless the timer no longer matters.
  mutating func fired(_ wakeUp: WakeUp) -> ScheduleMachine? {
    guard isCurrent(wakeUp) else { return nil }
    entries[wakeUp.schedule]?.armed = nil
    return entries[wakeUp.schedule]?.machine
  }

  // MARK: Runs

  /// A run has closed; if a schedule started its chain and the chain ends here, the schedule is told before the turn
  /// ends.
  mutating func runClosed(_ state: RunState?, _ event: EventAttributes) {
    guard !entries.isEmpty, event.newExecutionRunID == nil, let state, let scheduleID = state.scheduleID
    else { return }
    let id = NamespacedID(state.started.namespace, scheduleID)
    guard entries[id] != nil else { return }
    var closing = Closing(
      schedule: id,
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
  private var definitions: [NamespacedID: ScheduleMachine.Definition] = [:]
  private var progress: [NamespacedID: ScheduleProgress] = [:]
  private var outcomes: [NamespacedID: ScheduleMachine.Outcome] = [:]

  /// Folds a record in.
  mutating func visit(_ body: [UInt8]) throws(RecordCodingError) {
    var reader = ByteReader(body)
    let namespace = try reader.namespacePrefix(ScheduleRecord.namespaceKind)
    func key(_ id: String) -> NamespacedID { NamespacedID(namespace, id) }
    switch try reader.scheduleRecord() {
    case .definition(let id, let definition): definitions[key(id)] = definition
    case .progress(let id, let progress):
      guard definitions[key(id)] != nil else {
        throw RecordCodingError("schedule '\(id)' has progress but no definition", at: 0)
      }
      self.progress[key(id)] = progress
    case .deleted(let id):
      definitions[key(id)] = nil
      progress[key(id)] = nil
      outcomes[key(id)] = nil
    case .outcome(let id, let outcome): outcomes[key(id)] = outcome
    }
  }

  /// The namespaces beside the engine's own that have schedules.
  var namespaces: Set<NamespaceKey> { Set(definitions.keys.lazy.map(\.namespace).filter { !$0.isOwn }) }

  var machines: [ScheduleMachine] {
    definitions.keys.sorted().compactMap { key in
      guard let definition = definitions[key], let progress = progress[key] else { return nil }
      return ScheduleMachine(
        id: key.id, in: key.namespace, definition: definition, progress: progress,
        outcome: outcomes[key] ?? ScheduleMachine.Outcome())
    }
  }
}
