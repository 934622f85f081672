/// How a child workflow is started. Names, meaning and defaults are Temporal's.
public struct ChildWorkflowOptions: Hashable, Sendable {
  /// The child's id; `nil` makes a UUID up, the same in every replay.
  public var workflowID: String?
  /// The task queue; `nil` means the parent's.
  public var taskQueue: String?
  /// The longest that the child's chain of runs may take.
  public var executionTimeout: Duration?
  /// The longest that one run of the child may take.
  public var runTimeout: Duration?
  /// The longest that one workflow task may take.
  public var taskTimeout: Duration?
  /// How failures of the child are retried; `nil` means not at all.
  public var retryPolicy: RetryPolicy?
  /// What happens to the child when its parent closes.
  public var parentClosePolicy: ParentClosePolicy
  /// What a cancelled caller waits for.
  public var cancellationType: ChildWorkflowCancellationType
  /// Whether a closed run's id may be used again.
  public var idReusePolicy: WorkflowIDReusePolicy
  /// A cron expression; empty means none.
  public var cronSchedule: String
  /// Notes shown with the child.
  public var memo: [String: Payload]
  /// Indexed values.
  public var searchAttributes: [String: Payload]
  /// A line for people.
  public var summary: String?
  /// How urgent the child's activities are, and whom they are done for; what is unset is that of the parent.
  public var priority: Priority?

  /// Creates options.
  public init(
    workflowID: String? = nil, taskQueue: String? = nil, executionTimeout: Duration? = nil,
    runTimeout: Duration? = nil, taskTimeout: Duration? = nil, retryPolicy: RetryPolicy? = nil,
    parentClosePolicy: ParentClosePolicy = .terminate,
    cancellationType: ChildWorkflowCancellationType = .waitCancellationCompleted,
    idReusePolicy: WorkflowIDReusePolicy = .allowDuplicate, cronSchedule: String = "", memo: [String: Payload] = [:],
    searchAttributes: [String: Payload] = [:], summary: String? = nil, priority: Priority? = nil
  ) {
    self.workflowID = workflowID
    self.taskQueue = taskQueue
    self.executionTimeout = executionTimeout
    self.runTimeout = runTimeout
    self.taskTimeout = taskTimeout
    self.retryPolicy = retryPolicy
    self.parentClosePolicy = parentClosePolicy
    self.cancellationType = cancellationType
    self.idReusePolicy = idReusePolicy
    self.cronSchedule = cronSchedule
    self.memo = memo
    self.searchAttributes = searchAttributes
    self.summary = summary
    self.priority = priority
  }

  /// What is wrong with the options, or `nil`.
  var problem: String? {
    if let workflowID, workflowID.isEmpty || workflowID.utf8.count > 1000 {
      return "its id is empty or longer than 1,000 bytes"
    }
    for case (let name, let timeout?) in [
      ("execution", executionTimeout), ("run", runTimeout), ("task", taskTimeout),
    ] where timeout <= .zero {
      return "its \(name) timeout of \(timeout) is not positive"
    }
    if let problem = priority?.problem { return "its priority is invalid: \(problem)" }
    return retryPolicy?.problem.map { "its retry policy is invalid: \($0)" }
  }
}

/// What a cancelled caller of a child waits for; raw values are those of Temporal's core SDK.
public enum ChildWorkflowCancellationType: Int, Hashable, Sendable {
  /// Throw ``CanceledError`` at once and let the child run on.
  case abandon = 0
  /// Request cancellation and throw ``CanceledError`` at once.
  case tryCancel = 1
  /// Request cancellation and wait for the child's own end.
  case waitCancellationCompleted = 2
  /// Request cancellation and wait until the child has the request.
  case waitCancellationRequested = 3
}
