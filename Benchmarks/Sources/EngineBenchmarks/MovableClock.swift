internal import DurableWorkflows
internal import Synchronization

/// The wall clock plus an offset: moves past deadlines that are days away.
final class MovableClock: EngineClock {
  private let offset = Atomic<Int64>(0)

  func now() -> Timestamp { SystemClock().now() + .nanoseconds(offset.load(ordering: .relaxed)) }

  func waitingTime(until deadline: Timestamp) -> Duration? { max(.zero, deadline - now()) }

  func skip(to deadline: Timestamp) -> Bool { false }

  /// From now on it is so much later. The engine has to be woken.
  func advance(by duration: Duration) {
    offset.wrappingAdd(duration.inNanoseconds, ordering: .relaxed)
  }
}
