internal import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension FrontendService {
  func listWorkflowExecutions(
    request: Wire.ListRequest, context: ServerContext
  ) async throws -> Wire.ListResponse {
    try await answer(namespace: request.namespace) {
      let page = try await frontend.listWorkflowExecutions(try request.value(validate))
      return .with {
        $0.executions = page.executions.map(Wire.WorkflowExecutionInfo.init)
        $0.nextPageToken = .init(page.nextPageToken)
      }
    }
  }

  /// A list by its old name, which promises no order.
  func scanWorkflowExecutions(
    request: Wire.ScanRequest, context: ServerContext
  ) async throws -> Wire.ScanResponse {
    try await answer(namespace: request.namespace) {
      let list = Wire.ListRequest.with {
        $0.namespace = request.namespace
        $0.pageSize = request.pageSize
        $0.nextPageToken = request.nextPageToken
        $0.query = request.query
      }
      let page = try await frontend.listWorkflowExecutions(try list.value(validate))
      return .with {
        $0.executions = page.executions.map(Wire.WorkflowExecutionInfo.init)
        $0.nextPageToken = .init(page.nextPageToken)
      }
    }
  }

  func countWorkflowExecutions(
    request: Wire.CountRequest, context: ServerContext
  ) async throws -> Wire.CountResponse {
    try await answer(namespace: request.namespace) {
      let response = try await frontend.countWorkflowExecutions(
        CountWorkflowExecutionsRequest(namespace: request.namespace, query: request.query))
      return .with {
        $0.count = Int64(response.count)
        $0.groups = response.groups.map { group in
          .with {
            $0.count = Int64(group.count)
            $0.groupValues = group.values.map(Wire.Payload.init)
          }
        }
      }
    }
  }
}
