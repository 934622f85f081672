#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Waits without sleeping, for what another thread is about to do.
///
/// The thread offers its processor to others all the time: the one that it waits for may have been woken on the same
/// processor, where it could not run before this one sleeps.
enum Spinning {
  /// Looks again and again.
  ///
  /// - Parameters:
  ///   - limit: how long.
  ///   - isDone: what is waited for; it takes no longer than a load from memory.
  /// - Returns: whether it was done in time.
  @inline(__always)
  static func wait(atMost limit: Duration, until isDone: () -> Bool) -> Bool {
    let end = ContinuousClock.now + limit
    repeat {
      // The calls below take far longer than a look.
      for _ in 0..<1000 where isDone() { return true }
      sched_yield()
    } while ContinuousClock.now < end
    return isDone()
  }
}
