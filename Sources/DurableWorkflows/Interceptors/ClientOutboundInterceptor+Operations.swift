/// The requests of operators.
extension ClientOutboundInterceptor {
  /// Goes on.
  public func pauseWorkflow(
    input: PauseWorkflowExecutionRequest, next: (PauseWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func unpauseWorkflow(
    input: PauseWorkflowExecutionRequest, next: (PauseWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func deleteWorkflow(
    input: DeleteWorkflowExecutionRequest, next: (DeleteWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func startBatchOperation(
    input: StartBatchOperationRequest, next: (StartBatchOperationRequest) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func stopBatchOperation(
    input: StopBatchOperationRequest, next: (StopBatchOperationRequest) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func describeBatchOperation(
    input: DescribeBatchOperationInput, next: (DescribeBatchOperationInput) async throws -> BatchOperationDescription
  ) async throws -> BatchOperationDescription {
    try await next(input)
  }

  /// Goes on.
  public func listBatchOperations(
    input: ListBatchOperationsInput, next: (ListBatchOperationsInput) async throws -> [BatchOperationDescription]
  ) async throws -> [BatchOperationDescription] {
    try await next(input)
  }
}
