/// Gives every request to a ``RequestRecorder``.
struct MeteredRequests: ClientOutboundInterceptor {
  let recorder: RequestRecorder

  func startWorkflow(
    input: StartWorkflowExecutionRequest,
    next: (StartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse
  ) async throws -> StartWorkflowExecutionResponse {
    try await recorder.record("StartWorkflowExecution", input.namespace) { try await next(input) }
  }

  func signalWithStartWorkflow(
    input: SignalWithStartWorkflowExecutionRequest,
    next: (SignalWithStartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse
  ) async throws -> StartWorkflowExecutionResponse {
    try await recorder.record("SignalWithStartWorkflowExecution", input.start.namespace) { try await next(input) }
  }

  func startUpdateWithStartWorkflow(
    input: UpdateWithStartWorkflowExecutionRequest,
    next: (UpdateWithStartWorkflowExecutionRequest) async throws -> UpdateWithStartWorkflowExecutionResponse
  ) async throws -> UpdateWithStartWorkflowExecutionResponse {
    try await recorder.record("ExecuteMultiOperation", input.start.namespace) { try await next(input) }
  }

  func signalWorkflow(
    input: SignalWorkflowExecutionRequest, next: (SignalWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    try await recorder.record("SignalWorkflowExecution", input.namespace) { try await next(input) }
  }

  func queryWorkflow(
    input: QueryWorkflowRequest, next: (QueryWorkflowRequest) async throws -> QueryWorkflowResponse
  ) async throws -> QueryWorkflowResponse {
    try await recorder.record("QueryWorkflow", input.namespace) { try await next(input) }
  }

  func startWorkflowUpdate(
    input: UpdateWorkflowExecutionRequest,
    next: (UpdateWorkflowExecutionRequest) async throws -> UpdateWorkflowExecutionResponse
  ) async throws -> UpdateWorkflowExecutionResponse {
    try await recorder.record("UpdateWorkflowExecution", input.namespace) { try await next(input) }
  }

  func pollWorkflowUpdate(
    input: PollWorkflowExecutionUpdateRequest,
    next: (PollWorkflowExecutionUpdateRequest) async throws -> UpdateWorkflowExecutionResponse
  ) async throws -> UpdateWorkflowExecutionResponse {
    try await recorder.record("PollWorkflowExecutionUpdate", input.namespace, isLong: true) { try await next(input) }
  }

  func describeWorkflow(
    input: DescribeWorkflowExecutionRequest,
    next: (DescribeWorkflowExecutionRequest) async throws -> WorkflowExecutionDescription
  ) async throws -> WorkflowExecutionDescription {
    try await recorder.record("DescribeWorkflowExecution", input.namespace) { try await next(input) }
  }

  func cancelWorkflow(
    input: RequestCancelWorkflowExecutionRequest, next: (RequestCancelWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    try await recorder.record("RequestCancelWorkflowExecution", input.namespace) { try await next(input) }
  }

  func terminateWorkflow(
    input: TerminateWorkflowExecutionRequest, next: (TerminateWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    try await recorder.record("TerminateWorkflowExecution", input.namespace) { try await next(input) }
  }

  func resetWorkflow(
    input: ResetWorkflowExecutionRequest,
    next: (ResetWorkflowExecutionRequest) async throws -> ResetWorkflowExecutionResponse
  ) async throws -> ResetWorkflowExecutionResponse {
    try await recorder.record("ResetWorkflowExecution", input.namespace) { try await next(input) }
  }

  func fetchWorkflowHistoryEvents(
    input: GetWorkflowExecutionHistoryRequest,
    next: (GetWorkflowExecutionHistoryRequest) async throws -> GetWorkflowExecutionHistoryResponse
  ) async throws -> GetWorkflowExecutionHistoryResponse {
    try await recorder.record("GetWorkflowExecutionHistory", input.namespace, isLong: input.waitNewEvent) {
      try await next(input)
    }
  }

  func listWorkflows(
    input: ListWorkflowExecutionsRequest,
    next: (ListWorkflowExecutionsRequest) async throws -> ListWorkflowExecutionsResponse
  ) async throws -> ListWorkflowExecutionsResponse {
    try await recorder.record("ListWorkflowExecutions", input.namespace) { try await next(input) }
  }

  func countWorkflows(
    input: CountWorkflowsInput, next: (CountWorkflowsInput) async throws -> Int
  ) async throws -> Int {
    try await recorder.record("CountWorkflowExecutions", input.namespace) { try await next(input) }
  }

  func completeAsyncActivity(
    input: RespondActivityTaskRequest, next: (RespondActivityTaskRequest) async throws -> Void
  ) async throws {
    let outcome =
      switch input.outcome {
      case .completed: "Completed"
      case .failed: "Failed"
      case .canceled: "Canceled"
      }
    let suffix = if case .id = input.activity { "ById" } else { "" }
    try await recorder.record("RespondActivityTask\(outcome)\(suffix)", input.namespace) { try await next(input) }
  }

  func heartbeatAsyncActivity(
    input: RecordActivityTaskHeartbeatRequest, next: (RecordActivityTaskHeartbeatRequest) async throws -> Bool
  ) async throws -> Bool {
    let suffix = if case .id = input.activity { "ById" } else { "" }
    return try await recorder.record("RecordActivityTaskHeartbeat\(suffix)", input.namespace) { try await next(input) }
  }
}
