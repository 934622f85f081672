/// How long a stretch of user code has lasted, as the watch sees it: without the time for which its thread was ready to
/// run and had no processor. A value.
struct StretchSighting: Sendable {
  let number: UInt64
  private let limit: Duration
  private var remaining: Duration
  private var starvation: Duration

  /// The stretch is seen for the first time.
  ///
  /// - Parameters:
  ///   - limit: how long it may last.
  ///   - starvation: for how long its thread has waited for a processor, ever.
  init(_ number: UInt64, limit: Duration, starvation: Duration) {
    self.number = number
    self.limit = limit
    self.remaining = limit
    self.starvation = starvation
  }

  /// The stretch is seen again.
  ///
  /// - Returns: when to look again; `nil` if it has lasted too long.
  mutating func seen(after time: Duration, starvation now: Duration) -> Duration? {
    remaining -= max(.zero, time - max(.zero, now - starvation))
    starvation = now
    // A thread that runs loses a little to others all the time.
    return remaining <= limit / 20 ? nil : max(remaining, .milliseconds(10))
  }
}
