internal import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

/// Activities that are completed from elsewhere, by the token of an attempt or by run and activity id.
extension FrontendService {
  func respondActivityTaskCompleted(
    request: Wire.CompletedRequest, context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RespondActivityTaskCompletedResponse {
    try await respond(request.namespace, identity: request.identity) {
      (try validate.activity(token: request.taskToken), .completed(try validate.payloads(request.result, "result")))
    }
    return .init()
  }

  func respondActivityTaskCompletedById(
    request: Wire.CompletedByIDRequest, context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RespondActivityTaskCompletedByIdResponse {
    try await respond(request.namespace, identity: request.identity) {
      (
        try validate.activity(request.workflowID, request.runID, request.activityID),
        .completed(try validate.payloads(request.result, "result"))
      )
    }
    return .init()
  }

  func respondActivityTaskFailed(
    request: Wire.FailedRequest, context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RespondActivityTaskFailedResponse {
    try await respond(
      request.namespace, identity: request.identity, lastHeartbeatDetails: request.lastHeartbeatDetails
    ) {
      (try validate.activity(token: request.taskToken), .failed(try request.failure.value("failure")))
    }
    return .init()
  }

  func respondActivityTaskFailedById(
    request: Wire.FailedByIDRequest, context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RespondActivityTaskFailedByIdResponse {
    try await respond(
      request.namespace, identity: request.identity, lastHeartbeatDetails: request.lastHeartbeatDetails
    ) {
      (
        try validate.activity(request.workflowID, request.runID, request.activityID),
        .failed(try request.failure.value("failure"))
      )
    }
    return .init()
  }

  func respondActivityTaskCanceled(
    request: Wire.CanceledRequest, context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RespondActivityTaskCanceledResponse {
    try await respond(request.namespace, identity: request.identity) {
      (
        try validate.activity(token: request.taskToken),
        .canceled(details: try validate.payloads(request.details, "details"))
      )
    }
    return .init()
  }

  func respondActivityTaskCanceledById(
    request: Wire.CanceledByIDRequest, context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_RespondActivityTaskCanceledByIdResponse {
    try await respond(request.namespace, identity: request.identity) {
      (
        try validate.activity(request.workflowID, request.runID, request.activityID),
        .canceled(details: try validate.payloads(request.details, "details"))
      )
    }
    return .init()
  }

  func recordActivityTaskHeartbeat(
    request: Wire.HeartbeatRequest, context: ServerContext
  ) async throws -> Wire.HeartbeatResponse {
    try await answer(namespace: request.namespace) {
      let heartbeat = RecordActivityTaskHeartbeatRequest(
        namespace: request.namespace, activity: try validate.activity(token: request.taskToken),
        details: try validate.payloads(request.details, "details"), identity: request.identity)
      let isToStop = try await frontend.recordActivityTaskHeartbeat(heartbeat)
      return .with { $0.cancelRequested = isToStop }
    }
  }

  func recordActivityTaskHeartbeatById(
    request: Wire.HeartbeatByIDRequest, context: ServerContext
  ) async throws -> Wire.HeartbeatByIDResponse {
    try await answer(namespace: request.namespace) {
      let heartbeat = RecordActivityTaskHeartbeatRequest(
        namespace: request.namespace,
        activity: try validate.activity(request.workflowID, request.runID, request.activityID),
        details: try validate.payloads(request.details, "details"), identity: request.identity)
      let isToStop = try await frontend.recordActivityTaskHeartbeat(heartbeat)
      return .with { $0.cancelRequested = isToStop }
    }
  }

  private func respond(
    _ namespace: String, identity: String, lastHeartbeatDetails: Wire.Payloads = .init(),
    _ body: () throws -> (ActivityReference, RespondActivityTaskRequest.Outcome)
  ) async throws {
    try await answer(namespace: namespace) {
      let (activity, outcome) = try body()
      let details = try validate.payloads(lastHeartbeatDetails, "last_heartbeat_details")
      if !details.isEmpty {
        _ = try await frontend.recordActivityTaskHeartbeat(
          RecordActivityTaskHeartbeatRequest(
            namespace: namespace, activity: activity, details: details, identity: identity))
      }
      try await frontend.respondActivityTask(
        RespondActivityTaskRequest(namespace: namespace, activity: activity, outcome: outcome, identity: identity))
    }
  }
}

extension Validation {
  /// An attempt, named by its token.
  fileprivate func activity(token: some Collection<UInt8>) throws -> ActivityReference {
    guard !token.isEmpty else { throw MappingError("task_token", "is not set on the request") }
    return .token(Array(token))
  }

  /// An activity, named by its run and id.
  fileprivate func activity(_ workflowID: String, _ runID: String, _ activityID: String) throws -> ActivityReference {
    .id(
      WorkflowExecution(
        workflowID: try name(workflowID, "workflow_id"), runID: try self.runID(runID, "run_id")),
      activityID: try name(activityID, "activity_id"))
  }
}
