public import DurableWorkflows

/// How activities are retried. Refusals of the domain are not retried in any profile; see
/// ``TenantError/nonRetryable``.
public enum Profile {
  /// The steps of a creation, of an SLA, of a portal domain: 5 minutes, 3 attempts.
  public static let step = ActivityOptions(
    startToCloseTimeout: .minutes(5), retryPolicy: policy(attempts: 3, maximum: .seconds(30)))

  /// Undoing a step: what is not undone stays for ever, so it is tried for longer.
  public static let rollback = ActivityOptions(
    startToCloseTimeout: .minutes(5), retryPolicy: policy(attempts: 10, maximum: .seconds(30)))

  /// The steps of a deletion: 10 minutes, 3 attempts.
  public static let deletion = ActivityOptions(
    startToCloseTimeout: .minutes(10), retryPolicy: policy(attempts: 3, maximum: .seconds(30)))

  /// The steps of a welcome mail: 1 minute, 3 attempts.
  public static let mail = ActivityOptions(
    startToCloseTimeout: .minutes(1), retryPolicy: policy(attempts: 3, maximum: .seconds(30)))

  /// An export: 30 minutes, with heartbeats.
  public static let export = ActivityOptions(
    startToCloseTimeout: .minutes(30), heartbeatTimeout: .minutes(5),
    retryPolicy: policy(attempts: 3, initial: .seconds(5), maximum: .minutes(1)))

  private static func policy(attempts: Int, initial: Duration = .seconds(1), maximum: Duration) -> RetryPolicy {
    RetryPolicy(
      initialInterval: initial, backoffCoefficient: 2, maximumInterval: maximum, maximumAttempts: attempts,
      nonRetryableErrorTypes: TenantError.nonRetryable)
  }
}
