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

  private func unimplemented(_ context: ServerContext) -> RPCError {
    RPCError(code: .unimplemented, message: "\(context.descriptor.method) is not offered by this service.")
  }
}
