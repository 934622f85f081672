internal import DurableWorkflows
internal import Synchronization

/// What one workflow of a clock schedule waits for.
struct ClockPlan: Codable, Hashable, Sendable {
  /// Timers one after the other, in milliseconds.
  var timers: [Int] = []
  /// Timers at once.
  var parallel: [Int] = []
  /// The timeout of a condition that never holds; 0 for none.
  var condition = 0
  /// How often an activity fails, with a backoff between.
  var failures = 0
  /// The first backoff, in milliseconds.
  var backoff = 1
  /// A timer that is cancelled by a shorter one: both times; empty for none.
  var race: [Int] = []

  static func draw(_ random: inout SeededRandom) -> ClockPlan {
    func time(_ random: inout SeededRandom) -> Int {
      let bounds = [1000, 60_000, 3_600_000, 86_400_000, 30 * 86_400_000]
      return 1 + random.below(bounds[random.below(bounds.count)])
    }
    var plan = ClockPlan()
    for _ in 0..<random.below(4) { plan.timers.append(time(&random)) }
    for _ in 0..<random.below(4) { plan.parallel.append(time(&random)) }
    if random.oneIn(2) { plan.condition = time(&random) }
    if random.oneIn(2) { plan.failures = 1 + random.below(4) }
    plan.backoff = time(&random)
    if random.oneIn(3) { plan.race = [time(&random), time(&random)] }
    return plan
  }

  /// The longest that the workflow takes on a clock that only goes forward.
  var longest: Duration {
    var total = timers.reduce(0, +) + (parallel.max() ?? 0) + condition + (race.max() ?? 0)
    var interval = backoff
    for _ in 0..<failures {
      total += interval
      interval *= 2
    }
    return .milliseconds(total)
  }
}

/// Waits, in every way in which a workflow can.
actor ClockWorkflow: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input plan: ClockPlan) async throws -> Int {
    let context = context
    for timer in plan.timers { try await context.sleep(for: .milliseconds(timer)) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for timer in plan.parallel { group.addTask { try await context.sleep(for: .milliseconds(timer)) } }
      try await group.waitForAll()
    }
    if plan.condition > 0 {
      do {
        try await context.condition(timeout: .milliseconds(plan.condition)) { false }
      } catch is TimeoutError {}
    }
    if plan.failures > 0 {
      let policy = RetryPolicy(
        initialInterval: .milliseconds(plan.backoff), maximumInterval: .days(10_000))
      let _: Int = try await context.executeActivity(
        "fail", plan.failures, plan.backoff,
        options: ActivityOptions(startToCloseTimeout: .days(10_000), retryPolicy: policy))
    }
    if plan.race.count == 2 {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for timer in plan.race { group.addTask { try await context.sleep(for: .milliseconds(timer)) } }
        try await group.next()
        group.cancelAll()
      }
    }
    return plan.timers.count + plan.parallel.count
  }
}

/// The activity that fails, and notes when its attempts were made.
final class ClockActivities: ActivityContainer {
  /// Nothing to call: the workflow names the activity itself.
  struct Proxy: ActivityProxy {
    init(_ invoker: ActivityInvoker) {}
  }

  private struct State {
    /// When the next attempt of a run's activity may begin.
    var earliest: [String: Timestamp] = [:]
    var early: [String] = []
    var attempts = 0
  }

  private let clock: JumpingClock
  /// Whether readings of the clock can be compared: not if it also moves within turns.
  private let isExact: Bool
  private let state = Mutex(State())

  init(_ clock: JumpingClock, isExact: Bool) {
    self.clock = clock
    self.isExact = isExact
  }

  /// Attempts that began before their backoff was over.
  var early: [String] { state.withLock { $0.early } }
  var attempts: Int { state.withLock { $0.attempts } }

  var activities: [ActivityDefinition] {
    [ActivityDefinition("fail") { [self] arguments in try attempt(arguments) }]
  }

  private func attempt(_ arguments: Arguments) throws -> Int {
    let failures: Int = try arguments.decode(0)
    let backoff: Int = try arguments.decode(1)
    guard let info = ActivityExecutionContext.current?.info else { return 0 }
    let now = clock.present
    let interval = Duration.milliseconds(backoff) * (1 << min(info.attempt - 1, 20))
    state.withLock { state in
      state.attempts += 1
      if isExact, let earliest = state.earliest[info.idempotencyKey], now < earliest {
        state.early.append("attempt \(info.attempt) of \(info.idempotencyKey) began at \(now), before \(earliest)")
      }
      state.earliest[info.idempotencyKey] = now + interval
    }
    guard info.attempt > failures else { throw ApplicationError("not yet") }
    return failures
  }
}
