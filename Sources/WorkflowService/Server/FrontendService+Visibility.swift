internal import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension FrontendService {
  func listWorkflowExecutions(
    request: Wire.ListRequest, context: ServerContext
  ) async throws -> Wire.ListResponse {
    try await answer(namespace: request.namespace) {
      let page = try await frontend.listWorkflowExecutions(
        ListWorkflowExecutionsRequest(
          namespace: request.namespace, pageSize: try validate.pageSize(request.pageSize, "page_size"),
          nextPageToken: Array(request.nextPageToken), query: request.query))
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
      guard let grouping = GroupByStatus(request.query) else {
        let count = try await frontend.countWorkflowExecutions(namespace: request.namespace, query: request.query)
        return .with { $0.count = Int64(count) }
      }
      let counts = try await countByStatus(namespace: request.namespace, query: grouping.query)
      return .with {
        $0.count = counts.reduce(0) { $0 + $1.count }
        $0.groups = counts.map(\.group)
      }
    }
  }

  private func countByStatus(namespace: String, query: String) async throws -> [StatusCount] {
    var counts: [StatusCount] = []
    for status in GroupByStatus.statuses {
      let term = "ExecutionStatus = '\(status)'"
      let full = query.isEmpty ? term : "\(query) AND \(term)"
      let count = try await frontend.countWorkflowExecutions(namespace: namespace, query: full)
      if count > 0 { counts.append(StatusCount(status: status, count: Int64(count))) }
    }
    return counts
  }
}

/// One group of a count.
private struct StatusCount {
  var status: WorkflowExecutionStatus
  var count: Int64

  var group: Wire.CountResponse.AggregationGroup {
    .with {
      $0.count = count
      $0.groupValues = [
        .with {
          $0.metadata = ["encoding": .init("json/plain".utf8), "type": .init("Keyword".utf8)]
          $0.data = .init("\"\(status)\"".utf8)
        }
      ]
    }
  }
}
