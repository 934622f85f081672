/// The requests of operators.
extension InterceptingFrontend {
  func pauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws {
    try await intercept(chain, request) {
      try await $0.pauseWorkflow(input: $1, next: $2)
    } operation: { try await base.pauseWorkflowExecution($0) }
  }

  func unpauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws {
    try await intercept(chain, request) {
      try await $0.unpauseWorkflow(input: $1, next: $2)
    } operation: { try await base.unpauseWorkflowExecution($0) }
  }

  func deleteWorkflowExecution(_ request: DeleteWorkflowExecutionRequest) async throws {
    try await intercept(chain, request) {
      try await $0.deleteWorkflow(input: $1, next: $2)
    } operation: { try await base.deleteWorkflowExecution($0) }
  }

  func startBatchOperation(_ request: StartBatchOperationRequest) async throws {
    try await intercept(chain, request) {
      try await $0.startBatchOperation(input: $1, next: $2)
    } operation: { try await base.startBatchOperation($0) }
  }

  func stopBatchOperation(_ request: StopBatchOperationRequest) async throws {
    try await intercept(chain, request) {
      try await $0.stopBatchOperation(input: $1, next: $2)
    } operation: { try await base.stopBatchOperation($0) }
  }

  func describeBatchOperation(namespace: String, jobID: String) async throws -> BatchOperationDescription {
    try await intercept(chain, DescribeBatchOperationInput(namespace: namespace, jobID: jobID)) {
      try await $0.describeBatchOperation(input: $1, next: $2)
    } operation: { try await base.describeBatchOperation(namespace: $0.namespace, jobID: $0.jobID) }
  }

  func listBatchOperations(namespace: String) async throws -> [BatchOperationDescription] {
    try await intercept(chain, ListBatchOperationsInput(namespace: namespace)) {
      try await $0.listBatchOperations(input: $1, next: $2)
    } operation: { try await base.listBatchOperations(namespace: $0.namespace) }
  }
}
