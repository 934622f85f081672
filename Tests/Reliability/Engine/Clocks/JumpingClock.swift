internal import DurableWorkflows
internal import Synchronization

/// A wall clock that is put forward and back, stands still, and sleeps with its machine, beside a monotonic time that
/// nobody sees: a schedule of misfortunes for an engine that takes its time from the wall.
final class JumpingClock: EngineClock {
  /// What happens to the clock at one moment of monotonic time.
  struct Event: Sendable, CustomStringConvertible {
    enum Kind: Sendable {
      /// It is put forward or back.
      case step(Duration)
      /// It stands still for this long.
      case freeze(Duration)
      /// The machine is suspended: the wall clock goes on, the monotonic one does not.
      case suspend(Duration)
    }

    var time: Duration
    var kind: Kind
    var description: String { "\(kind) after \(time)" }
  }

  fileprivate struct State {
    var monotonic = Duration.zero
    /// The wall's time minus the monotonic one.
    var offset: Timestamp
    var frozenUntil: Duration?
    var events: ArraySlice<Event>
    var isReleased = false
    /// After this many moves the clock stops once; `nil` means never.
    var movesLeft: Int?
    var onStop: (@Sendable () -> Void)?
    /// Every how many readings the wall clock moves by ``jitter``, back and forth, some hundred times; 0 means never.
    var readings = 0
    var jitterPeriod: Int
    var jitter: Duration
  }

  private let state: Mutex<State>

  /// - Parameters:
  ///   - start: what the clock shows at first.
  ///   - events: in the order of their times.
  ///   - jitterPeriod: every how many readings the clock is put forward and back, within one turn of the engine; 0 for
  ///     never.
  init(start: Timestamp, events: [Event], jitterPeriod: Int, jitter: Duration) {
    state = Mutex(
      State(offset: start, events: events[...], jitterPeriod: jitterPeriod, jitter: jitter))
  }

  func now() -> Timestamp {
    state.withLock { state in
      defer {
        state.readings += 1
        // Not for ever: an engine that always reads two different times in one turn cannot get on.
        if state.jitterPeriod > 0, state.readings < 400, state.readings % state.jitterPeriod == 0 {
          let isBack = state.readings / state.jitterPeriod % 2 == 1
          state.offset = isBack ? state.offset + (.zero - state.jitter) : state.offset + state.jitter
        }
      }
      return state.offset + state.monotonic
    }
  }

  /// The time without counting as a reading.
  var present: Timestamp { state.withLock { $0.offset + $0.monotonic } }

  /// The monotonic time since the beginning.
  var elapsed: Duration { state.withLock { $0.monotonic } }

  func waitingTime(until deadline: Timestamp) -> Duration? { nil }

  /// Lets the time pass up to the deadline or to what happens to the clock before.
  func skip(to deadline: Timestamp) -> Bool {
    let (isMoved, onStop) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
      guard state.isReleased else { return (false, nil) }
      if let moves = state.movesLeft {
        state.movesLeft = moves == 0 ? nil : moves - 1
        if moves == 0 {
          state.isReleased = false
          return (false, state.onStop)
        }
      }
      let next = state.events.first?.time
      var target = next
      if let frozenUntil = state.frozenUntil {
        target = min(frozenUntil, next ?? frozenUntil)
      } else if deadline < .distantFuture {
        let due = state.monotonic + max(.zero, deadline - (state.offset + state.monotonic))
        target = min(due, next ?? due)
      }
      guard let target else { return (false, nil) }
      state.move(to: target)
      return (true, nil)
    }
    onStop?()
    return isMoved
  }

  /// Nobody waits any more: the clock stops.
  func stop() { state.withLock { $0.isReleased = false } }

  /// Lets the clock go; with `moves`, it stops after so many moves and calls `onStop`.
  func release(moves: Int? = nil, onStop: (@Sendable () -> Void)? = nil) {
    state.withLock { state in
      state.isReleased = true
      state.movesLeft = moves
      state.onStop = onStop
    }
  }
}

extension JumpingClock.State {
  fileprivate mutating func move(to target: Duration) {
    let passed = max(.zero, target - monotonic)
    monotonic += passed
    if let end = frozenUntil {
      // The wall stood still meanwhile.
      offset = offset + (.zero - passed)
      if monotonic >= end { frozenUntil = nil }
    }
    while let event = events.first, event.time <= monotonic {
      events.removeFirst()
      switch event.kind {
      case .step(let duration), .suspend(let duration): offset = offset + duration
      case .freeze(let duration): frozenUntil = max(frozenUntil ?? .zero, monotonic + duration)
      }
    }
  }
}
