#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Where an engine takes its time from. Tests give it a virtual clock.
public protocol EngineClock: Sendable {
  /// The current time.
  func now() -> Timestamp

  /// How long the engine may really wait for a deadline; `nil` means until it is woken.
  func waitingTime(until deadline: Timestamp) -> Duration?

  /// Nothing can happen before `deadline`: moves the clock there, or less far, if it is a virtual one that may skip.
  ///
  /// `deadline` is ``Timestamp/distantFuture`` if the engine has no deadline at all. Called on the engine's thread.
  /// - Returns: whether the clock was moved.
  func skip(to deadline: Timestamp) -> Bool
}

/// The machine's wall clock.
public struct SystemClock: EngineClock {
  /// Creates the clock.
  public init() {}

  /// The wall-clock time.
  public func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanosecondsSinceEpoch: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// The time left, at least zero.
  public func waitingTime(until deadline: Timestamp) -> Duration? {
    max(.zero, deadline - now())
  }

  /// Real time cannot be skipped.
  public func skip(to deadline: Timestamp) -> Bool { false }
}
