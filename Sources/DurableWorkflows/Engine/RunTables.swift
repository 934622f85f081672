internal import WorkflowJournal

/// The tables by which the engine finds its runs, as they are gathered from a journal. A standby keeps them while it
/// waits, so that a take-over has nothing to do for runs that lie on disk.
struct RunTables: Sendable {
  private(set) var lying = LyingRuns()
  /// The newest run of every workflow id.
  private(set) var currentRun = NamespacedRuns()
  private(set) var runOfID = RunIDs()
  /// The runs that resets made, by the reset's request id.
  private(set) var resetRuns = NamespacedRuns()
  /// The parents that wait, by the first run of their child's chain; those that lie.
  private(set) var childLinks: [String: ChildLink] = [:]
  /// The timers of open runs that lie.
  private(set) var timers: [RunKey: [(timer: RunTimer, deadline: Timestamp)]] = [:]
  /// How many open runs lie.
  private(set) var openCount = 0
  /// The runs before the current one of an id, for when that one is deleted, and those of them that were deleted.
  private var earlierRuns: [RunKey: RunKey] = [:]
  private var deletedEarlierRuns: Set<RunKey> = []

  // MARK: Runs that lie

  /// The run lies on disk from here on.
  mutating func put(_ summary: RunSummary, _ entry: LyingRuns.Entry) {
    let key = summary.key
    lying.insert(entry, for: key)
    enter(
      key, runID: summary.runID, workflowID: summary.workflowID, resetRequestID: summary.resetRequestID,
      in: summary.namespace)
    guard summary.isOpen else { return }
    openCount += 1
    if !summary.timers.isEmpty { timers[key] = summary.timers }
    for child in summary.children {
      childLinks[child.firstRunID] = ChildLink(parent: key, initiatedEventID: child.initiatedEventID)
    }
  }

  /// The run was loaded and does not lie any more.
  mutating func remove(_ state: RunState) {
    let key = state.key
    guard let entry = lying.remove(key), entry.isOpen else { return }
    openCount -= 1
    timers[key] = nil
    for child in state.children {
      if let execution = child.execution { childLinks[execution.runID] = nil }
    }
  }

  // MARK: Ids

  /// The run can be found by its ids.
  mutating func enter(_ state: RunState) {
    let started = state.started
    enter(
      state.key, runID: started.runID, workflowID: started.workflowID,
      resetRequestID: started.isReset ? started.requestID : "", in: started.namespace)
  }

  private mutating func enter(
    _ key: RunKey, runID: String, workflowID: String, resetRequestID: String, in namespace: NamespaceKey
  ) {
    if runOfID[runID] == key { return }
    runOfID[runID] = key
    if let current = currentRun[namespace, workflowID], current != key {
      link(key, with: current)
      if current < key { currentRun[namespace, workflowID] = key }
    } else {
      currentRun[namespace, workflowID] = key
    }
    if !resetRequestID.isEmpty { resetRuns[namespace, resetRequestID] = key }
  }

  /// Puts a run into the chain that leads from the current run of its id to the first.
  private mutating func link(_ key: RunKey, with current: RunKey) {
    if current < key {
      earlierRuns[key] = current
      return
    }
    var later = current
    while let earlier = earlierRuns[later], earlier >= key {
      if earlier == key { return }
      later = earlier
    }
    let earliest = earlierRuns[later]
    earlierRuns[later] = key
    if let earliest { earlierRuns[key] = earliest }
  }

  /// The run was deleted: the one before it takes its place.
  mutating func forget(_ state: RunState) {
    let (key, started) = (state.key, state.started)
    guard runOfID[started.runID] == key else { return }
    runOfID[started.runID] = nil
    if started.isReset, resetRuns[started.namespace, started.requestID] == key {
      resetRuns[started.namespace, started.requestID] = nil
    }
    guard currentRun[started.namespace, started.workflowID] == key else {
      deletedEarlierRuns.insert(key)
      return
    }
    var earlier = earlierRuns.removeValue(forKey: key)
    while let key = earlier, deletedEarlierRuns.remove(key) != nil { earlier = earlierRuns.removeValue(forKey: key) }
    currentRun[started.namespace, started.workflowID] = earlier
  }
}
