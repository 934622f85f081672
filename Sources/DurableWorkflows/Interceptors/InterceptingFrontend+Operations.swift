/// Requests of operators: interceptors do not see them.
extension InterceptingFrontend {
  func pauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws {
    try await base.pauseWorkflowExecution(request)
  }

  func unpauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws {
    try await base.unpauseWorkflowExecution(request)
  }

  func deleteWorkflowExecution(_ request: DeleteWorkflowExecutionRequest) async throws {
    try await base.deleteWorkflowExecution(request)
  }

  func startBatchOperation(_ request: StartBatchOperationRequest) async throws {
    try await base.startBatchOperation(request)
  }

  func stopBatchOperation(_ request: StopBatchOperationRequest) async throws {
    try await base.stopBatchOperation(request)
  }

  func describeBatchOperation(namespace: String, jobID: String) async throws -> BatchOperationDescription {
    try await base.describeBatchOperation(namespace: namespace, jobID: jobID)
  }

  func listBatchOperations(namespace: String) async throws -> [BatchOperationDescription] {
    try await base.listBatchOperations(namespace: namespace)
  }
}
