internal import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

/// `temporal.api.operatorservice.v1.OperatorService`: which search attributes there are.
struct OperatorService: Wire.OperatorService.SimpleServiceProtocol {
  let frontend: any WorkflowFrontend
  let namespace: String

  func listSearchAttributes(
    request: Temporal_Api_Operatorservice_V1_ListSearchAttributesRequest, context: ServerContext
  ) async throws -> Temporal_Api_Operatorservice_V1_ListSearchAttributesResponse {
    let name = request.namespace.isEmpty ? namespace : request.namespace
    do {
      _ = try await frontend.describeNamespace(name)
    } catch {
      throw ErrorMapping.wireError(error, namespace: name)
    }
    return .with {
      $0.systemAttributes = [
        "WorkflowId": .keyword,
        "RunId": .keyword,
        "WorkflowType": .keyword,
        "TaskQueue": .keyword,
        "ExecutionStatus": .keyword,
        "StartTime": .datetime,
        "ExecutionTime": .datetime,
        "CloseTime": .datetime,
        "ExecutionDuration": .int,
        "HistoryLength": .int,
        "HistorySizeBytes": .int,
        "ParentWorkflowId": .keyword,
        "ParentRunId": .keyword,
        "RootWorkflowId": .keyword,
        "RootRunId": .keyword,
        "TemporalNamespaceDivision": .keyword,
      ]
    }
  }
}
