public import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

/// What operators do.
extension RemoteWorkflowFrontend {
  /// Pauses a run. A request without a request id gets one, so that it can be repeated.
  public func pauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws {
    let message = Wire.PauseRequest.with {
      $0.namespace = request.namespace
      $0.workflowID = request.execution.workflowID
      $0.runID = request.execution.runID
      $0.identity = request.identity
      $0.reason = request.reason
      $0.requestID = requestID(request.requestID)
    }
    _ = try await send(.repeatable) {
      try await $0.pauseWorkflowExecution(message, metadata: metadata(namespace: request.namespace), options: $1)
    }
  }

  /// Unpauses a run. The request is sent once: its repetition would find a run that is not paused.
  public func unpauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws {
    let message = Wire.UnpauseRequest.with {
      $0.namespace = request.namespace
      $0.workflowID = request.execution.workflowID
      $0.runID = request.execution.runID
      $0.identity = request.identity
      $0.reason = request.reason
      $0.requestID = requestID(request.requestID)
    }
    _ = try await send(.once) {
      try await $0.unpauseWorkflowExecution(message, metadata: metadata(namespace: request.namespace), options: $1)
    }
  }

  /// Starts a batch. The request is sent once: its repetition would find the job's id taken.
  ///
  /// The API has no batch that pauses or unpauses, which is refused with `unimplemented`, and no field for
  /// ``StartBatchOperationRequest/matchesEveryRun``: the service decides.
  public func startBatchOperation(_ request: StartBatchOperationRequest) async throws {
    let message = try Wire.StartBatchRequest(request)
    _ = try await send(.once) {
      try await $0.startBatchOperation(message, metadata: metadata(namespace: request.namespace), options: $1)
    }
  }

  /// Ends a batch.
  public func stopBatchOperation(_ request: StopBatchOperationRequest) async throws {
    let message = Wire.StopBatchRequest.with {
      $0.namespace = request.namespace
      $0.jobID = request.jobID
      $0.reason = request.reason
      $0.identity = request.identity
    }
    _ = try await send(.repeatable) {
      try await $0.stopBatchOperation(message, metadata: metadata(namespace: request.namespace), options: $1)
    }
  }

  /// How far a batch is. The API does not tell ``BatchOperationDescription/lastFailure``, and has no name for a batch
  /// that pauses or unpauses.
  public func describeBatchOperation(namespace: String, jobID: String) async throws -> BatchOperationDescription {
    let message = Wire.DescribeBatchRequest.with {
      $0.namespace = namespace
      $0.jobID = jobID
    }
    return try await send(.repeatable) {
      try await $0.describeBatchOperation(message, metadata: metadata(namespace: namespace), options: $1).value()
    }
  }

  /// The batches, the newest first. The API's list tells little of a batch, so each is described with a request of its
  /// own; one that is forgotten meanwhile is left out.
  public func listBatchOperations(namespace: String) async throws -> [BatchOperationDescription] {
    var batches: [BatchOperationDescription] = []
    var message = Wire.ListBatchesRequest.with { $0.namespace = namespace }
    repeat {
      let page = try await send(.repeatable) { [message] in
        try await $0.listBatchOperations(message, metadata: metadata(namespace: namespace), options: $1)
      }
      for info in page.operationInfo {
        do {
          batches.append(try await describeBatchOperation(namespace: namespace, jobID: info.jobID))
        } catch let error as WorkflowServiceError where error.code == .notFound {
          continue
        }
      }
      message.nextPageToken = page.nextPageToken
    } while !message.nextPageToken.isEmpty
    return batches
  }
}
