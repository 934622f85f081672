package import GRPCCore
package import WorkflowServiceProtos

/// Defaults for RPCs that a service does not offer. UNIMPLEMENTED is what clients expect of an older server: they fall
/// back or name the missing ability.
extension Temporal_Api_Workflowservice_V1_WorkflowService.SimpleServiceProtocol {
  package func startWorkflowExecution(
    request: Temporal_Api_Workflowservice_V1_StartWorkflowExecutionRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_StartWorkflowExecutionResponse {
    throw unimplemented(context)
  }

  package func signalWorkflowExecution(
    request: Temporal_Api_Workflowservice_V1_SignalWorkflowExecutionRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_SignalWorkflowExecutionResponse {
    throw unimplemented(context)
  }

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

  package func queryWorkflow(
    request: Temporal_Api_Workflowservice_V1_QueryWorkflowRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_QueryWorkflowResponse {
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

  package func describeWorkflowExecution(
    request: Temporal_Api_Workflowservice_V1_DescribeWorkflowExecutionRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_DescribeWorkflowExecutionResponse {
    throw unimplemented(context)
  }

  package func getWorkflowExecutionHistory(
    request: Temporal_Api_Workflowservice_V1_GetWorkflowExecutionHistoryRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_GetWorkflowExecutionHistoryResponse {
    throw unimplemented(context)
  }

  package func getWorkflowExecutionHistoryReverse(
    request: Temporal_Api_Workflowservice_V1_GetWorkflowExecutionHistoryReverseRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_GetWorkflowExecutionHistoryReverseResponse {
    throw unimplemented(context)
  }

  package func requestCancelWorkflowExecution(
    request: Temporal_Api_Workflowservice_V1_RequestCancelWorkflowExecutionRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RequestCancelWorkflowExecutionResponse {
    throw unimplemented(context)
  }

  package func terminateWorkflowExecution(
    request: Temporal_Api_Workflowservice_V1_TerminateWorkflowExecutionRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_TerminateWorkflowExecutionResponse {
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

  package func listWorkflowExecutions(
    request: Temporal_Api_Workflowservice_V1_ListWorkflowExecutionsRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_ListWorkflowExecutionsResponse {
    throw unimplemented(context)
  }

  package func countWorkflowExecutions(
    request: Temporal_Api_Workflowservice_V1_CountWorkflowExecutionsRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_CountWorkflowExecutionsResponse {
    throw unimplemented(context)
  }

  package func getSystemInfo(
    request: Temporal_Api_Workflowservice_V1_GetSystemInfoRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_GetSystemInfoResponse {
    throw unimplemented(context)
  }

  package func getClusterInfo(
    request: Temporal_Api_Workflowservice_V1_GetClusterInfoRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_GetClusterInfoResponse {
    throw unimplemented(context)
  }

  package func describeNamespace(
    request: Temporal_Api_Workflowservice_V1_DescribeNamespaceRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_DescribeNamespaceResponse {
    throw unimplemented(context)
  }

  package func listNamespaces(
    request: Temporal_Api_Workflowservice_V1_ListNamespacesRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_ListNamespacesResponse {
    throw unimplemented(context)
  }

  package func describeTaskQueue(
    request: Temporal_Api_Workflowservice_V1_DescribeTaskQueueRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_DescribeTaskQueueResponse {
    throw unimplemented(context)
  }

  private func unimplemented(_ context: ServerContext) -> RPCError {
    RPCError(code: .unimplemented, message: "\(context.descriptor.method) is not offered by this service.")
  }
}
