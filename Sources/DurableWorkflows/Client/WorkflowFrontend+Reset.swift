/// Starts a new run from a point in another run's history.
public struct ResetWorkflowExecutionRequest: Hashable, Sendable {
  /// What of the events after the point is delivered to the new run again.
  public struct Reapply: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: Int

    /// Creates a set.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Signals.
    public static let signals = Reapply(rawValue: 1)
    /// Updates.
    public static let updates = Reapply(rawValue: 2)
    /// Everything that can be.
    public static let all: Reapply = [.signals, .updates]
  }

  /// The namespace.
  public var namespace: String
  /// The run; if it is open it is terminated.
  public var execution: WorkflowExecution
  /// The point: a `WorkflowTaskCompleted` event, or the one that follows or would follow a `WorkflowTaskScheduled` or
  /// `WorkflowTaskStarted`. What the workflow did in that task and later is undone.
  public var workflowTaskFinishEventID: Int64
  /// Why.
  public var reason: String
  /// Dedupes repeated requests.
  public var requestID: String
  /// What is delivered again.
  public var reapply: Reapply
  /// Who asks.
  public var identity: String

  /// Creates a request.
  public init(
    namespace: String = "default", execution: WorkflowExecution, workflowTaskFinishEventID: Int64,
    reason: String = "", requestID: String = "", reapply: Reapply = .all, identity: String = ""
  ) {
    self.namespace = namespace
    self.execution = execution
    self.workflowTaskFinishEventID = workflowTaskFinishEventID
    self.reason = reason
    self.requestID = requestID
    self.reapply = reapply
    self.identity = identity
  }
}

/// The answer to a reset.
public struct ResetWorkflowExecutionResponse: Hashable, Sendable {
  /// The new run.
  public var runID: String

  /// Creates a response.
  public init(runID: String) { self.runID = runID }
}
