internal import DurableWorkflows

extension TestFrontend {
  func pauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws {
    try await engine().pauseWorkflowExecution(request)
  }

  func unpauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws {
    try await engine().unpauseWorkflowExecution(request)
  }

  func deleteWorkflowExecution(_ request: DeleteWorkflowExecutionRequest) async throws {
    try await engine().deleteWorkflowExecution(request)
  }

  func startBatchOperation(_ request: StartBatchOperationRequest) async throws {
    try await engine().startBatchOperation(request)
  }

  func stopBatchOperation(_ request: StopBatchOperationRequest) async throws {
    try await engine().stopBatchOperation(request)
  }

  func describeBatchOperation(namespace: String, jobID: String) async throws -> BatchOperationDescription {
    try await engine().describeBatchOperation(namespace: namespace, jobID: jobID)
  }

  func listBatchOperations(namespace: String) async throws -> [BatchOperationDescription] {
    try await engine().listBatchOperations(namespace: namespace)
  }
}
