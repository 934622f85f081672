package import GRPCCore
package import WorkflowServiceProtos

/// Defaults for RPCs that a service does not offer. UNIMPLEMENTED is what clients expect of an older server: they fall
/// back or name the missing ability.
extension Temporal_Api_Workflowservice_V1_WorkflowService.SimpleServiceProtocol {
  package func signalWithStartWorkflowExecution(
    request: Temporal_Api_Workflowservice_V1_SignalWithStartWorkflowExecutionRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_SignalWithStartWorkflowExecutionResponse {
    throw unimplemented(context)
  }

  package func executeMultiOperation(
    request: Temporal_Api_Workflowservice_V1_ExecuteMultiOperationRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_ExecuteMultiOperationResponse {
    throw unimplemented(context)
  }

  package func updateWorkflowExecution(
    request: Temporal_Api_Workflowservice_V1_UpdateWorkflowExecutionRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_UpdateWorkflowExecutionResponse {
    throw unimplemented(context)
  }

  package func pollWorkflowExecutionUpdate(
    request: Temporal_Api_Workflowservice_V1_PollWorkflowExecutionUpdateRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_PollWorkflowExecutionUpdateResponse {
    throw unimplemented(context)
  }

  package func resetWorkflowExecution(
    request: Temporal_Api_Workflowservice_V1_ResetWorkflowExecutionRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_ResetWorkflowExecutionResponse {
    throw unimplemented(context)
  }

  package func deleteWorkflowExecution(
    request: Temporal_Api_Workflowservice_V1_DeleteWorkflowExecutionRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_DeleteWorkflowExecutionResponse {
    throw unimplemented(context)
  }

  private func unimplemented(_ context: ServerContext) -> RPCError {
    RPCError(code: .unimplemented, message: "\(context.descriptor.method) is not offered by this service.")
  }
}
