/// A rate limit in the engine's time: in any span of `t` seconds at most `rate * t + burst` are let through.
///
/// A hundredth of a second's worth, and at least one, may pass at once; below 100 per second what passes is evenly
/// spaced.
struct TokenBucket: Sendable {
  /// How many may pass at once.
  let burst: Int
  private let interval: Duration
  private let tolerance: Duration
  /// When the bucket is full again.
  private var fullTime = Timestamp(nanosecondsSinceEpoch: .min)

  /// - Parameter rate: how many per second; positive.
  init(rate: Double) {
    let nanoseconds = min(max(1, (1e9 / rate).rounded()), Double(Int64.max / 4))
    burst = max(1, Int(min(rate / 100, 1e6)))
    interval = .nanoseconds(Int64(nanoseconds))
    tolerance = interval * (burst - 1)
  }

  /// When the next one may pass.
  var nextTime: Timestamp { fullTime + (.zero - tolerance) }

  /// Lets one through, if one may pass now.
  mutating func take(at now: Timestamp) -> Bool {
    guard nextTime <= now else { return false }
    fullTime = max(fullTime, now) + interval
    return true
  }
}
