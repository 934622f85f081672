/// Looks at, changes or refuses what a client asks for.
///
/// Give it to ``WorkflowClient/init(frontend:namespace:taskQueue:identity:payloadConverter:interceptors:)``. A type
/// that also conforms to ``ClientOutboundInterceptor`` is its own outbound part. Those of
/// ``WorkflowEngineOptions/interceptors`` that conform are installed in ``WorkflowEngine/client`` too.
public protocol ClientInterceptor: Sendable {
  /// What sees the client's requests; `nil` if there is none.
  var clientOutboundInterceptor: (any ClientOutboundInterceptor)? { get }
}

extension ClientInterceptor {
  /// None.
  public var clientOutboundInterceptor: (any ClientOutboundInterceptor)? { nil }
}

extension ClientInterceptor where Self: ClientOutboundInterceptor {
  /// The interceptor itself.
  public var clientOutboundInterceptor: (any ClientOutboundInterceptor)? { self }
}

/// Sees the requests of a client before they are sent, in the order in which the interceptors were registered. What a
/// method throws, the client's caller catches.
///
/// A method sees one request. A wait that outlasts a long poll, for a result or an update, is several requests.
public protocol ClientOutboundInterceptor: Sendable {
  /// Surrounds the start of a run.
  func startWorkflow(
    input: StartWorkflowExecutionRequest,
    next: (StartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse
  ) async throws -> StartWorkflowExecutionResponse

  /// Surrounds a signal that starts the run if there is none. The header of the start is the signal's, too.
  func signalWithStartWorkflow(
    input: SignalWithStartWorkflowExecutionRequest,
    next: (SignalWithStartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse
  ) async throws -> StartWorkflowExecutionResponse

  /// Surrounds an update that starts the run if there is none. Start and update have a header each.
  func startUpdateWithStartWorkflow(
    input: UpdateWithStartWorkflowExecutionRequest,
    next: (UpdateWithStartWorkflowExecutionRequest) async throws -> UpdateWithStartWorkflowExecutionResponse
  ) async throws -> UpdateWithStartWorkflowExecutionResponse

  /// Surrounds a signal.
  func signalWorkflow(
    input: SignalWorkflowExecutionRequest, next: (SignalWorkflowExecutionRequest) async throws -> Void
  ) async throws

  /// Surrounds a query.
  func queryWorkflow(
    input: QueryWorkflowRequest, next: (QueryWorkflowRequest) async throws -> QueryWorkflowResponse
  ) async throws -> QueryWorkflowResponse

  /// Surrounds an update.
  func startWorkflowUpdate(
    input: UpdateWorkflowExecutionRequest,
    next: (UpdateWorkflowExecutionRequest) async throws -> UpdateWorkflowExecutionResponse
  ) async throws -> UpdateWorkflowExecutionResponse

  /// Surrounds a wait for an update that was sent before.
  func pollWorkflowUpdate(
    input: PollWorkflowExecutionUpdateRequest,
    next: (PollWorkflowExecutionUpdateRequest) async throws -> UpdateWorkflowExecutionResponse
  ) async throws -> UpdateWorkflowExecutionResponse

  /// Surrounds the description of a run.
  func describeWorkflow(
    input: DescribeWorkflowExecutionRequest,
    next: (DescribeWorkflowExecutionRequest) async throws -> WorkflowExecutionDescription
  ) async throws -> WorkflowExecutionDescription

  /// Surrounds a cancellation request.
  func cancelWorkflow(
    input: RequestCancelWorkflowExecutionRequest, next: (RequestCancelWorkflowExecutionRequest) async throws -> Void
  ) async throws

  /// Surrounds a termination.
  func terminateWorkflow(
    input: TerminateWorkflowExecutionRequest, next: (TerminateWorkflowExecutionRequest) async throws -> Void
  ) async throws

  /// Surrounds a reset.
  func resetWorkflow(
    input: ResetWorkflowExecutionRequest,
    next: (ResetWorkflowExecutionRequest) async throws -> ResetWorkflowExecutionResponse
  ) async throws -> ResetWorkflowExecutionResponse

  /// Surrounds the pause of a run.
  func pauseWorkflow(
    input: PauseWorkflowExecutionRequest, next: (PauseWorkflowExecutionRequest) async throws -> Void
  ) async throws

  /// Surrounds the end of a run's pause.
  func unpauseWorkflow(
    input: PauseWorkflowExecutionRequest, next: (PauseWorkflowExecutionRequest) async throws -> Void
  ) async throws

  /// Surrounds the deletion of a run.
  func deleteWorkflow(
    input: DeleteWorkflowExecutionRequest, next: (DeleteWorkflowExecutionRequest) async throws -> Void
  ) async throws

  /// Surrounds the start of a batch. What the batch does to its runs later is no request of a client.
  func startBatchOperation(
    input: StartBatchOperationRequest, next: (StartBatchOperationRequest) async throws -> Void
  ) async throws

  /// Surrounds the end of a batch before its time.
  func stopBatchOperation(
    input: StopBatchOperationRequest, next: (StopBatchOperationRequest) async throws -> Void
  ) async throws

  /// Surrounds the description of a batch.
  func describeBatchOperation(
    input: DescribeBatchOperationInput, next: (DescribeBatchOperationInput) async throws -> BatchOperationDescription
  ) async throws -> BatchOperationDescription

  /// Surrounds the listing of batches.
  func listBatchOperations(
    input: ListBatchOperationsInput, next: (ListBatchOperationsInput) async throws -> [BatchOperationDescription]
  ) async throws -> [BatchOperationDescription]

  /// Surrounds the reading of one page of a history; waits for results are among them.
  func fetchWorkflowHistoryEvents(
    input: GetWorkflowExecutionHistoryRequest,
    next: (GetWorkflowExecutionHistoryRequest) async throws -> GetWorkflowExecutionHistoryResponse
  ) async throws -> GetWorkflowExecutionHistoryResponse

  /// Surrounds the listing of one page of runs.
  func listWorkflows(
    input: ListWorkflowExecutionsRequest,
    next: (ListWorkflowExecutionsRequest) async throws -> ListWorkflowExecutionsResponse
  ) async throws -> ListWorkflowExecutionsResponse

  /// Surrounds the counting of runs.
  func countWorkflows(
    input: CountWorkflowsInput, next: (CountWorkflowsInput) async throws -> Int
  ) async throws -> Int

  /// Surrounds the report of the outcome of an activity that completes asynchronously.
  func completeAsyncActivity(
    input: RespondActivityTaskRequest, next: (RespondActivityTaskRequest) async throws -> Void
  ) async throws

  /// Surrounds a heartbeat of an activity that completes asynchronously.
  ///
  /// - Returns: whether its cancellation was requested.
  func heartbeatAsyncActivity(
    input: RecordActivityTaskHeartbeatRequest, next: (RecordActivityTaskHeartbeatRequest) async throws -> Bool
  ) async throws -> Bool

  /// Surrounds the creation of a schedule.
  func createSchedule(
    input: CreateScheduleRequest, next: (CreateScheduleRequest) async throws -> CreateScheduleResponse
  ) async throws -> CreateScheduleResponse

  /// Surrounds the description of a schedule.
  func describeSchedule(
    input: DescribeScheduleRequest, next: (DescribeScheduleRequest) async throws -> ScheduleDescription
  ) async throws -> ScheduleDescription

  /// Surrounds the replacement of a schedule.
  func updateSchedule(input: UpdateScheduleRequest, next: (UpdateScheduleRequest) async throws -> Void) async throws

  /// Surrounds pauses, triggers and backfills of a schedule.
  func patchSchedule(input: PatchScheduleRequest, next: (PatchScheduleRequest) async throws -> Void) async throws

  /// Surrounds the deletion of a schedule.
  func deleteSchedule(input: DeleteScheduleRequest, next: (DeleteScheduleRequest) async throws -> Void) async throws

  /// Surrounds the listing of the times that a schedule names.
  func listScheduleMatchingTimes(
    input: ListScheduleMatchingTimesRequest, next: (ListScheduleMatchingTimesRequest) async throws -> [Timestamp]
  ) async throws -> [Timestamp]

  /// Surrounds the listing of one page of schedules.
  func listSchedules(
    input: ListSchedulesRequest, next: (ListSchedulesRequest) async throws -> ListSchedulesResponse
  ) async throws -> ListSchedulesResponse

  /// Surrounds the counting of schedules.
  func countSchedules(input: CountSchedulesInput, next: (CountSchedulesInput) async throws -> Int) async throws -> Int
}

/// Runs are about to be counted.
public struct CountWorkflowsInput: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// A visibility query; empty counts all.
  public var query: String

  /// Creates an input.
  public init(namespace: String = "default", query: String = "") {
    self.namespace = namespace
    self.query = query
  }
}

/// Schedules are about to be counted.
public struct CountSchedulesInput: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// A visibility query; empty counts all.
  public var query: String

  /// Creates an input.
  public init(namespace: String = "default", query: String = "") {
    self.namespace = namespace
    self.query = query
  }
}

/// A batch is about to be described.
public struct DescribeBatchOperationInput: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The batch.
  public var jobID: String

  /// Creates an input.
  public init(namespace: String = "default", jobID: String) {
    self.namespace = namespace
    self.jobID = jobID
  }
}

/// Batches are about to be listed.
public struct ListBatchOperationsInput: Hashable, Sendable {
  /// The namespace.
  public var namespace: String

  /// Creates an input.
  public init(namespace: String = "default") {
    self.namespace = namespace
  }
}
