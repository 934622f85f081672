public import DurableWorkflows
internal import Synchronization

/// A clock that stands still unless it is moved, for tests in which time matters.
///
/// Time is skipped only while somebody waits: for a run's result, for a mock's call or in ``sleep(for:)``. As long as
/// one such wait is open and the engine has nothing else to do, the clock jumps from deadline to deadline. Otherwise it
/// moves only with ``advance(by:)``. While an activity runs nothing is skipped, because the engine cannot know when the
/// activity would have ended.
///
/// One clock serves one engine at a time.
public final class VirtualClock: EngineClock {
  private struct Sleeper {
    var id: UInt64
    var target: Timestamp
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now: Timestamp
    /// How many wait; time may be skipped while this is not 0.
    var unlocks = 0
    var sleepers: [Sleeper] = []
    var lastSleeper: UInt64 = 0
    /// Sleepers that were cancelled before they began to wait.
    var cancelledEarly: Set<UInt64> = []
    var wakeEngine: (@Sendable () -> Void)?
  }

  private let state: Mutex<State>

  /// The default start: 2026-01-01T00:00:00Z.
  public static let defaultStart = Timestamp(nanosecondsSinceEpoch: 1_767_225_600_000_000_000)

  /// Creates a clock that shows `start`.
  public init(start: Timestamp = VirtualClock.defaultStart) {
    state = Mutex(State(now: start))
  }

  // MARK: The engine's side

  /// The time that the clock shows.
  public func now() -> Timestamp {
    state.withLock { $0.now }
  }

  /// Always `nil`: an engine waits until it is woken, because real time means nothing.
  public func waitingTime(until deadline: Timestamp) -> Duration? { nil }

  /// Moves the clock to the next deadline of the engine or of a sleeper, whichever is first, if somebody waits.
  ///
  /// The engine calls it when it has nothing left to do. Sleepers whose time has come are therefore resumed only after
  /// everything that was due at their time has happened.
  public func skip(to deadline: Timestamp) -> Bool {
    let (isMoved, due) = state.withLock { state -> (Bool, [Sleeper]) in
      let now = state.now
      let due = state.sleepers.filter { $0.target <= now }
      if !due.isEmpty {
        state.sleepers.removeAll { $0.target <= now }
        state.unlocks -= due.count
        return (false, due)
      }
      guard state.unlocks > 0 else { return (false, []) }
      let target = min(deadline, state.sleepers.map(\.target).min() ?? .distantFuture)
      guard target < .distantFuture else { return (false, []) }
      state.now = max(now, target)
      return (true, [])
    }
    for sleeper in due { sleeper.continuation.resume() }
    return isMoved
  }

  /// Tells the clock how to wake its engine. ``WorkflowTestEnvironment`` does this itself.
  public func attach(to engine: WorkflowEngine) {
    // The engine has the clock.
    state.withLock { $0.wakeEngine = { [weak engine] in engine?.wake() } }
    engine.wake()
  }

  // MARK: The test's side

  /// Moves the clock in one jump, as if the process had been suspended for that long: what became due meanwhile happens
  /// at the new time.
  public func advance(by duration: Duration) {
    state.withLock { $0.now = $0.now + max(.zero, duration) }
    wakeEngine()
  }

  /// Waits until the clock has moved by `duration`, from deadline to deadline.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public func sleep(for duration: Duration) async throws {
    let id = state.withLock { state in
      state.lastSleeper += 1
      return state.lastSleeper
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          if state.cancelledEarly.remove(id) != nil { return true }
          state.unlocks += 1
          state.sleepers.append(Sleeper(id: id, target: state.now + duration, continuation: continuation))
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) } else { wakeEngine() }
      }
    } onCancel: {
      let sleeper = state.withLock { state -> Sleeper? in
        guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
          state.cancelledEarly.insert(id)
          return nil
        }
        state.unlocks -= 1
        return state.sleepers.remove(at: index)
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
    state.withLock { _ = $0.cancelledEarly.remove(id) }
  }

  /// Lets time be skipped until the permit ends.
  func permitSkipping() -> SkipPermit {
    state.withLock { $0.unlocks += 1 }
    wakeEngine()
    return SkipPermit { [weak self] in self?.state.withLock { $0.unlocks -= 1 } }
  }

  private func wakeEngine() {
    state.withLock { $0.wakeEngine }?()
  }
}

/// The permission to skip time. Whoever brings what is waited for ends it there and then, not when the waiting task
/// gets to run: otherwise time would go on meanwhile.
final class SkipPermit: Sendable {
  private let hasEnded = Atomic(false)
  private let onEnd: @Sendable () -> Void

  init(onEnd: @escaping @Sendable () -> Void) { self.onEnd = onEnd }

  func end() {
    if !hasEnded.exchange(true, ordering: .acquiringAndReleasing) { onEnd() }
  }
}

/// An engine's share of a virtual clock. Revoked when the engine is replaced, so that a dead engine moves no time.
final class ClockLease: EngineClock {
  private let clock: VirtualClock
  private let isRevoked = Atomic(false)

  init(_ clock: VirtualClock) { self.clock = clock }

  func revoke() { isRevoked.store(true, ordering: .sequentiallyConsistent) }

  func now() -> Timestamp { clock.now() }

  func waitingTime(until deadline: Timestamp) -> Duration? { nil }

  func skip(to deadline: Timestamp) -> Bool {
    !isRevoked.load(ordering: .sequentiallyConsistent) && clock.skip(to: deadline)
  }
}
