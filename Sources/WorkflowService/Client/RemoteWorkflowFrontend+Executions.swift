public import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension RemoteWorkflowFrontend {
  /// Starts a run. A request without a request id gets one, so that it can be repeated.
  public func startWorkflowExecution(
    _ request: StartWorkflowExecutionRequest
  ) async throws -> StartWorkflowExecutionResponse {
    let message = Wire.StartRequest(request, requestID: requestID(request.requestID))
    return try await send(.repeatable) {
      try await $0.startWorkflowExecution(message, metadata: metadata(namespace: request.namespace), options: $1)
        .value()
    }
  }

  /// Delivers a signal. A request without a request id gets one, so that it can be repeated.
  public func signalWorkflowExecution(_ request: SignalWorkflowExecutionRequest) async throws {
    let message = Wire.SignalRequest.with {
      $0.namespace = request.namespace
      $0.workflowExecution = .init(request.execution)
      $0.signalName = request.signalName
      if !request.input.isEmpty { $0.input = .init(request.input) }
      $0.identity = request.identity
      $0.requestID = requestID(request.requestID)
      if !request.header.isEmpty { $0.header = .init(request.header) }
    }
    _ = try await send(.repeatable) {
      try await $0.signalWorkflowExecution(message, metadata: metadata(namespace: request.namespace), options: $1)
    }
  }

  /// Asks a query.
  public func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> QueryWorkflowResponse {
    let message = Wire.QueryRequest.with {
      $0.namespace = request.namespace
      $0.execution = .init(request.execution)
      $0.query.queryType = request.queryType
      if !request.arguments.isEmpty { $0.query.queryArgs = .init(request.arguments) }
      $0.queryRejectCondition =
        switch request.rejectCondition {
        case .none: .none
        case .notOpen: .notOpen
        case .notCompletedCleanly: .notCompletedCleanly
        }
      if !request.header.isEmpty { $0.query.header = .init(request.header) }
    }
    return try await send(.repeatable) {
      let response = try await $0.queryWorkflow(
        message, metadata: metadata(namespace: request.namespace), options: $1)
      guard response.hasQueryRejected else { return .result(response.queryResult.values) }
      return .rejected(try response.queryRejected.status.value("query_rejected.status"))
    }
  }

  /// Describes a run. If its workflow task keeps failing, the newest failure in its history tells why.
  public func describeWorkflowExecution(
    _ request: DescribeWorkflowExecutionRequest
  ) async throws -> WorkflowExecutionDescription {
    let message = Wire.DescribeRequest.with {
      $0.namespace = request.namespace
      $0.execution = .init(request.execution)
    }
    let response = try await send(.repeatable) {
      try await $0.describeWorkflowExecution(message, metadata: metadata(namespace: request.namespace), options: $1)
    }
    let failure =
      response.hasPendingWorkflowTask
      ? try await workflowTaskFailure(namespace: request.namespace, description: response) : nil
    return try read { try response.value(taskFailure: failure) }
  }

  /// Why a run's workflow task fails, or `nil` if it does not: the description says only how often it was tried.
  private func workflowTaskFailure(namespace: String, description: Wire.DescribeResponse) async throws -> Failure? {
    let message = Wire.ReverseHistoryRequest.with {
      $0.namespace = namespace
      $0.execution = description.workflowExecutionInfo.execution
      $0.maximumPageSize = 50
    }
    return try await send(.repeatable) {
      let response = try await $0.getWorkflowExecutionHistoryReverse(
        message, metadata: metadata(namespace: namespace), options: $1)
      for event in response.history.events {
        switch event.attributes {
        case .workflowTaskFailedEventAttributes(let failed): return try failed.failure.value("failure")
        case .workflowTaskCompletedEventAttributes: return nil
        default: continue
        }
      }
      guard description.pendingWorkflowTask.attempt > 1 else { return nil }
      return Failure(
        message: "the workflow task was tried more than once; the newest events do not say why",
        info: .server(isNonRetryable: false))
    }
  }

  /// Requests cancellation. A request without a request id gets one, so that it can be repeated.
  public func requestCancelWorkflowExecution(_ request: RequestCancelWorkflowExecutionRequest) async throws {
    let message = Wire.CancelRequest.with {
      $0.namespace = request.namespace
      $0.workflowExecution = .init(request.execution)
      $0.firstExecutionRunID = request.firstExecutionRunID
      $0.reason = request.reason
      $0.identity = request.identity
      $0.requestID = requestID(request.requestID)
    }
    _ = try await send(.repeatable) {
      try await $0.requestCancelWorkflowExecution(
        message, metadata: metadata(namespace: request.namespace), options: $1)
    }
  }

  /// Ends a run. The request is sent once: its repetition could not tell the run's end from an earlier one.
  public func terminateWorkflowExecution(_ request: TerminateWorkflowExecutionRequest) async throws {
    let message = Wire.TerminateRequest.with {
      $0.namespace = request.namespace
      $0.workflowExecution = .init(request.execution)
      $0.firstExecutionRunID = request.firstExecutionRunID
      $0.reason = request.reason
      if !request.details.isEmpty { $0.details = .init(request.details) }
      $0.identity = request.identity
    }
    _ = try await send(.once) {
      try await $0.terminateWorkflowExecution(message, metadata: metadata(namespace: request.namespace), options: $1)
    }
  }

  /// Deletes a run; an open one is terminated first. The API does not tell who asks.
  public func deleteWorkflowExecution(_ request: DeleteWorkflowExecutionRequest) async throws {
    let message = Wire.DeleteRequest.with {
      $0.namespace = request.namespace
      $0.workflowExecution = .init(request.execution)
    }
    _ = try await send(.once) {
      try await $0.deleteWorkflowExecution(message, metadata: metadata(namespace: request.namespace), options: $1)
    }
  }
}

extension Wire.StartRequest {
  init(_ request: StartWorkflowExecutionRequest, requestID: String) {
    self.init()
    namespace = request.namespace
    workflowID = request.workflowID
    workflowType = .init(named: request.workflowType)
    taskQueue = .init(named: request.taskQueue)
    if !request.input.isEmpty { input = .init(request.input) }
    if let timeout = request.executionTimeout { workflowExecutionTimeout = .init(timeout) }
    if let timeout = request.runTimeout { workflowRunTimeout = .init(timeout) }
    if let timeout = request.taskTimeout { workflowTaskTimeout = .init(timeout) }
    identity = request.identity
    self.requestID = requestID
    workflowIDReusePolicy = .init(request.idReusePolicy)
    workflowIDConflictPolicy =
      switch request.idConflictPolicy {
      case .fail: .fail
      case .useExisting: .useExisting
      case .terminateExisting: .terminateExisting
      }
    if !request.memo.isEmpty { memo = .init(request.memo) }
    if !request.searchAttributes.isEmpty { searchAttributes = .init(request.searchAttributes) }
    if !request.header.isEmpty { header = .init(request.header) }
    if let policy = request.retryPolicy { retryPolicy = .init(policy) }
    cronSchedule = request.cronSchedule
    if let delay = request.startDelay { workflowStartDelay = .init(delay) }
    if !request.lastCompletionResult.isEmpty { lastCompletionResult = .init(request.lastCompletionResult) }
    if let failure = request.continuedFailure { continuedFailure = .init(failure) }
    if !request.priority.isUnset { priority = .init(request.priority) }
  }
}
