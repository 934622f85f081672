/// The requests that clients make, in Temporal's terms, without any wire format.
///
/// The embedded engine implements it in process; the remote client of `WorkflowService` implements it over gRPC.
/// ``WorkflowClient`` is the typed face of either and cannot tell them apart.
///
/// All methods throw ``WorkflowServiceError``. Whatever a method acknowledges is durable when it returns.
public protocol WorkflowFrontend: Sendable {
  /// Starts a run, or finds the open one, by the request's policies.
  func startWorkflowExecution(_ request: StartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse
  /// Delivers a signal to an open run.
  func signalWorkflowExecution(_ request: SignalWorkflowExecutionRequest) async throws
  /// Asks a run, open or closed, for a query's answer.
  func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> QueryWorkflowResponse
  /// Describes a run.
  func describeWorkflowExecution(_ request: DescribeWorkflowExecutionRequest) async throws
    -> WorkflowExecutionDescription
  /// Reads a run's history, a page at a time, and waits for what is still to come if asked to.
  func getWorkflowExecutionHistory(_ request: GetWorkflowExecutionHistoryRequest) async throws
    -> GetWorkflowExecutionHistoryResponse
  /// Requests a run's cancellation. On a closed run nothing happens.
  func requestCancelWorkflowExecution(_ request: RequestCancelWorkflowExecutionRequest) async throws
  /// Ends an open run at once.
  func terminateWorkflowExecution(_ request: TerminateWorkflowExecutionRequest) async throws
  /// Lists runs: open ones by start, then closed ones by close, the newest first, unless the query has an order.
  func listWorkflowExecutions(_ request: ListWorkflowExecutionsRequest) async throws -> ListWorkflowExecutionsResponse
  /// Counts runs.
  func countWorkflowExecutions(namespace: String, query: String) async throws -> Int
  /// Counts runs, in all and by the groups that the query asks for.
  func countWorkflowExecutions(_ request: CountWorkflowExecutionsRequest) async throws
    -> CountWorkflowExecutionsResponse
  /// Delivers an update to an open run and waits until it has come as far as asked, or for the long-poll time.
  func updateWorkflowExecution(_ request: UpdateWorkflowExecutionRequest) async throws
    -> UpdateWorkflowExecutionResponse
  /// Waits for the outcome of an update that was sent before.
  func pollWorkflowExecutionUpdate(_ request: PollWorkflowExecutionUpdateRequest) async throws
    -> UpdateWorkflowExecutionResponse
  /// Delivers a signal to the open run of an id, starting the run if there is none. Both or neither become durable.
  func signalWithStartWorkflowExecution(_ request: SignalWithStartWorkflowExecutionRequest) async throws
    -> StartWorkflowExecutionResponse
  /// Delivers an update to the open run of an id, starting the run if there is none (`useExisting`) or refusing.
  func updateWithStartWorkflowExecution(_ request: UpdateWithStartWorkflowExecutionRequest) async throws
    -> UpdateWithStartWorkflowExecutionResponse
  /// Starts a new run from a point in another run's history.
  func resetWorkflowExecution(_ request: ResetWorkflowExecutionRequest) async throws
    -> ResetWorkflowExecutionResponse
  /// Reports the outcome of an activity that completes asynchronously.
  func respondActivityTask(_ request: RespondActivityTaskRequest) async throws
  /// Reports that an activity that completes asynchronously is alive.
  /// - Returns: whether its cancellation was requested.
  func recordActivityTaskHeartbeat(_ request: RecordActivityTaskHeartbeatRequest) async throws -> Bool
  /// Keeps an open run from going on.
  func pauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws
  /// Lets a paused run go on.
  func unpauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws
  /// Deletes a run; an open one is terminated first.
  func deleteWorkflowExecution(_ request: DeleteWorkflowExecutionRequest) async throws
  /// Starts a batch. When it returns, the batch is durable.
  func startBatchOperation(_ request: StartBatchOperationRequest) async throws
  /// Ends a batch. On one that has ended nothing happens.
  func stopBatchOperation(_ request: StopBatchOperationRequest) async throws
  /// How far a batch is.
  func describeBatchOperation(namespace: String, jobID: String) async throws -> BatchOperationDescription
  /// The batches, the newest first.
  func listBatchOperations(namespace: String) async throws -> [BatchOperationDescription]
  /// What the service is: version, namespaces, identity.
  func getSystemInfo() async throws -> WorkflowSystemInfo
  /// Tells what a task queue holds, and who serves it.
  func describeTaskQueue(_ request: DescribeTaskQueueRequest) async throws -> TaskQueueDescription
  /// Describes a namespace.
  func describeNamespace(_ name: String) async throws -> NamespaceDescription
  /// Describes all namespaces.
  func listNamespaces() async throws -> [NamespaceDescription]

  /// Creates a schedule.
  func createSchedule(_ request: CreateScheduleRequest) async throws -> CreateScheduleResponse
  /// Describes a schedule.
  func describeSchedule(_ request: DescribeScheduleRequest) async throws -> ScheduleDescription
  /// Replaces a schedule.
  func updateSchedule(_ request: UpdateScheduleRequest) async throws
  /// Pauses, unpauses, triggers or backfills a schedule.
  func patchSchedule(_ request: PatchScheduleRequest) async throws
  /// Deletes a schedule; the runs that it started go on.
  func deleteSchedule(_ request: DeleteScheduleRequest) async throws
  /// The times of a span that a schedule's specification names, at most 1,000.
  func listScheduleMatchingTimes(_ request: ListScheduleMatchingTimesRequest) async throws -> [Timestamp]
  /// Lists schedules in the order of their ids.
  func listSchedules(_ request: ListSchedulesRequest) async throws -> ListSchedulesResponse
  /// Counts schedules.
  func countSchedules(namespace: String, query: String) async throws -> Int
}

/// Starts a run.
public struct StartWorkflowExecutionRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The caller-chosen id, 1 to 1,000 bytes.
  public var workflowID: String
  /// The registered name.
  public var workflowType: String
  /// The task queue.
  public var taskQueue: String
  /// The arguments of `run`.
  public var input: [Payload] = []
  /// The longest that the chain of runs may take; `nil` means no limit.
  public var executionTimeout: Duration?
  /// The longest that the run may take; `nil` means no limit.
  public var runTimeout: Duration?
  /// The longest that a workflow task may take; `nil` means 10 s.
  public var taskTimeout: Duration?
  /// Who asks.
  public var identity: String = ""
  /// Dedupes repeated requests; empty means no deduplication.
  public var requestID: String = ""
  /// Whether a closed run's id may be used again.
  public var idReusePolicy: WorkflowIDReusePolicy = .allowDuplicate
  /// What an open run of the id means.
  public var idConflictPolicy: WorkflowIDConflictPolicy = .fail
  /// Notes shown with the run.
  public var memo: [String: Payload] = [:]
  /// Indexed values.
  public var searchAttributes: [String: Payload] = [:]
  /// Context handed through by interceptors.
  public var header: [String: Payload] = [:]
  /// How failures of the run are retried; `nil` means not at all.
  public var retryPolicy: RetryPolicy?
  /// A cron expression: the run is the first of a chain; empty means a single run.
  public var cronSchedule: String = ""
  /// How long after the start the first workflow task runs; a signal or an update ends the wait.
  public var startDelay: Duration?
  /// What the run before returned, when a schedule starts its next run.
  public var lastCompletionResult: [Payload] = []
  /// How the run before failed, when a schedule starts its next run.
  public var continuedFailure: Failure?
  /// How urgent the run's activities are, and whom they are done for.
  public var priority = Priority()

