/// Names one run of a workflow.
public struct WorkflowExecution: Hashable, Sendable {
  /// The caller-chosen id. At most one run of an id is open.
  public var workflowID: String
  /// The run's id; empty means the current (newest) run of the id.
  public var runID: String

  /// Creates a reference.
  public init(workflowID: String, runID: String = "") {
    self.workflowID = workflowID
    self.runID = runID
  }
}

/// The state of a run; raw values are Temporal's.
public enum WorkflowExecutionStatus: Int, Hashable, Sendable, CustomStringConvertible {
  /// Open.
  case running = 1
  /// `run` returned.
  case completed = 2
  /// `run` threw.
  case failed = 3
  /// Cancelled on request.
  case canceled = 4
  /// Terminated.
  case terminated = 5
  /// Continued as a new run.
  case continuedAsNew = 6
  /// The execution or run timeout passed.
  case timedOut = 7
  /// Open, and not to go on until it is unpaused.
  case paused = 8

  /// Whether the run has not ended.
  public var isOpen: Bool { self == .running || self == .paused }

  /// Temporal's name, for example `Running`.
  public var description: String {
    switch self {
    case .running: "Running"
    case .completed: "Completed"
    case .failed: "Failed"
    case .canceled: "Canceled"
    case .terminated: "Terminated"
    case .continuedAsNew: "ContinuedAsNew"
    case .timedOut: "TimedOut"
    case .paused: "Paused"
    }
  }
}

/// Whether an id whose last run is closed may be used again; raw values are Temporal's.
public enum WorkflowIDReusePolicy: Int, Hashable, Sendable {
  /// Always. The default.
  case allowDuplicate = 1
  /// Only if the last run failed, was cancelled, was terminated or timed out.
  case allowDuplicateFailedOnly = 2
  /// Never.
  case rejectDuplicate = 3
}

/// What happens when the id has an open run; raw values are Temporal's.
public enum WorkflowIDConflictPolicy: Int, Hashable, Sendable {
  /// The start fails. The default.
  case fail = 1
  /// The open run is returned instead.
  case useExisting = 2
  /// The open run is terminated and a new one started.
  case terminateExisting = 3
}
