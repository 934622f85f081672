/// Reports the outcome of an activity whose code threw ``CompleteAsyncError``, from anywhere.
public struct AsyncActivityHandle: Sendable {
  let client: WorkflowClient
  /// The activity.
  public let activity: ActivityReference

  /// The activity returned. When this returns, the result is durable.
  ///
  /// - Throws: ``WorkflowServiceError`` with `notFound` when the attempt has ended or timed out.
  public func complete<Value: Encodable & Sendable>(_ value: Value) async throws {
    let result = value is Empty ? [] : [try client.converter.payload(for: value)]
    try await respond(.completed(result))
  }

  /// The activity returned nothing.
  public func complete() async throws {
    try await respond(.completed([]))
  }

  /// The activity failed; its retry policy decides what follows.
  public func fail(_ error: any Error) async throws {
    try await respond(.failed(Failure(recording: error, converter: client.converter)))
  }

  /// The activity honoured a cancellation request.
  public func reportCancellation<each Detail: Encodable & Sendable>(_ details: repeat each Detail) async throws {
    var payloads: [Payload] = []
    for detail in repeat each details { payloads.append(try client.converter.payload(for: detail)) }
    try await respond(.canceled(details: payloads))
  }

  /// The activity is alive.
  ///
  /// - Returns: whether its cancellation was requested.
  public func heartbeat<each Detail: Encodable & Sendable>(_ details: repeat each Detail) async throws -> Bool {
    var payloads: [Payload] = []
    for detail in repeat each details { payloads.append(try client.converter.payload(for: detail)) }
    return try await client.frontend.recordActivityTaskHeartbeat(
      RecordActivityTaskHeartbeatRequest(
        namespace: client.namespace, activity: activity, details: payloads, identity: client.identity))
  }

  private func respond(_ outcome: RespondActivityTaskRequest.Outcome) async throws {
    try await client.frontend.respondActivityTask(
      RespondActivityTaskRequest(
        namespace: client.namespace, activity: activity, outcome: outcome, identity: client.identity))
  }
}

extension WorkflowClient {
  /// The attempt of an activity that a token names: ``ActivityInfo/taskToken``.
  public func asyncActivity(taskToken: [UInt8]) -> AsyncActivityHandle {
    AsyncActivityHandle(client: self, activity: .token(taskToken))
  }

  /// The open activity of a run by its id.
  public func asyncActivity(_ execution: WorkflowExecution, activityID: String) -> AsyncActivityHandle {
    AsyncActivityHandle(client: self, activity: .id(execution, activityID: activityID))
  }
}
