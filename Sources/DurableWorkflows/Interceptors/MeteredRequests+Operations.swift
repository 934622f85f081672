/// The requests of operators.
extension MeteredRequests {
  func pauseWorkflow(
    input: PauseWorkflowExecutionRequest, next: (PauseWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    try await recorder.record("PauseWorkflowExecution", input.namespace) { try await next(input) }
  }

  func unpauseWorkflow(
    input: PauseWorkflowExecutionRequest, next: (PauseWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    try await recorder.record("UnpauseWorkflowExecution", input.namespace) { try await next(input) }
  }

  func deleteWorkflow(
    input: DeleteWorkflowExecutionRequest, next: (DeleteWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    try await recorder.record("DeleteWorkflowExecution", input.namespace) { try await next(input) }
  }

  func startBatchOperation(
    input: StartBatchOperationRequest, next: (StartBatchOperationRequest) async throws -> Void
  ) async throws {
    try await recorder.record("StartBatchOperation", input.namespace) { try await next(input) }
  }

  func stopBatchOperation(
    input: StopBatchOperationRequest, next: (StopBatchOperationRequest) async throws -> Void
  ) async throws {
    try await recorder.record("StopBatchOperation", input.namespace) { try await next(input) }
  }

  func describeBatchOperation(
    input: DescribeBatchOperationInput, next: (DescribeBatchOperationInput) async throws -> BatchOperationDescription
  ) async throws -> BatchOperationDescription {
    try await recorder.record("DescribeBatchOperation", input.namespace) { try await next(input) }
  }

  func listBatchOperations(
    input: ListBatchOperationsInput, next: (ListBatchOperationsInput) async throws -> [BatchOperationDescription]
  ) async throws -> [BatchOperationDescription] {
    try await recorder.record("ListBatchOperations", input.namespace) { try await next(input) }
  }
}
