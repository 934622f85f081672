public import DurableWorkflows

/// A run whose result is awaited cannot go on, because its workflow task fails for a reason other than non-determinism:
/// an unregistered type, for example. (Non-determinism is thrown as ``NonDeterminismError``.)
public struct WorkflowBlockedError: Error, CustomStringConvertible, Sendable {
  /// The run.
  public var execution: WorkflowExecution
  /// Why its workflow task fails.
  public var reason: String

  /// Creates an error.
  public init(execution: WorkflowExecution, reason: String) {
    self.execution = execution
    self.reason = reason
  }

  /// The run and the reason.
  public var description: String {
    "workflow '\(execution.workflowID)' is blocked by a failed workflow task, so its result will not come: \(reason)"
  }
}
