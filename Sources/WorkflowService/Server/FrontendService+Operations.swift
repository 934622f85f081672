internal import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

/// What operators do to one run.
extension FrontendService {
  func pauseWorkflowExecution(
    request: Wire.PauseRequest, context: ServerContext
  ) async throws -> Wire.PauseResponse {
    try await answer(namespace: request.namespace) {
      try await frontend.pauseWorkflowExecution(try request.value(validate))
      return .init()
    }
  }

  func unpauseWorkflowExecution(
    request: Wire.UnpauseRequest, context: ServerContext
  ) async throws -> Wire.UnpauseResponse {
    try await answer(namespace: request.namespace) {
      try await frontend.unpauseWorkflowExecution(try request.value(validate))
      return .init()
    }
  }

  func deleteWorkflowExecution(
    request: Wire.DeleteRequest, context: ServerContext
  ) async throws -> Wire.DeleteResponse {
    try await answer(namespace: request.namespace) {
      try await frontend.deleteWorkflowExecution(
        DeleteWorkflowExecutionRequest(
          namespace: request.namespace,
          execution: try validate.execution(request.workflowExecution, "workflow_execution")))
      return .init()
    }
  }
}

extension Wire.PauseRequest {
  func value(_ validate: Validation) throws -> PauseWorkflowExecutionRequest {
    PauseWorkflowExecutionRequest(
      namespace: namespace,
      execution: WorkflowExecution(
        workflowID: try validate.name(workflowID, "workflow_id"), runID: try validate.runID(runID, "run_id")),
      reason: reason, identity: identity, requestID: requestID)
  }
}

extension Wire.UnpauseRequest {
  func value(_ validate: Validation) throws -> PauseWorkflowExecutionRequest {
    PauseWorkflowExecutionRequest(
      namespace: namespace,
      execution: WorkflowExecution(
        workflowID: try validate.name(workflowID, "workflow_id"), runID: try validate.runID(runID, "run_id")),
      reason: reason, identity: identity, requestID: requestID)
  }
}
