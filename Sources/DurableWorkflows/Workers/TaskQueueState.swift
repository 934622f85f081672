/// One task queue as the engine runs it: what waits, what runs, and what may start. A value; the engine performs what
/// it decides.
struct TaskQueueState: Sendable {
  /// A run whose code cannot run, because no worker serves its queue.
  struct Parked: Sendable {
    var run: RunKey
    var since: Timestamp
  }

  /// Whether an attempt may start.
  enum Admission: Hashable {
    case granted
    /// It waits for a slot, or at the latest until a time.
    case later(Timestamp?)
  }

  /// Empty for the one queue of an engine whose worker serves every queue.
  var name: String
  /// `nil` if nobody serves the queue.
  private(set) var worker: RegisteredWorker?
  var backlog = TaskBacklog()
  /// Attempts that have a slot: their code runs, or their start is being recorded.
  private(set) var usedSlots = 0
  /// Local attempts that run, and those that wait.
  var usedLocalSlots = 0
  var waitingLocals = FIFO<(run: RunKey, seq: Int, generation: UInt64)>()
  /// Runs whose code waits for a worker.
  var parked: [Parked] = []
  /// How many workflow tasks have run in this turn.
  var tasksOfTurn = 0
  /// When the engine looks again because of a rate or a supplier; `nil` if it need not.
  var wakeUp: Timestamp?
  private var rate: TokenBucket?
  private var supplier: (any SlotSupplier)?
  /// Without a supplier.
  private var maximumSlots = 0
  private var maximumLocalSlots = Int.max

  init(name: String, worker: RegisteredWorker?) {
    self.name = name
    serve(with: worker)
  }

  /// A worker comes or goes. Its limits begin anew; what waits goes on waiting.
  mutating func serve(with worker: RegisteredWorker?) {
    self.worker = worker
    rate = worker?.options.activitiesPerSecond.map(TokenBucket.init(rate:))
    supplier = worker?.options.activitySlots
    maximumSlots = worker?.options.maxConcurrentActivityExecutions ?? 0
    maximumLocalSlots = worker?.options.maxConcurrentLocalActivityExecutions ?? .max
  }

  /// The most attempts that can run at once; `nil` if there is no such number.
  var slots: Int? {
    supplier.map(\.maximumSlots) ?? maximumSlots
  }

  /// Whether something waits and every slot is taken.
  var isSaturated: Bool { !backlog.isEmpty && slots.map { usedSlots >= $0 } ?? false }

  /// Whether something waits and there may be a slot for it.
  var mayStart: Bool { !backlog.isEmpty && (usedSlots < maximumSlots || supplier != nil) }

  /// Takes a slot for the attempt that is next, if there is one for it now.
  mutating func admit(at now: Timestamp) -> Admission {
    if let rate, rate.nextTime > now { return .later(rate.nextTime) }
    if let supplier {
      let request = SlotRequest(taskQueue: name, usedSlots: usedSlots, queued: backlog.count, now: now)
      if case .refused(let delay) = supplier.decide(request) {
        return .later(delay.map { now + max(.milliseconds(1), $0) })
      }
    } else if usedSlots >= maximumSlots {
      return .later(nil)
    }
    _ = rate?.take(at: now)
    usedSlots += 1
    return .granted
  }

  /// A slot is given back.
  mutating func release() { usedSlots -= 1 }

  /// Whether a local attempt may start.
  var hasLocalSlot: Bool { usedLocalSlots < maximumLocalSlots }

  /// Whether nothing depends on the queue.
  var isIdle: Bool {
    worker == nil && backlog.isEmpty && usedSlots == 0 && usedLocalSlots == 0 && waitingLocals.isEmpty && parked.isEmpty
  }
}
