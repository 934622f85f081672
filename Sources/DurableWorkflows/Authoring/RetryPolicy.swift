/// How often and when a failed activity is tried again. The fields and defaults are Temporal's `RetryPolicy`.
public struct RetryPolicy: Hashable, Sendable {
  /// The wait before the first retry. Default 1 s.
  public var initialInterval: Duration
  /// Each wait is the one before times this. At least 1; default 2.
  public var backoffCoefficient: Double
  /// The longest wait. Default 100 times ``initialInterval``.
  public var maximumInterval: Duration
  /// How many attempts there are in all; 0 means no limit (then the schedule-to-close timeout is the only end).
  /// Default 0.
  public var maximumAttempts: Int
  /// Failures of these types (``ApplicationError/type``) are not retried.
  public var nonRetryableErrorTypes: [String]

  /// Creates a policy.
  public init(
    initialInterval: Duration = .seconds(1),
    backoffCoefficient: Double = 2,
    maximumInterval: Duration? = nil,
    maximumAttempts: Int = 0,
    nonRetryableErrorTypes: [String] = []
  ) {
    self.initialInterval = initialInterval
    self.backoffCoefficient = backoffCoefficient
    self.maximumInterval = maximumInterval ?? initialInterval * 100
    self.maximumAttempts = maximumAttempts
    self.nonRetryableErrorTypes = nonRetryableErrorTypes
  }

  /// Temporal's default: 1 s, doubled up to 100 s, without end.
  public static let standard = RetryPolicy()

  /// One attempt, no retry.
  public static let none = RetryPolicy(maximumAttempts: 1)

  /// The wait after attempt number `attempt` (from 1) has failed.
  public func interval(afterAttempt attempt: Int) -> Duration {
    let limit = Double(maximumInterval.inNanoseconds)
    let nanoseconds = Double(initialInterval.inNanoseconds) * power(backoffCoefficient, max(0, attempt - 1))
    // Written so that what is not a number also gives the limit.
    guard nanoseconds < limit else { return maximumInterval }
    return .nanoseconds(Int64(max(0, nanoseconds)))
  }

  /// What is wrong with the policy, or `nil`.
  var problem: String? {
    if initialInterval < .zero { return "its initial interval is negative" }
    if !(backoffCoefficient >= 1) { return "its backoff coefficient \(backoffCoefficient) is below 1" }
    if maximumInterval < initialInterval { return "its maximum interval is shorter than its initial interval" }
    if maximumAttempts < 0 { return "its maximum of \(maximumAttempts) attempts is negative" }
    return nil
  }
}

/// `base` to the power of `exponent`, by squaring; infinity rather than an endless loop.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var square = base
  var rest = exponent
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
