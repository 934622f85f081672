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

  /// Waits for something that changes nothing, but no longer than the RPC's client does.
  ///
  /// gRPC does not cancel a handler's task when its client goes away or the server shuts down, and a frontend may not
  /// notice cancellation either; what is then still running is left behind until its own time limit. Requests that
  /// change something are not cut short: what they began becomes durable.
  func whileWanted<Answer: Sendable>(
    _ body: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    let (answers, continuation) = AsyncThrowingStream<Answer, any Error>.makeStream()
    let work = Task {
      do {
        continuation.yield(try await body())
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    defer { work.cancel() }
    return try await withRPCCancellationHandler {
      for try await answer in answers { return answer }
      throw CancellationError()
    } onCancelRPC: {
      continuation.finish(throwing: CancellationError())
    }
  }
}
