public import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension RemoteWorkflowFrontend {
  /// Reports the outcome of an activity. By token the request is repeated while the service is unavailable: the token
  /// names one attempt. By id it is sent once, because a repetition might reach the next attempt.
  public func respondActivityTask(_ request: RespondActivityTaskRequest) async throws {
    let metadata = metadata(namespace: request.namespace)
    switch (request.activity, request.outcome) {
    case (.token(let token), .completed(let result)):
      let message = Wire.CompletedRequest.with {
        $0.namespace = request.namespace
        $0.taskToken = .init(token)
        if !result.isEmpty { $0.result = .init(result) }
        $0.identity = request.identity
      }
      _ = try await send(.repeatable) {
        try await $0.respondActivityTaskCompleted(message, metadata: metadata, options: $1)
      }
    case (.token(let token), .failed(let failure)):
      let message = Wire.FailedRequest.with {
        $0.namespace = request.namespace
        $0.taskToken = .init(token)
        $0.failure = .init(failure)
        $0.identity = request.identity
      }
      _ = try await send(.repeatable) {
        try await $0.respondActivityTaskFailed(message, metadata: metadata, options: $1)
      }
    case (.token(let token), .canceled(let details)):
      let message = Wire.CanceledRequest.with {
        $0.namespace = request.namespace
        $0.taskToken = .init(token)
        if !details.isEmpty { $0.details = .init(details) }
        $0.identity = request.identity
      }
      _ = try await send(.repeatable) {
        try await $0.respondActivityTaskCanceled(message, metadata: metadata, options: $1)
      }
    case (.id(let execution, let activityID), _):
      try await respond(to: activityID, of: execution, request, metadata)
    }
  }

  private func respond(
    to activityID: String, of execution: WorkflowExecution, _ request: RespondActivityTaskRequest, _ metadata: Metadata
  ) async throws {
    switch request.outcome {
    case .completed(let result):
      let message = Wire.CompletedByIDRequest.with {
        $0.namespace = request.namespace
        $0.workflowID = execution.workflowID
        $0.runID = execution.runID
        $0.activityID = activityID
        if !result.isEmpty { $0.result = .init(result) }
        $0.identity = request.identity
      }
      _ = try await send(.once) {
        try await $0.respondActivityTaskCompletedById(message, metadata: metadata, options: $1)
      }
    case .failed(let failure):
      let message = Wire.FailedByIDRequest.with {
        $0.namespace = request.namespace
        $0.workflowID = execution.workflowID
        $0.runID = execution.runID
        $0.activityID = activityID
        $0.failure = .init(failure)
        $0.identity = request.identity
      }
      _ = try await send(.once) {
        try await $0.respondActivityTaskFailedById(message, metadata: metadata, options: $1)
      }
    case .canceled(let details):
      let message = Wire.CanceledByIDRequest.with {
        $0.namespace = request.namespace
        $0.workflowID = execution.workflowID
        $0.runID = execution.runID
        $0.activityID = activityID
        if !details.isEmpty { $0.details = .init(details) }
        $0.identity = request.identity
      }
      _ = try await send(.once) {
        try await $0.respondActivityTaskCanceledById(message, metadata: metadata, options: $1)
      }
    }
  }

  /// Reports that an activity is alive.
  public func recordActivityTaskHeartbeat(_ request: RecordActivityTaskHeartbeatRequest) async throws -> Bool {
    let metadata = metadata(namespace: request.namespace)
    switch request.activity {
    case .token(let token):
      let message = Wire.HeartbeatRequest.with {
        $0.namespace = request.namespace
        $0.taskToken = .init(token)
        if !request.details.isEmpty { $0.details = .init(request.details) }
        $0.identity = request.identity
      }
      return try await send(.repeatable) {
        try await $0.recordActivityTaskHeartbeat(message, metadata: metadata, options: $1).cancelRequested
      }
    case .id(let execution, let activityID):
      let message = Wire.HeartbeatByIDRequest.with {
        $0.namespace = request.namespace
        $0.workflowID = execution.workflowID
        $0.runID = execution.runID
        $0.activityID = activityID
        if !request.details.isEmpty { $0.details = .init(request.details) }
        $0.identity = request.identity
      }
      return try await send(.repeatable) {
        try await $0.recordActivityTaskHeartbeatById(message, metadata: metadata, options: $1).cancelRequested
      }
    }
  }
}
