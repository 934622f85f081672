import GRPCCore
import GRPCProtobuf
import SwiftProtobuf
import WorkflowService
import WorkflowServiceProtos

/// The smallest service that clients accept: it tells what it is and knows one namespace.
struct SystemService: Temporal_Api_Workflowservice_V1_WorkflowService.SimpleServiceProtocol {
  func getSystemInfo(
    request: Temporal_Api_Workflowservice_V1_GetSystemInfoRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_GetSystemInfoResponse {
    .with {
      $0.serverVersion = "1.29.0"
      $0.capabilities = .init()  // the command line tool dereferences it without a check
    }
  }

  func startWorkflowExecution(
    request: Temporal_Api_Workflowservice_V1_StartWorkflowExecutionRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_StartWorkflowExecutionResponse {
    let running = Temporal_Api_Errordetails_V1_WorkflowExecutionAlreadyStartedFailure.with {
      $0.startRequestID = "request-1"
      $0.runID = "run-1"
    }
    throw try GoogleRPCStatus(
      temporal: .alreadyExists, "Workflow execution is already running.", detail: running)
  }

  /// Echoes the size of the query, to measure large requests.
  func countWorkflowExecutions(
    request: Temporal_Api_Workflowservice_V1_CountWorkflowExecutionsRequest,
    context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_CountWorkflowExecutionsResponse {
    .with { $0.count = Int64(request.query.utf8.count) }
  }
}
