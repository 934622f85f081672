/// Thrown by workflow or activity code to fail with a type, details and retry behaviour of its own.
///
/// Any other error that an activity throws is recorded as an application failure whose type is the Swift type's name;
/// if it is `Codable` its value travels in the details and comes back with ``ActivityError/cause(as:)``.
public struct ApplicationError: Error, CustomStringConvertible, Sendable {
  /// What went wrong, for people.
  public var message: String
  /// The type that retry policies and callers match on, for example `ValidationError`.
  public var type: String
  /// Whether retry policies must not retry it.
  public var isNonRetryable: Bool
  /// Values for the caller.
  public var details: [Payload]
  /// Overrides the retry policy's next wait.
  public var nextRetryDelay: Duration?
  /// What caused it.
  public var cause: Failure?

  /// Creates an error.
  public init(
    _ message: String, type: String = "ApplicationError", isNonRetryable: Bool = false, details: [Payload] = [],
    nextRetryDelay: Duration? = nil, cause: Failure? = nil
  ) {
    self.message = message
    self.type = type
    self.isNonRetryable = isNonRetryable
    self.details = details
    self.nextRetryDelay = nextRetryDelay
    self.cause = cause
  }

  /// Type and message.
  public var description: String { "\(type): \(message)" }
}

/// An activity did not succeed: its retries are used up, it timed out, or it was cancelled.
public struct ActivityError: Error, CustomStringConvertible, Sendable {
  /// The activity's type.
  public var activityType: String
  /// The activity's id within the run.
  public var activityID: String
  /// Why it was not retried further.
  public var retryState: RetryState
  /// The failure of the last attempt: application, timeout or canceled.
  public var cause: Failure

  /// The application error type of an attempt that was in flight when its process ended, and that must not be repeated.
  public static let unknownOutcome = "UnknownOutcome"

  /// Whether nobody knows if the activity took effect: its process ended during an attempt that must not be repeated
  /// (it is declared not idempotent, or has one attempt only), or an attempt that is not idempotent timed out. Find out
  /// before doing it again.
  public var isOutcomeUnknown: Bool {
    switch cause.info {
    case .application(ActivityError.unknownOutcome, _, _, _): true
    case .timeout(let type, _): type != .scheduleToStart && retryState == .nonRetryableFailure
    default: false
    }
  }

  /// The error value that the activity threw, if it was of a `Codable` error type with this name.
  ///
  /// - Returns: the decoded value, or `nil` if the activity failed for another reason.
  public func cause<Value: Error & Decodable>(
    as type: Value.Type, converter: any PayloadConverter = JSONPayloadConverter()
  ) -> Value? {
    guard case .application(let name, _, let details, _) = cause.info, name == errorTypeName(type),
      let payload = details.first
    else { return nil }
    return try? converter.value(of: payload, as: type)
  }

  /// The activity's type and the innermost cause.
  public var description: String {
    "activity '\(activityType)' (id \(activityID)) failed: \(cause.message)"
  }
}

/// Thrown by activity code whose outcome somebody else will report, with ``ActivityInfo/taskToken`` or the activity's
/// id.
///
/// The attempt stays open, without a slot, until it is reported or times out; a restart does not repeat it.
public struct CompleteAsyncError: Error, Sendable {
  /// Creates an error.
  public init() {}
}

/// A child workflow did not complete.
public struct ChildWorkflowError: Error, CustomStringConvertible, Sendable {
  /// The child's run; the run id is empty if the child never started.
  public var execution: WorkflowExecution
  /// The child's type.
  public var workflowType: String
  /// Why it was not retried further.
  public var retryState: RetryState
  /// How it ended: application, timeout, canceled or terminated.
  public var cause: Failure

  /// Creates an error.
  public init(execution: WorkflowExecution, workflowType: String, retryState: RetryState, cause: Failure) {
    self.execution = execution
    self.workflowType = workflowType
    self.retryState = retryState
    self.cause = cause
  }

  /// Whether the child was cancelled.
  public var isCancellation: Bool {
    if case .canceled = cause.info { true } else { false }
  }

  /// Whether the child could not be started because its id is taken.
  public var isAlreadyStarted: Bool { cause.applicationType == ChildWorkflowError.alreadyStarted }

  static let alreadyStarted = "WorkflowAlreadyStarted"

  /// The error value that the child's `run` threw, if it was of a `Codable` error type with this name.
  ///
  /// - Returns: the decoded value, or `nil` if the child ended in another way.
  public func cause<Value: Error & Decodable>(
    as type: Value.Type, converter: any PayloadConverter = JSONPayloadConverter()
  ) -> Value? {
    guard case .application(let name, _, let details, _) = cause.info, name == errorTypeName(type),
      let payload = details.first
    else { return nil }
    return try? converter.value(of: payload, as: type)
  }

  /// The child's type and the cause.
  public var description: String {
    "child workflow '\(workflowType)' (id \(execution.workflowID)) failed: \(cause.message)"
  }
}

/// A signal or a cancellation request did not reach its run.
public struct ExternalWorkflowError: Error, CustomStringConvertible, Sendable {
  /// The run that was meant.
  public var execution: WorkflowExecution
  /// What went wrong, for people.
  public var message: String

  /// Creates an error.
  public init(execution: WorkflowExecution, message: String) {
    self.execution = execution
    self.message = message
  }

  /// The message.
  public var description: String { message }
}

/// Cancellation was requested and reached this point.
public struct CanceledError: Error, CustomStringConvertible, Sendable {
  /// What was cancelled, for example `timer 3`.
  public var message: String
  /// Values given with the cancellation.
  public var details: [Payload]

  /// Creates an error.
  public init(_ message: String = "canceled", details: [Payload] = []) {
    self.message = message
    self.details = details
  }

  /// The message.
  public var description: String { message }
}

/// A deadline passed.
public struct TimeoutError: Error, CustomStringConvertible, Sendable {
  /// Which deadline.
  public var type: TimeoutType
  /// What timed out.
  public var message: String

  /// Creates an error.
  public init(_ message: String, type: TimeoutType = .startToClose) {
    self.message = message
    self.type = type
  }

  /// The message.
  public var description: String { message }
}

/// A workflow run did not complete; thrown to whoever waits for its result.
public struct WorkflowFailedError: Error, CustomStringConvertible, Sendable {
  /// The run that failed.
  public var execution: WorkflowExecution
  /// How it ended: failed, canceled, terminated or timed out.
  public var status: WorkflowExecutionStatus
  /// Why.
  public var cause: Failure

  /// Creates an error.
  public init(execution: WorkflowExecution, status: WorkflowExecutionStatus, cause: Failure) {
    self.execution = execution
    self.status = status
    self.cause = cause
  }

  /// The id, the status and the innermost cause.
  public var description: String {
    let root = cause.root
    let detail = root == cause ? "" : ": \(root.message)"
    return "workflow '\(execution.workflowID)' \(status): \(cause.message)\(detail)"
  }
}

func errorTypeName(_ type: any Error.Type) -> String {
  String(describing: type)
}
