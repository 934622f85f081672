internal import DurableWorkflows
internal import Synchronization

/// The clock of one process life. It moves, from deadline to deadline, while somebody waits for a result or sleeps and
/// nothing else can happen.
final class SimulationClock: EngineClock {
  private struct Sleeper {
    var target: Timestamp
    var wait: OneShot<Void>
  }

  private struct State {
    var now: Timestamp
    /// How many wait for something that may take time.
    var permits = 0
    var sleepers: [Sleeper] = []
    var settling: OneShot<Bool>?
    /// How many more times the clock may be moved while everything settles.
    var stepsLeft = 0
    var isIdle = false
    var isHalted = false
  }

  private let state: Mutex<State>

  init(start: Timestamp) {
    state = Mutex(State(now: start))
  }

  func now() -> Timestamp { state.withLock { $0.now } }

  func waitingTime(until deadline: Timestamp) -> Duration? { nil }

  func skip(to deadline: Timestamp) -> Bool {
    let (isAwake, ready) = state.withLock { state -> (Bool, [() -> Void]) in
      if state.isHalted { return (false, []) }
      let now = state.now
      let due = state.sleepers.filter { $0.target <= now }
      if !due.isEmpty {
        state.sleepers.removeAll { $0.target <= now }
        return (true, due.map { sleeper in { sleeper.wait.set(.success(())) } })
      }
      let target = min(deadline, state.sleepers.map(\.target).min() ?? .distantFuture)
      if let settling = state.settling, target == .distantFuture || state.stepsLeft == 0 {
        state.settling = nil
        return (true, [{ settling.set(.success(target == .distantFuture)) }])
      }
      state.isIdle = target == .distantFuture
      guard target < .distantFuture, state.permits > 0 || !state.sleepers.isEmpty || state.settling != nil else {
        return (false, [])
      }
      state.stepsLeft = max(0, state.stepsLeft - 1)
      state.now = max(now, target)
      return (true, [])
    }
    for action in ready { action() }
    return isAwake
  }

  /// The process is dead: time passes only outside.
  func halt() { state.withLock { $0.isHalted = true } }

  /// Moves the clock while something is done that takes time.
  func pass(_ duration: Duration) {
    state.withLock { $0.now = $0.now + max(.zero, duration) }
  }

  /// Whether the engine had nothing to do, now or later, when it last asked.
  var isIdle: Bool { state.withLock { $0.isIdle } }

  /// Who waits for time to pass, for people.
  var waiters: String {
    state.withLock { "\($0.permits) for answers, \($0.sleepers.count) for a time" }
  }

  /// Waits until a time.
  func sleep(until target: Timestamp) async throws {
    let wait = OneShot<Void>()
    let isOver = state.withLock { state in
      if target > state.now { state.sleepers.append(Sleeper(target: target, wait: wait)) }
      return target <= state.now
    }
    if isOver { return }
    do {
      try await wait.value()
    } catch {
      state.withLock { $0.sleepers.removeAll { $0.wait === wait } }
      throw error
    }
  }

  /// Lets the clock move while `body` waits.
  func permittingSkips<Result>(_ body: nonisolated(nonsending) () async throws -> Result) async rethrows -> Result {
    state.withLock { $0.permits += 1 }
    defer { state.withLock { $0.permits -= 1 } }
    return try await body()
  }

  /// Lets the clock move until nothing more will happen, at most `steps` times.
  ///
  /// - Returns: whether nothing more will happen.
  func settle(steps: Int) async throws -> Bool {
    let settling = OneShot<Bool>()
    state.withLock { state in
      state.settling = settling
      state.stepsLeft = steps
    }
    return try await settling.value()
  }

  /// The life is over: sleeps end.
  func close() {
    let sleepers = state.withLock { state in
      defer { state.sleepers = [] }
      return state.sleepers
    }
    for sleeper in sleepers { sleeper.wait.set(.failure(CancellationError())) }
  }
}
