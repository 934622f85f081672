public import DurableWorkflows

/// How activities are retried: the option profiles of the workload.
///
/// Heartbeat timeouts are on the declarations of the activities that heartbeat. Failures that no retry can help are not
/// retried in any profile; see ``FailureType/nonRetryable``.
public enum Profile {
  /// Work in our database.
  public static let database = ActivityOptions(
    startToCloseTimeout: .seconds(10),
    retryPolicy: policy(initial: .seconds(1), maximum: .seconds(30), attempts: 5))

  /// Calls to Bacen.
  public static let api = ActivityOptions(
    startToCloseTimeout: .seconds(30), scheduleToCloseTimeout: .minutes(2),
    retryPolicy: policy(initial: .seconds(2), maximum: .seconds(60), attempts: 10))

  /// Events for other systems.
  public static let messages = ActivityOptions(
    startToCloseTimeout: .seconds(15),
    retryPolicy: policy(initial: .milliseconds(500), maximum: .seconds(20), attempts: 7))

  /// Checks.
  public static let validation = ActivityOptions(
    startToCloseTimeout: .seconds(5),
    retryPolicy: policy(initial: .seconds(1), coefficient: 1.5, maximum: .seconds(10), attempts: 3))

  /// What takes minutes.
  public static let long = ActivityOptions(
    startToCloseTimeout: .minutes(5), scheduleToCloseTimeout: .minutes(10),
    retryPolicy: policy(initial: .seconds(5), maximum: .minutes(2), attempts: 15))

  /// The steps of a claim.
  public static let claim = ActivityOptions(
    startToCloseTimeout: .seconds(30),
    retryPolicy: policy(initial: .seconds(1), maximum: .seconds(100), attempts: 3))

  /// A claim's way to Bacen.
  public static let submission = ActivityOptions(
    startToCloseTimeout: .seconds(30),
    retryPolicy: policy(initial: .seconds(2), maximum: .seconds(60), attempts: 3))

  /// The move of a key to its claimer: at once, after 10 s, after 30 s more.
  public static let transfer = ActivityOptions(
    startToCloseTimeout: .seconds(30),
    retryPolicy: policy(initial: .seconds(10), coefficient: 3, maximum: .seconds(30), attempts: 3))

  private static func policy(
    initial: Duration, coefficient: Double = 2, maximum: Duration, attempts: Int
  ) -> RetryPolicy {
    RetryPolicy(
      initialInterval: initial, backoffCoefficient: coefficient, maximumInterval: maximum, maximumAttempts: attempts,
      nonRetryableErrorTypes: FailureType.nonRetryable)
  }
}
