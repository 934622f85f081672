extension ClientOutboundInterceptor {
  /// Goes on.
  public func startWorkflow(
    input: StartWorkflowExecutionRequest,
    next: (StartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse
  ) async throws -> StartWorkflowExecutionResponse {
    try await next(input)
  }

  /// Goes on.
  public func signalWithStartWorkflow(
    input: SignalWithStartWorkflowExecutionRequest,
    next: (SignalWithStartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse
  ) async throws -> StartWorkflowExecutionResponse {
    try await next(input)
  }

  /// Goes on.
  public func startUpdateWithStartWorkflow(
    input: UpdateWithStartWorkflowExecutionRequest,
    next: (UpdateWithStartWorkflowExecutionRequest) async throws -> UpdateWithStartWorkflowExecutionResponse
  ) async throws -> UpdateWithStartWorkflowExecutionResponse {
    try await next(input)
  }

  /// Goes on.
  public func signalWorkflow(
    input: SignalWorkflowExecutionRequest, next: (SignalWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func queryWorkflow(
    input: QueryWorkflowRequest, next: (QueryWorkflowRequest) async throws -> QueryWorkflowResponse
  ) async throws -> QueryWorkflowResponse {
    try await next(input)
  }

  /// Goes on.
  public func startWorkflowUpdate(
    input: UpdateWorkflowExecutionRequest,
    next: (UpdateWorkflowExecutionRequest) async throws -> UpdateWorkflowExecutionResponse
  ) async throws -> UpdateWorkflowExecutionResponse {
    try await next(input)
  }

  /// Goes on.
  public func pollWorkflowUpdate(
    input: PollWorkflowExecutionUpdateRequest,
    next: (PollWorkflowExecutionUpdateRequest) async throws -> UpdateWorkflowExecutionResponse
  ) async throws -> UpdateWorkflowExecutionResponse {
    try await next(input)
  }

  /// Goes on.
  public func describeWorkflow(
    input: DescribeWorkflowExecutionRequest,
    next: (DescribeWorkflowExecutionRequest) async throws -> WorkflowExecutionDescription
  ) async throws -> WorkflowExecutionDescription {
    try await next(input)
  }

  /// Goes on.
  public func cancelWorkflow(
    input: RequestCancelWorkflowExecutionRequest, next: (RequestCancelWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func terminateWorkflow(
    input: TerminateWorkflowExecutionRequest, next: (TerminateWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func resetWorkflow(
    input: ResetWorkflowExecutionRequest,
    next: (ResetWorkflowExecutionRequest) async throws -> ResetWorkflowExecutionResponse
  ) async throws -> ResetWorkflowExecutionResponse {
    try await next(input)
  }

  /// Goes on.
  public func fetchWorkflowHistoryEvents(
    input: GetWorkflowExecutionHistoryRequest,
    next: (GetWorkflowExecutionHistoryRequest) async throws -> GetWorkflowExecutionHistoryResponse
  ) async throws -> GetWorkflowExecutionHistoryResponse {
    try await next(input)
  }

  /// Goes on.
  public func listWorkflows(
    input: ListWorkflowExecutionsRequest,
    next: (ListWorkflowExecutionsRequest) async throws -> ListWorkflowExecutionsResponse
  ) async throws -> ListWorkflowExecutionsResponse {
    try await next(input)
  }

  /// Goes on.
  public func countWorkflows(
    input: CountWorkflowsInput, next: (CountWorkflowsInput) async throws -> Int
  ) async throws -> Int {
    try await next(input)
  }

  /// Goes on.
  public func completeAsyncActivity(
    input: RespondActivityTaskRequest, next: (RespondActivityTaskRequest) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func heartbeatAsyncActivity(
    input: RecordActivityTaskHeartbeatRequest, next: (RecordActivityTaskHeartbeatRequest) async throws -> Bool
  ) async throws -> Bool {
    try await next(input)
  }

  /// Goes on.
  public func createSchedule(
    input: CreateScheduleRequest, next: (CreateScheduleRequest) async throws -> CreateScheduleResponse
  ) async throws -> CreateScheduleResponse {
    try await next(input)
  }

  /// Goes on.
  public func describeSchedule(
    input: DescribeScheduleRequest, next: (DescribeScheduleRequest) async throws -> ScheduleDescription
  ) async throws -> ScheduleDescription {
    try await next(input)
  }

  /// Goes on.
  public func updateSchedule(
    input: UpdateScheduleRequest, next: (UpdateScheduleRequest) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func patchSchedule(
    input: PatchScheduleRequest, next: (PatchScheduleRequest) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func deleteSchedule(
    input: DeleteScheduleRequest, next: (DeleteScheduleRequest) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func listScheduleMatchingTimes(
    input: ListScheduleMatchingTimesRequest, next: (ListScheduleMatchingTimesRequest) async throws -> [Timestamp]
  ) async throws -> [Timestamp] {
    try await next(input)
  }

  /// Goes on.
  public func listSchedules(
    input: ListSchedulesRequest, next: (ListSchedulesRequest) async throws -> ListSchedulesResponse
  ) async throws -> ListSchedulesResponse {
    try await next(input)
  }

  /// Goes on.
  public func countSchedules(
    input: CountSchedulesInput, next: (CountSchedulesInput) async throws -> Int
  ) async throws -> Int {
    try await next(input)
  }
}
