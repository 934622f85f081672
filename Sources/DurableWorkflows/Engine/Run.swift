internal import WorkflowJournal

/// A run as the engine holds it: its state, where its history lies, and its live code while that is in memory.
final class Run {
  let key: RunKey
  var state: RunState
  /// The journal records that hold the run's events, in order.
  var history: [RecordPointer]
  var instance: WorkflowInstance?
  /// What happened and the live code has yet to get; empty while there is no live code.
  var unseen: [HistoryEvent] = []
  /// Whether the run is queued for a workflow task.
  var isDirty = false
  /// Whether a task of the run was resumed on another thread. This process does not try it again: the same code would
  /// seem to go on for a moment and then be resumed so again.
  var hasTripped = false
  /// How often its code did not yield.
  var timesLost = 0
  /// The event that closed the run in this process, for those who wait for it.
  var closingEvent: HistoryEvent?
  /// Whether the visibility index learns of the run with the next commit.
  var isNotedForIndex = false
  /// Events and records of the current turn.
  var pendingEvents: [HistoryEvent] = []
  var pendingRecords: [StateRecord] = []
  /// Running attempts by scheduled event.
  var runningActivities: [Int64: RunningActivity] = [:]
  /// Long polls that wait for events of this run.
  var longPolls: [UInt64] = []
  /// Whether one of them may wait for another event than the run's last.
  var hasEventPolls = false
  /// Updates that no workflow task has seen.
  var pendingUpdates: [PendingUpdate] = []
  /// Those who wait for updates, by update id.
  var updateWaiters: [String: [UpdateWaiter]] = [:]
  /// Whether the code must be replayed although there is nothing for it to see: its local activities run again with it.
  var mustReplay = false
  /// Running local activities by number.
  var localActivities: [Int: RunningLocalActivity] = [:]
  /// Outcomes of local activities that no workflow task has seen.
  var localResults: [(seq: Int, resolution: LocalActivityResolution)] = []
  /// Tells the live code apart from earlier live code of the run.
  var generation: UInt64 = 0
  /// What the cache counts for the live code.
  var cachedBytes = 0
  /// Orders runs by use for the cache.
  var lastUse: UInt64 = 0
  /// The metrics of the run's type, once they were needed.
  var metrics: WorkflowTypeMetrics?
  /// When the run was queued for a workflow task, if that is measured.
  var dirtySince: ContinuousClock.Instant?

  init(state: RunState, history: [RecordPointer] = []) {
    self.key = state.key
    self.state = state
    self.history = history
  }

  // Asked for at every step. The state's own properties would be asked on a copy of it.

  var isOpen: Bool { state.status == .running }

  var isPaused: Bool { state.isPaused }

  func activity(_ scheduledEventID: Int64) -> PendingActivity? { state.activities.activity(scheduledEventID) }
}

/// What a running attempt has and gives back.
struct ActivitySlot: Hashable, Sendable {
  /// The task queue whose slot it has.
  var queue: Int
  /// Where it is marked as running, if it is.
  var mark: Int?
}

/// A running attempt.
struct RunningActivity {
  var attempt: Int
  /// The task queue whose slot it has.
  var queue: Int
  var task: Task<Void, Never>
  /// The number of the task's work in the engine's ``ActivityRelay``.
  var number: UInt64 = 0
  var channel: ActivityChannel

  func cancel(_ reason: ActivityCancellationReason) {
    channel.cancel(reason)
    task.cancel()
  }
}

/// The runs with live code, bounded in number and bytes; the one that was used longest ago is unloaded first.
struct RunCache {
  private var uses: [(key: RunKey, use: UInt64)] = []
  private var head = 0
  private var nextUse: UInt64 = 0
  private(set) var count = 0
  /// The estimated bytes of the live code.
  private(set) var bytes = 0

  /// A run got live code.
  mutating func insert(_ run: Run) {
    count += 1
    measure(run)
  }

  /// A run lost its live code.
  mutating func remove(_ run: Run) {
    count -= 1
    bytes -= run.cachedBytes
    run.cachedBytes = 0
  }

  /// Actors, tasks and what a workflow remembers of its history.
  private mutating func measure(_ run: Run) {
    let estimate = (8 << 10) + 2 * Int(run.state.historySizeBytes)
    bytes += estimate - run.cachedBytes
    run.cachedBytes = estimate
  }

  /// The run was used.
  mutating func touch(_ run: Run) {
    if run.cachedBytes > 0 { measure(run) }
    nextUse += 1
    run.lastUse = nextUse
    uses.append((run.state.key, nextUse))
  }

  /// Forgets uses that are not their run's last, once they outnumber the runs.
  mutating func compactIfGrown(where isCurrent: (RunKey, UInt64) -> Bool) {
    guard uses.count - head > 4 * count + 4096 else { return }
    uses = uses[head...].filter { isCurrent($0.key, $0.use) }
    head = 0
  }

  /// The least recently used entry; `isCurrent` tells whether the use is the run's last.
  mutating func popOldest(where isCurrent: (RunKey, UInt64) -> Bool) -> RunKey? {
    while head < uses.count {
      let (key, use) = uses[head]
      head += 1
      if isCurrent(key, use) { return key }
    }
    return nil
  }
}
