/// How a local activity runs. It takes no queue and no slot, and its result is recorded together with what follows.
///
/// If the process dies before the result is recorded, the activity runs again: use it for what is short and harmless.
public struct LocalActivityOptions: Hashable, Sendable {
  /// The longest that one attempt may take.
  public var startToCloseTimeout: Duration?
  /// The longest from the call to the end, over all attempts.
  public var scheduleToCloseTimeout: Duration?
  /// How failures are retried; `nil` means ``RetryPolicy/standard``. Attempts are counted in memory: a new process
  /// begins anew.
  public var retryPolicy: RetryPolicy?
  /// What a cancelled caller waits for; `tryCancel` by default.
  public var cancellationType: ActivityCancellationType
  /// A line for people.
  public var summary: String?

  /// Creates options.
  public init(
    startToCloseTimeout: Duration? = nil, scheduleToCloseTimeout: Duration? = nil, retryPolicy: RetryPolicy? = nil,
    cancellationType: ActivityCancellationType = .tryCancel, summary: String? = nil
  ) {
    self.startToCloseTimeout = startToCloseTimeout
    self.scheduleToCloseTimeout = scheduleToCloseTimeout
    self.retryPolicy = retryPolicy
    self.cancellationType = cancellationType
    self.summary = summary
  }

  /// What is wrong with the options, or `nil`.
  var problem: String? {
    ActivityOptions(
      startToCloseTimeout: startToCloseTimeout, scheduleToCloseTimeout: scheduleToCloseTimeout,
      retryPolicy: retryPolicy
    ).problem
  }
}
