import DurableWorkflows

extension ScriptedFrontend {
  func pauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws { note(.pause(request)) }

  func unpauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws { note(.unpause(request)) }

  func startBatchOperation(_ request: StartBatchOperationRequest) async throws { note(.startBatch(request)) }

  func stopBatchOperation(_ request: StopBatchOperationRequest) async throws { note(.stopBatch(request)) }

  func describeBatchOperation(namespace: String, jobID: String) async throws -> BatchOperationDescription {
    note(.describeBatch(jobID))
    guard let batch = script.batches.first(where: { $0.jobID == jobID }) else {
      throw WorkflowServiceError(.notFound, "there is no batch '\(jobID)'")
    }
    return batch
  }

  func listBatchOperations(namespace: String) async throws -> [BatchOperationDescription] {
    note(.listBatches)
    return script.batches
  }
}

extension Sample {
  /// Batches of every operation that the API has a number for, the newest first.
  static let batches: [BatchOperationDescription] = {
    let kinds: [(operation: String, state: BatchOperationDescription.State)] = [
      ("terminate", .running), ("cancel", .completed), ("signal", .failed), ("delete", .completed), ("reset", .running),
    ]
    return kinds.enumerated().map { index, kind in
      BatchOperationDescription(
        jobID: "job \(9 - index)", operation: kind.operation, query: "TaskQueue = 'q\(index)'", state: kind.state,
        startTime: time + .seconds(-(index / 2)), closeTime: kind.state == .running ? nil : time + .seconds(9),
        totalOperationCount: 30 + index, completeOperationCount: 20 + index, failureOperationCount: 2 + index,
        reason: "because", identity: "admin", lastFailure: "")
    }
  }()
}
