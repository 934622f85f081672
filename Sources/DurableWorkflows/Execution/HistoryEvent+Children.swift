/// Why a run continues another; raw values are Temporal's.
public enum ContinueAsNewInitiator: Int, Hashable, Sendable {
  /// The workflow's code asked for it.
  case workflow = 1
  /// The run failed and is retried.
  case retry = 2
  /// The next run of a cron schedule.
  case cronSchedule = 3
}

/// The run that started another as its child.
public struct ParentWorkflow: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The parent's run.
  public var execution: WorkflowExecution
  /// The parent's event that asked for the child.
  public var initiatedEventID: Int64

  /// Creates a reference.
  public init(namespace: String, execution: WorkflowExecution, initiatedEventID: Int64) {
    self.namespace = namespace
    self.execution = execution
    self.initiatedEventID = initiatedEventID
  }
}

/// What happens to a child when its parent closes; raw values are Temporal's.
public enum ParentClosePolicy: Int, Hashable, Sendable {
  /// It is terminated. The default.
  case terminate = 1
  /// It goes on.
  case abandon = 2
  /// Its cancellation is requested.
  case requestCancel = 3
}

/// The attributes of a child that a workflow asked for.
public struct StartChildWorkflowAttributes: Hashable, Sendable {
  /// The child's id.
  public var workflowID: String
  /// The child's type.
  public var workflowType: String
  /// The child's task queue.
  public var taskQueue: String
  /// The arguments of the child's `run`.
  public var input: [Payload]
  /// The longest that the child's chain of runs may take.
  public var executionTimeout: Duration?
  /// The longest that one run of the child may take.
  public var runTimeout: Duration?
  /// The longest that one workflow task of the child may take.
  public var taskTimeout: Duration?
  /// What happens to the child when its parent closes.
  public var parentClosePolicy: ParentClosePolicy
  /// Whether a closed run's id may be used again.
  public var idReusePolicy: WorkflowIDReusePolicy
  /// How failures of the child are retried.
  public var retryPolicy: RetryPolicy?
  /// The child's cron schedule; empty means none.
  public var cronSchedule: String
  /// Notes shown with the child.
  public var memo: [String: Payload]
  /// The child's indexed values.
  public var searchAttributes: [String: Payload]
  /// Context handed through by interceptors.
  public var header: [String: Payload]
  /// The workflow task whose command this was.
  public var workflowTaskCompletedEventID: Int64
  /// A line for people.
  public var summary: String?
  /// How urgent the child's activities are, and whom they are done for; what is unset is that of the parent.
  public var priority: Priority

  /// Creates attributes.
  public init(
    workflowID: String, workflowType: String, taskQueue: String, input: [Payload] = [],
    executionTimeout: Duration? = nil, runTimeout: Duration? = nil, taskTimeout: Duration? = nil,
    parentClosePolicy: ParentClosePolicy = .terminate, idReusePolicy: WorkflowIDReusePolicy = .allowDuplicate,
    retryPolicy: RetryPolicy? = nil, cronSchedule: String = "", memo: [String: Payload] = [:],
    searchAttributes: [String: Payload] = [:], header: [String: Payload] = [:],
    workflowTaskCompletedEventID: Int64 = 0, summary: String? = nil, priority: Priority = Priority()
  ) {
    self.workflowID = workflowID
    self.workflowType = workflowType
    self.taskQueue = taskQueue
    self.input = input
    self.executionTimeout = executionTimeout
    self.runTimeout = runTimeout
    self.taskTimeout = taskTimeout
    self.parentClosePolicy = parentClosePolicy
    self.idReusePolicy = idReusePolicy
    self.retryPolicy = retryPolicy
    self.cronSchedule = cronSchedule
    self.memo = memo
    self.searchAttributes = searchAttributes
    self.header = header
    self.workflowTaskCompletedEventID = workflowTaskCompletedEventID
    self.summary = summary
    self.priority = priority
  }
}

/// Why a child could not be started; raw values are Temporal's.
public enum StartChildWorkflowFailedCause: Int, Hashable, Sendable {
  /// Not known.
  case unspecified = 0
  /// The id belongs to an open run, or its reuse policy refuses.
  case workflowAlreadyExists = 1
  /// The namespace does not exist.
  case namespaceNotFound = 2
}

/// A child in the events of its parent.
public struct ChildWorkflowReference: Hashable, Sendable {
  /// The parent's event that asked for the child.
  public var initiatedEventID: Int64
  /// The parent's event that says that the child runs.
  public var startedEventID: Int64
  /// The child's run that ended.
  public var execution: WorkflowExecution
  /// The child's type.
  public var workflowType: String

  /// Creates a reference.
  public init(initiatedEventID: Int64, startedEventID: Int64, execution: WorkflowExecution, workflowType: String) {
    self.initiatedEventID = initiatedEventID
    self.startedEventID = startedEventID
    self.execution = execution
    self.workflowType = workflowType
  }
}

/// The attributes of a signal or a cancellation request that a workflow sends to another run.
public struct ExternalWorkflowRequestAttributes: Hashable, Sendable {
  /// The run; an empty run id means the id's current run.
  public var execution: WorkflowExecution
  /// Whether only a child of the sender may receive it.
  public var isChildOnly: Bool
  /// The signal's name; empty for cancellation requests.
  public var signalName: String
  /// The signal's arguments.
  public var input: [Payload]
  /// Why cancellation is requested.
  public var reason: String
  /// Context handed through by interceptors.
  public var header: [String: Payload]
  /// The workflow task whose command this was.
  public var workflowTaskCompletedEventID: Int64

  /// Creates attributes.
  public init(
    execution: WorkflowExecution, isChildOnly: Bool = false, signalName: String = "", input: [Payload] = [],
    reason: String = "", header: [String: Payload] = [:], workflowTaskCompletedEventID: Int64 = 0
  ) {
    self.execution = execution
    self.isChildOnly = isChildOnly
    self.signalName = signalName
    self.input = input
    self.reason = reason
    self.header = header
    self.workflowTaskCompletedEventID = workflowTaskCompletedEventID
  }
}

/// The attributes of a signal or a cancellation request that did not reach its run.
public struct ExternalWorkflowFailedAttributes: Hashable, Sendable {
  /// Why; raw values are Temporal's.
  public enum Cause: Int, Hashable, Sendable {
    /// Not known.
    case unspecified = 0
    /// There is no open run of that id.
    case externalWorkflowExecutionNotFound = 1
    /// The namespace does not exist.
    case namespaceNotFound = 2
    /// The receiver has too many signals.
    case signalCountLimitExceeded = 3
  }

  /// Why.
  public var cause: Cause
  /// The event that asked.
  public var initiatedEventID: Int64
  /// The run that was meant.
  public var execution: WorkflowExecution
  /// The workflow task whose command this was.
  public var workflowTaskCompletedEventID: Int64

  /// Creates attributes.
  public init(
    cause: Cause, initiatedEventID: Int64, execution: WorkflowExecution, workflowTaskCompletedEventID: Int64
  ) {
    self.cause = cause
    self.initiatedEventID = initiatedEventID
    self.execution = execution
    self.workflowTaskCompletedEventID = workflowTaskCompletedEventID
  }
}