  /// Creates a request with the defaults of its fields.
  public init(namespace: String = "default", workflowID: String, workflowType: String, taskQueue: String) {
    self.namespace = namespace
    self.workflowID = workflowID
    self.workflowType = workflowType
    self.taskQueue = taskQueue
  }
}

/// The answer to a start.
public struct StartWorkflowExecutionResponse: Hashable, Sendable {
  /// The run: new, or the open one.
  public var runID: String
  /// Whether this request started it.
  public var started: Bool
  /// The run's status when the answer was given.
  public var status: WorkflowExecutionStatus

  /// Creates a response.
  public init(runID: String, started: Bool, status: WorkflowExecutionStatus = .running) {
    self.runID = runID
    self.started = started
    self.status = status
  }
}

/// Delivers a signal.
public struct SignalWorkflowExecutionRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The run.
  public var execution: WorkflowExecution
  /// The signal's name.
  public var signalName: String
  /// The arguments.
  public var input: [Payload]
  /// Who asks.
  public var identity: String
  /// Dedupes repeated requests to the same run; empty means no deduplication.
  public var requestID: String
  /// Context handed through by interceptors.
  public var header: [String: Payload] = [:]

  /// Creates a request.
  public init(
    namespace: String = "default", execution: WorkflowExecution, signalName: String, input: [Payload] = [],
    identity: String = "", requestID: String = ""
  ) {
    self.namespace = namespace
    self.execution = execution
    self.signalName = signalName
    self.input = input
    self.identity = identity
    self.requestID = requestID
  }
}

