internal import DurableWorkflows
internal import Logging
internal import Synchronization
internal import WorkflowJournal
internal import WorkflowTesting

/// One schedule of clock jumps, with workflows that wait meanwhile and a process that may end in between.
///
/// The engine's rule: a timer's deadline is the reading of the engine's clock in the turn that started it, plus its
/// time, and it fires in the first turn whose own reading is not before the deadline. So
/// - **early** is a timer whose fired event has a time before that of its started event plus its duration,
/// - **lost** is a timer that has neither fired nor been cancelled although its clock has passed the deadline for good,
/// - **doubled** is a timer with two ends.
/// A clock that is put forward makes timers fire at once, which is not early; one that is put back makes them wait
/// until it shows the deadline again, which is late by no more than it was put back.
struct ClockSchedule {
  let seed: UInt64
  let events: [JumpingClock.Event]
  let plans: [ClockPlan]
  private let jitterPeriod: Int
  private let jitter: Duration
  /// After how many moves of the clock the process ends and begins anew; `nil` for never.
  private let restart: Int?
  private let isCrash: Bool

  init(seed: UInt64) {
    self.seed = seed
    var random = SeededRandom(seed, part: 10)
    plans = (0..<(1 + random.below(3))).map { _ in ClockPlan.draw(&random) }
    let longest = plans.map(\.longest).max() ?? .zero
    let span = Int(longest / .milliseconds(1)) * 2 + 1000
    var events: [JumpingClock.Event] = []
    var moved = 0
    for _ in 0..<(1 + random.below(6)) {
      events.append(Self.event(&random, span: span, &moved))
    }
    self.events = events.sorted { $0.time < $1.time }
    jitterPeriod = random.oneIn(3) ? 1 + random.below(7) : 0
    jitter = .milliseconds(1 + random.below(random.oneIn(2) ? 10 : 7_200_000))
    restart = random.oneIn(2) ? random.below(12) : nil
    isCrash = random.oneIn(2)
  }

  /// - Parameter moved: by how many seconds earlier events have put the clock forward or back: at most 40 years.
  private static func event(
    _ random: inout SeededRandom, span: Int, _ moved: inout Int
  ) -> JumpingClock.Event {
    let time = Duration.milliseconds(random.below(span))
    let sizes = [1, 60, 3600, 86_400, 30 * 86_400, 365 * 86_400, 3650 * 86_400]
    let size = sizes[random.below(sizes.count)]
    switch random.below(8) {
    case 0: return .init(time: time, kind: .freeze(.seconds(min(size, 10 * 86_400))))
    case 1: return .init(time: time, kind: .suspend(.seconds(min(size, 30 * 86_400))))
    // The hour that is repeated in autumn, on a clock that shows local time.
    case 2: return .init(time: time, kind: .step(.seconds(-3600)))
    default:
      var step = random.oneIn(2) ? size : -size
      if abs(moved + step) > 40 * 365 * 86_400 { step = -step }
      moved += step
      return .init(time: time, kind: .step(.seconds(step)))
    }
  }

  /// What is wrong, in words; and what was counted.
  func run() async throws -> (problems: [String], counts: [String: Int]) {
    let clock = JumpingClock(
      start: VirtualClock.defaultStart, events: events, jitterPeriod: jitterPeriod, jitter: jitter)
    let activities = ClockActivities(clock, isExact: jitterPeriod == 0)
    let ends = Mutex(0)
    let count = plans.count
    let onEnd: @Sendable () -> Void = {
      let isLast = ends.withLock { ends in
        ends += 1
        return ends == count
      }
      // What is left in the engine's queue are deadlines that no longer matter.
      if isLast { clock.stop() }
    }
    var fileSystem = InMemoryFileSystem()
    var engine = try await open(fileSystem, clock, activities, onEnd)
    for (index, plan) in plans.enumerated() {
      _ = try await engine.client.start(
        ClockWorkflow.self, id: "t\(index)", input: plan, options: .init(idReusePolicy: .rejectDuplicate))
    }
    var counts: [String: Int] = ["clock events": events.count]
    if let restart {
      try await runUntilStop(engine, clock, moves: restart)
      let next = isCrash ? fileSystem.crash() : fileSystem
      if isCrash { fileSystem.setFaults { _ in .stop } }
      do {
        try await engine.shutdown()
      } catch where isCrash {
        // The journal cannot be sealed: that is the crash.
      }
      fileSystem = next
      engine = try await open(fileSystem, clock, activities, onEnd)
      counts[isCrash ? "crashes" : "restarts"] = 1
    }
    clock.release()
    engine.wake()
    var problems: [String] = []
    for (index, plan) in plans.enumerated() {
      let result = try await end(of: index, engine)
      if result != plan.timers.count + plan.parallel.count {
        problems.append("workflow t\(index) returned \(result.map(String.init) ?? "nothing")")
      }
    }
    if clock.elapsed > bound {
      problems.append("it took \(clock.elapsed) of monotonic time; at most \(bound) can be explained")
    }
    for index in plans.indices {
      let history = try await engine.client.history(of: WorkflowExecution(workflowID: "t\(index)"))
      problems += check(history, &counts)
    }
    problems += activities.early
    counts["activity attempts"] = activities.attempts
    try await engine.shutdown()
    return (problems, counts)
  }

