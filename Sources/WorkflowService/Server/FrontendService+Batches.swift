internal import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

/// Batches: the same thing done to many runs.
extension FrontendService {
  /// The most batches in a page.
  private static let largestBatchPage = 1000

  func startBatchOperation(
    request: Wire.StartBatchRequest, context: ServerContext
  ) async throws -> Wire.StartBatchResponse {
    try await answer(namespace: request.namespace) {
      try await frontend.startBatchOperation(try request.value(validate))
      return .init()
    }
  }

  func stopBatchOperation(
    request: Wire.StopBatchRequest, context: ServerContext
  ) async throws -> Wire.StopBatchResponse {
    try await answer(namespace: request.namespace) {
      try await frontend.stopBatchOperation(
        StopBatchOperationRequest(
          namespace: request.namespace, jobID: try validate.name(request.jobID, "job_id"), reason: request.reason,
          identity: request.identity))
      return .init()
    }
  }

  func describeBatchOperation(
    request: Wire.DescribeBatchRequest, context: ServerContext
  ) async throws -> Wire.DescribeBatchResponse {
    try await answer(namespace: request.namespace) {
      .init(
        try await frontend.describeBatchOperation(
          namespace: request.namespace, jobID: try validate.name(request.jobID, "job_id")))
    }
  }

  func listBatchOperations(
    request: Wire.ListBatchesRequest, context: ServerContext
  ) async throws -> Wire.ListBatchesResponse {
    try await answer(namespace: request.namespace) {
      let size = try validate.pageSize(request.pageSize, "page_size")
      let token = try BatchPageToken(Array(request.nextPageToken))
      let batches = try await frontend.listBatchOperations(namespace: request.namespace)
      let rest = batches.drop { batch in token.map { !$0.isBefore(batch) } ?? false }
      let page = rest.prefix(size == 0 ? Self.largestBatchPage : min(size, Self.largestBatchPage))
      return .with {
        $0.operationInfo = page.map(Wire.BatchInfo.init)
        if let last = page.last, page.count < rest.count { $0.nextPageToken = .init(BatchPageToken(after: last).bytes) }
      }
    }
  }
}
