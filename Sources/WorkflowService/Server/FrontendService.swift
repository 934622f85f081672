internal import DurableWorkflows
internal import GRPCCore
internal import WorkflowServiceProtos

/// `temporal.api.workflowservice.v1.WorkflowService` over a ``WorkflowFrontend``.
struct FrontendService: Wire.WorkflowService.SimpleServiceProtocol {
  let frontend: any WorkflowFrontend
  let configuration: WorkflowServiceServer.Configuration

  var validate: Validation { Validation(limits: configuration.limits) }

  /// Answers a request of a namespace and translates whatever is thrown into what clients expect.
  func answer<Answer>(namespace: String, _ body: () async throws -> Answer) async throws -> Answer {
    do {
      guard !namespace.isEmpty else { throw MappingError("namespace", "is not set on the request") }
      return try await body()
    } catch {
      throw ErrorMapping.wireError(error, namespace: namespace)
    }
  }

  /// Does something that changes nothing until it is done or the RPC is cancelled.
  ///
  /// gRPC does not cancel a handler's task when its client goes away, so without this a long poll would wait on for
  /// nobody. Requests that change something are not cut short: what they began becomes durable.
  func whileWanted<Answer: Sendable>(
    _ context: ServerContext, _ body: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    try await withThrowingTaskGroup(of: Answer?.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await body() }
      group.addTask {
        try await context.cancellation.cancelled
        return nil
      }
      guard let first = try await group.next(), let answer = first else { throw CancellationError() }
      return answer
    }
  }
}