  /// Waits for what a workflow returns, without a limit that the engine would need a timer for.
  private func end(of index: Int, _ engine: WorkflowEngine) async throws -> Int? {
    var request = GetWorkflowExecutionHistoryRequest(execution: WorkflowExecution(workflowID: "t\(index)"))
    request.waitNewEvent = true
    request.filter = .closeEvent
    request.longPollTimeout = .nanoseconds(Int64.max)
    let events = try await engine.getWorkflowExecutionHistory(request).events
    guard case .workflowExecutionCompleted(let result, _, _)? = events.last?.attributes else { return nil }
    return result.first.flatMap { Int($0.text) }
  }

  /// The longest monotonic time that is explained by what the workflows wait for and by what is done to the clock. One
  /// that moves within turns may put off every wait of a workflow once.
  private var bound: Duration {
    let longest = plans.map(\.longest).max() ?? .zero
    return events.reduce(longest + jitter * 20 + (events.last?.time ?? .zero) + .seconds(60)) { total, event in
      switch event.kind {
      case .step(let duration): total + max(.zero, .zero - duration)
      case .freeze(let duration): total + duration
      case .suspend: total
      }
    }
  }

  private func runUntilStop(_ engine: WorkflowEngine, _ clock: JumpingClock, moves: Int) async throws {
    let (stops, continuation) = AsyncStream.makeStream(of: Void.self)
    // Whichever comes first: the clock has moved so often, or all workflows have ended before.
    clock.release(moves: moves) { continuation.yield() }
    engine.wake()
    let results = Task {
      for index in plans.indices {
        _ = try await end(of: index, engine)
      }
      continuation.yield()
    }
    for await _ in stops { break }
    results.cancel()
  }

  private func open(
    _ fileSystem: InMemoryFileSystem, _ clock: JumpingClock, _ activities: ClockActivities,
    _ onEnd: @escaping @Sendable () -> Void
  ) async throws -> WorkflowEngine {
    var options = WorkflowEngineOptions()
    options.fileSystem = fileSystem
    options.clock = clock
    options.gracefulShutdownPeriod = .zero
    options.onWorkflowClosed = { _, _ in onEnd() }
    options.deadlockDetectionTimeout = nil
    options.logger = Logger(label: "clock") { _ in SwiftLogNoOpLogHandler() }
    options.journal = JournalOptions(segmentSize: 1 << 20, initialSegmentSize: 32 << 10, alignment: 512)
    return try await WorkflowEngine.open(
      directory: "/journal", workflows: [ClockWorkflow.self], activities: [activities], options: options)
  }

  private func check(_ history: [HistoryEvent], _ counts: inout [String: Int]) -> [String] {
    var problems: [String] = []
    var deadlines: [Int64: Timestamp] = [:]
    var ends: [Int64: Int] = [:]
    for event in history {
      switch event.attributes {
      case .timerStarted(_, let duration, _, _):
        deadlines[event.id] = event.time + duration
        counts["timers", default: 0] += 1
      case .timerFired(_, let started):
        ends[started, default: 0] += 1
        if let deadline = deadlines[started], event.time < deadline {
          problems.append("timer \(started) fired early, at \(event.time), before \(deadline)")
        }
      case .timerCanceled(_, let started, _, _): ends[started, default: 0] += 1
      default: break
      }
    }
    for (id, _) in deadlines where ends[id, default: 0] != 1 {
      problems.append("timer \(id) has \(ends[id, default: 0]) ends")
    }
    return problems
  }
}
