/// Names an activity that completes asynchronously.
public enum ActivityReference: Hashable, Sendable {
  /// By the token of one attempt: ``ActivityInfo/taskToken``. It dies with the attempt.
  case token([UInt8])
  /// By the run (an empty run id means the current one) and the activity's id.
  case id(WorkflowExecution, activityID: String)
}

/// Reports the outcome of an activity that completes asynchronously.
public struct RespondActivityTaskRequest: Hashable, Sendable {
  /// How an activity ended.
  public enum Outcome: Hashable, Sendable {
    /// It returned.
    case completed([Payload])
    /// It failed; the retry policy decides what follows.
    case failed(Failure)
    /// It honoured a cancellation request.
    case canceled(details: [Payload])
  }

  /// The namespace.
  public var namespace: String
  /// The activity.
  public var activity: ActivityReference
  /// How it ended.
  public var outcome: Outcome
  /// Who reports.
  public var identity: String

  /// Creates a request.
  public init(
    namespace: String = "default", activity: ActivityReference, outcome: Outcome, identity: String = ""
  ) {
    self.namespace = namespace
    self.activity = activity
    self.outcome = outcome
    self.identity = identity
  }
}

/// Reports that an activity that completes asynchronously is alive.
public struct RecordActivityTaskHeartbeatRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The activity.
  public var activity: ActivityReference
  /// What the next attempt can read.
  public var details: [Payload]
  /// Who reports.
  public var identity: String

  /// Creates a request.
  public init(
    namespace: String = "default", activity: ActivityReference, details: [Payload] = [], identity: String = ""
  ) {
    self.namespace = namespace
    self.activity = activity
    self.details = details
    self.identity = identity
  }
}
