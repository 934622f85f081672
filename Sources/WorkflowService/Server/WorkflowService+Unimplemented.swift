package import GRPCCore
package import WorkflowServiceProtos

/// Defaults for RPCs that a service does not offer. UNIMPLEMENTED is what clients expect of an older server: they fall
/// back or name the missing ability.
extension Temporal_Api_Workflowservice_V1_WorkflowService.SimpleServiceProtocol {
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
