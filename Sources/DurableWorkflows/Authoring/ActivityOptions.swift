/// How an activity is scheduled. Names, meaning and defaults are Temporal's.
///
/// At least one of ``startToCloseTimeout`` and ``scheduleToCloseTimeout`` must be set, on the declaration or at the
/// call.
public struct ActivityOptions: Hashable, Sendable {
  /// The longest that one attempt may take.
  public var startToCloseTimeout: Duration?
  /// The longest from scheduling to the end, over all attempts.
  public var scheduleToCloseTimeout: Duration?
  /// The longest from scheduling to the start of an attempt; never retried.
  public var scheduleToStartTimeout: Duration?
  /// The longest between two heartbeats of an attempt.
  public var heartbeatTimeout: Duration?
  /// How failures are retried; `nil` means ``RetryPolicy/standard``.
  public var retryPolicy: RetryPolicy?
  /// What a cancelled caller waits for.
  public var cancellationType: ActivityCancellationType?
  /// The queue; `nil` means the run's own.
  public var taskQueue: String?
  /// The id; `nil` means the next number. It must be unique among the run's open activities.
  public var activityID: String?
  /// A line for people, shown beside the event.
  public var summary: String?
  /// Whether an attempt may be repeated when nobody knows if it took effect; `nil` means yes.
  ///
  /// The start of an attempt of an activity that is not idempotent is durable before its code runs. If the process dies
  /// or the attempt times out, the workflow gets an ``ActivityError`` whose ``ActivityError/isOutcomeUnknown`` is true
  /// instead of another attempt. Errors that the code throws are retried as usual: it ended.
  public var isIdempotent: Bool?
  /// How urgent it is, and whom it is done for; what is unset is that of the run.
  public var priority: Priority?

  /// Creates options; `nil` leaves a field to the declaration's defaults.
  public init(
    startToCloseTimeout: Duration? = nil, scheduleToCloseTimeout: Duration? = nil,
    scheduleToStartTimeout: Duration? = nil, heartbeatTimeout: Duration? = nil, retryPolicy: RetryPolicy? = nil,
    cancellationType: ActivityCancellationType? = nil, taskQueue: String? = nil, activityID: String? = nil,
    summary: String? = nil, isIdempotent: Bool? = nil, priority: Priority? = nil
  ) {
    self.startToCloseTimeout = startToCloseTimeout
    self.scheduleToCloseTimeout = scheduleToCloseTimeout
    self.scheduleToStartTimeout = scheduleToStartTimeout
    self.heartbeatTimeout = heartbeatTimeout
    self.retryPolicy = retryPolicy
    self.cancellationType = cancellationType
    self.taskQueue = taskQueue
    self.activityID = activityID
    self.summary = summary
    self.isIdempotent = isIdempotent
    self.priority = priority
  }

  /// These options with every unset field taken from `defaults`.
  public func merged(over defaults: ActivityOptions) -> ActivityOptions {
    var merged = self
    merged.startToCloseTimeout = startToCloseTimeout ?? defaults.startToCloseTimeout
    merged.scheduleToCloseTimeout = scheduleToCloseTimeout ?? defaults.scheduleToCloseTimeout
    merged.scheduleToStartTimeout = scheduleToStartTimeout ?? defaults.scheduleToStartTimeout
    merged.heartbeatTimeout = heartbeatTimeout ?? defaults.heartbeatTimeout
    merged.retryPolicy = retryPolicy ?? defaults.retryPolicy
    merged.cancellationType = cancellationType ?? defaults.cancellationType
    merged.taskQueue = taskQueue ?? defaults.taskQueue
    merged.activityID = activityID ?? defaults.activityID
    merged.summary = summary ?? defaults.summary
    merged.isIdempotent = isIdempotent ?? defaults.isIdempotent
    merged.priority = defaults.priority.map { priority?.merged(over: $0) ?? $0 } ?? priority
    return merged
  }

  /// What is wrong with the options, or `nil`.
  var problem: String? {
    if startToCloseTimeout == nil && scheduleToCloseTimeout == nil {
      return "neither a start-to-close nor a schedule-to-close timeout is set; set one in ActivityOptions or on @Activity"
    }
    func problem(_ name: String, _ timeout: Duration?) -> String? {
      guard let timeout, timeout <= .zero else { return nil }
      return "its \(name) timeout of \(timeout) is not positive"
    }
    return problem("start-to-close", startToCloseTimeout) ?? problem("schedule-to-close", scheduleToCloseTimeout)
      ?? problem("schedule-to-start", scheduleToStartTimeout) ?? problem("heartbeat", heartbeatTimeout)
      ?? priority?.problem.map { "its priority is invalid: \($0)" } ?? retryPolicy?.problem.map { "its retry policy is invalid: \($0)" }
  }
}

/// What a cancelled caller of an activity waits for; the cases are Temporal's.
public enum ActivityCancellationType: Int, Hashable, Sendable {
  /// Request cancellation and throw ``CanceledError`` at once.
  case tryCancel = 0
  /// Request cancellation and wait for the activity's own end.
  case waitCancellationCompleted = 1
  /// Throw ``CanceledError`` at once and let the activity run on.
  case abandon = 2
}