/// Asks a query.
public struct QueryWorkflowRequest: Hashable, Sendable {
  /// Refuses queries by the run's state; raw values are Temporal's.
  public enum RejectCondition: Int, Hashable, Sendable {
    /// Never refused.
    case none = 1
    /// Refused unless open.
    case notOpen = 2
    /// Refused if closed in any way but completed.
    case notCompletedCleanly = 3
  }

  /// The namespace.
  public var namespace: String
  /// The run.
  public var execution: WorkflowExecution
  /// The query's name.
  public var queryType: String
  /// The arguments.
  public var arguments: [Payload]
  /// When to refuse.
  public var rejectCondition: RejectCondition = .none
  /// Context handed through by interceptors.
  public var header: [String: Payload] = [:]

  /// Creates a request.
  public init(
    namespace: String = "default", execution: WorkflowExecution, queryType: String, arguments: [Payload] = []
  ) {
    self.namespace = namespace
    self.execution = execution
    self.queryType = queryType
    self.arguments = arguments
  }
}

/// The answer to a query.
public enum QueryWorkflowResponse: Hashable, Sendable {
  /// The handler's value.
  case result([Payload])
  /// Refused by the reject condition; the run has this status.
  case rejected(WorkflowExecutionStatus)
}

/// Asks for a description.
public struct DescribeWorkflowExecutionRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The run.
  public var execution: WorkflowExecution

  /// Creates a request.
  public init(namespace: String = "default", execution: WorkflowExecution) {
    self.namespace = namespace
    self.execution = execution
  }
}

/// Requests a run's cancellation.
public struct RequestCancelWorkflowExecutionRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The run.
  public var execution: WorkflowExecution
  /// Why.
  public var reason: String
  /// Who asks.
  public var identity: String
  /// The first run of the chain that is meant; empty means any.
  public var firstExecutionRunID: String = ""
  /// Dedupes repeated requests.
  public var requestID: String

  /// Creates a request.
  public init(
    namespace: String = "default", execution: WorkflowExecution, reason: String = "", identity: String = "",
    requestID: String = ""
  ) {
    self.namespace = namespace
    self.execution = execution
    self.reason = reason
    self.identity = identity
    self.requestID = requestID
  }
}

/// Ends a run at once.
public struct TerminateWorkflowExecutionRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The run.
  public var execution: WorkflowExecution
  /// Why.
  public var reason: String
  /// Values for whoever waits.
  public var details: [Payload]
  /// Who asks.
  public var identity: String
  /// The first run of the chain that is meant; empty means any.
  public var firstExecutionRunID: String = ""

  /// Creates a request.
  public init(
    namespace: String = "default", execution: WorkflowExecution, reason: String = "", details: [Payload] = [],
    identity: String = ""
  ) {
    self.namespace = namespace
    self.execution = execution
    self.reason = reason
    self.details = details
    self.identity = identity
  }
}
