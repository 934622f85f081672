/// What is being executed.
public struct WorkflowInfo: Hashable, Sendable {
  /// The run.
  public let execution: WorkflowExecution
  /// The registered name.
  public let workflowType: String
  /// The namespace.
  public let namespace: String
  /// The task queue.
  public let taskQueue: String
  /// When the run was started.
  public let startTime: Timestamp
  /// The attempt of the run, from 1.
  public let attempt: Int
  /// The longest that the run may take.
  public let runTimeout: Duration?
  /// The longest that the chain of runs may take.
  public let executionTimeout: Duration?
  /// The run that started this one as its child.
  public let parent: ParentWorkflow?
  /// The root of the tree of children; `nil` for the root itself.
  public let root: WorkflowExecution?
  /// The first run of the chain that retries, cron and continue-as-new make.
  public let firstRunID: String
  /// The run that this one continues; empty if none.
  public let continuedRunID: String
  /// How failures of the run are retried.
  public let retryPolicy: RetryPolicy?
  /// The cron expression of the chain; empty if none.
  public let cronSchedule: String
  /// How the run before failed, if this is a retry or the next run of a cron chain.
  public let lastFailure: Failure?
  /// The version of the workflow type that the run is pinned to.
  public let version: Int
  /// Context handed through by interceptors.
  public let header: [String: Payload]
  let lastCompletionResult: [Payload]
  let originalRunID: String
  let memo: [String: Payload]
  let searchAttributes: [String: Payload]

  init(_ started: WorkflowExecutionStartedAttributes, namespace: String, startTime: Timestamp) {
    execution = WorkflowExecution(workflowID: started.workflowID, runID: started.runID)
    workflowType = started.workflowType
    self.namespace = namespace
    taskQueue = started.taskQueue
    self.startTime = startTime
    attempt = started.attempt
    runTimeout = started.runTimeout
    executionTimeout = started.executionTimeout
    parent = started.parent
    root = started.root
    firstRunID = started.firstRunID
    continuedRunID = started.continuedRunID
    retryPolicy = started.retryPolicy
    cronSchedule = started.cronSchedule
    lastFailure = started.continuedFailure
    version = started.version
    header = started.header
    lastCompletionResult = started.lastCompletionResult
    originalRunID = started.originalRunID
    memo = started.memo
    searchAttributes = started.searchAttributes
  }

  static let detached = WorkflowInfo(
    WorkflowExecutionStartedAttributes(
      workflowType: "", workflowID: "", runID: "", taskQueue: "", input: [], attempt: 0),
    namespace: "", startTime: .epoch)
}
