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

  package func createSchedule(
    request: Temporal_Api_Workflowservice_V1_CreateScheduleRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_CreateScheduleResponse {
    throw unimplemented(context)
  }

  package func describeSchedule(
    request: Temporal_Api_Workflowservice_V1_DescribeScheduleRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_DescribeScheduleResponse {
    throw unimplemented(context)
  }

  package func updateSchedule(
    request: Temporal_Api_Workflowservice_V1_UpdateScheduleRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_UpdateScheduleResponse {
    throw unimplemented(context)
  }

  package func patchSchedule(
    request: Temporal_Api_Workflowservice_V1_PatchScheduleRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_PatchScheduleResponse {
    throw unimplemented(context)
  }

  package func listScheduleMatchingTimes(
    request: Temporal_Api_Workflowservice_V1_ListScheduleMatchingTimesRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_ListScheduleMatchingTimesResponse {
    throw unimplemented(context)
  }

  package func deleteSchedule(
    request: Temporal_Api_Workflowservice_V1_DeleteScheduleRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_DeleteScheduleResponse {
    throw unimplemented(context)
  }

  package func listSchedules(
    request: Temporal_Api_Workflowservice_V1_ListSchedulesRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_ListSchedulesResponse {
    throw unimplemented(context)
  }

  package func countSchedules(
    request: Temporal_Api_Workflowservice_V1_CountSchedulesRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_CountSchedulesResponse {
    throw unimplemented(context)
  }

  package func respondActivityTaskCompleted(
    request: Temporal_Api_Workflowservice_V1_RespondActivityTaskCompletedRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RespondActivityTaskCompletedResponse {
    throw unimplemented(context)
  }

  package func respondActivityTaskCompletedById(
    request: Temporal_Api_Workflowservice_V1_RespondActivityTaskCompletedByIdRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RespondActivityTaskCompletedByIdResponse {
    throw unimplemented(context)
  }

  package func respondActivityTaskFailed(
    request: Temporal_Api_Workflowservice_V1_RespondActivityTaskFailedRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RespondActivityTaskFailedResponse {
    throw unimplemented(context)
  }

  package func respondActivityTaskFailedById(
    request: Temporal_Api_Workflowservice_V1_RespondActivityTaskFailedByIdRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RespondActivityTaskFailedByIdResponse {
    throw unimplemented(context)
  }

  package func respondActivityTaskCanceled(
    request: Temporal_Api_Workflowservice_V1_RespondActivityTaskCanceledRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RespondActivityTaskCanceledResponse {
    throw unimplemented(context)
  }

  package func respondActivityTaskCanceledById(
    request: Temporal_Api_Workflowservice_V1_RespondActivityTaskCanceledByIdRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RespondActivityTaskCanceledByIdResponse {
    throw unimplemented(context)
  }

  package func recordActivityTaskHeartbeat(
    request: Temporal_Api_Workflowservice_V1_RecordActivityTaskHeartbeatRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RecordActivityTaskHeartbeatResponse {
    throw unimplemented(context)
  }

  package func recordActivityTaskHeartbeatById(
    request: Temporal_Api_Workflowservice_V1_RecordActivityTaskHeartbeatByIdRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RecordActivityTaskHeartbeatByIdResponse {
    throw unimplemented(context)
  }

  private func unimplemented(_ context: ServerContext) -> RPCError {
    RPCError(code: .unimplemented, message: "\(context.descriptor.method) is not offered by this service.")
  }
}
