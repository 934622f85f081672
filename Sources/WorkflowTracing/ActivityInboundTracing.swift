internal import DurableWorkflows
internal import Tracing

/// The spans of attempts.
struct ActivityInboundTracing: ActivityInboundInterceptor {
  let spans: SpanRecorder

  func executeActivity(
    input: ExecuteActivityInput, next: (ExecuteActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    let info = input.info
    return try await spans.record(
      "RunActivity:\(info.activityType)", kind: .server, parent: spans.context(in: input.header) ?? .topLevel,
      SpanTags(info.workflowExecution, activityID: info.activityID), isFailure: { !($0 is CompleteAsyncError) }
    ) { _ in
      try await next(input)
    }
  }
}
