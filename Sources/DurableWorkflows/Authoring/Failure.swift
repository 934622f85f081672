/// A recorded failure with its chain of causes: Temporal's `failure.v1.Failure`.
public struct Failure: Hashable, Sendable {
  /// What went wrong, for people.
  public var message: String
  /// Which SDK recorded it.
  public var source: String
  /// A stack trace, where one exists.
  public var stackTrace: String
  /// What kind of failure this is.
  public var info: Info
  /// The message and the stack trace, encoded by a ``DataConverter``; `nil` when they are readable.
  public var encodedAttributes: Payload?
  /// What caused it.
  public var cause: Failure? {
    get { causes.first }
    set { causes = newValue.map { [$0] } ?? [] }
  }
  /// At most one element: the array is the indirection a recursive value needs.
  private var causes: [Failure]

  /// Creates a failure.
  public init(message: String, info: Info, cause: Failure? = nil, source: String = "SwiftSDK", stackTrace: String = "") {
    self.message = message
    self.source = source
    self.stackTrace = stackTrace
    self.info = info
    self.causes = cause.map { [$0] } ?? []
  }

  /// The kinds of failure, as in Temporal's `failure_info`.
  public enum Info: Hashable, Sendable {
    /// Thrown by user code.
    case application(type: String, isNonRetryable: Bool, details: [Payload], nextRetryDelay: Duration?)
    /// A deadline passed.
    case timeout(TimeoutType, lastHeartbeatDetails: [Payload])
    /// Cancellation was requested and honoured.
    case canceled(details: [Payload])
    /// The run was terminated.
    case terminated(identity: String)
    /// The engine refused or could not go on.
    case server(isNonRetryable: Bool)
    /// An activity failed; the cause says how.
    case activity(
      scheduledEventID: Int64, startedEventID: Int64, identity: String, activityType: String, activityID: String,
      retryState: RetryState)
    /// A child workflow failed; the cause says how.
    case childWorkflow(
      namespace: String, workflowID: String, runID: String, workflowType: String, initiatedEventID: Int64,
      startedEventID: Int64, retryState: RetryState)
  }

  /// The application error's type at this level, for example `ValidationError`.
  public var applicationType: String? {
    if case .application(let type, _, _, _) = info { type } else { nil }
  }

  /// The innermost failure of the chain.
  public var root: Failure {
    var failure = self
    while let cause = failure.cause { failure = cause }
    return failure
  }
}

/// Which deadline passed; raw values are Temporal's.
public enum TimeoutType: Int, Hashable, Sendable, Codable {
  /// From start to close of one attempt (or of a run).
  case startToClose = 1
  /// From scheduling to the start of the first attempt.
  case scheduleToStart = 2
  /// From scheduling to close, over all attempts.
  case scheduleToClose = 3
  /// Between two heartbeats.
  case heartbeat = 4
}

/// Why there is no further retry; raw values are Temporal's.
public enum RetryState: Int, Hashable, Sendable, Codable {
  /// Not known.
  case unspecified = 0
  /// Still being retried.
  case inProgress = 1
  /// The failure's type is non-retryable.
  case nonRetryableFailure = 2
  /// A deadline leaves no room for another attempt.
  case timeout = 3
  /// The policy's attempts are used up.
  case maximumAttemptsReached = 4
  /// There is no policy.
  case retryPolicyNotSet = 5
  /// The engine could not retry.
  case internalServerError = 6
  /// Cancellation was requested.
  case cancelRequested = 7
}
