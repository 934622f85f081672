public import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension RemoteWorkflowFrontend {
  /// Delivers an update; its id makes it safe to repeat. How long the service waits is the service's to decide,
  /// whatever ``UpdateWorkflowExecutionRequest/longPollTimeout`` says.
  public func updateWorkflowExecution(
    _ request: UpdateWorkflowExecutionRequest
  ) async throws -> UpdateWorkflowExecutionResponse {
    let message = Wire.UpdateRequest.with {
      $0.namespace = request.namespace
      $0.workflowExecution = .init(request.execution)
      $0.firstExecutionRunID = request.firstExecutionRunID
      $0.waitPolicy = .with { $0.lifecycleStage = .init(acceptable: request.waitStage) }
      $0.request = .init(request.request)
    }
    return try await send(.longPoll) {
      try await $0.updateWorkflowExecution(message, metadata: metadata(namespace: request.namespace), options: $1)
        .value()
    }
  }

  /// Waits for an update that was sent before. How long the service waits is the service's to decide, whatever
  /// ``PollWorkflowExecutionUpdateRequest/longPollTimeout`` says.
  public func pollWorkflowExecutionUpdate(
    _ request: PollWorkflowExecutionUpdateRequest
  ) async throws -> UpdateWorkflowExecutionResponse {
    let message = Wire.PollUpdateRequest.with {
      $0.namespace = request.namespace
      $0.updateRef = .with {
        $0.workflowExecution = .init(request.execution)
        $0.updateID = request.updateID
      }
      $0.waitPolicy = .with { $0.lifecycleStage = .init(request.waitStage) }
    }
    return try await send(.longPoll) {
      let response = try await $0.pollWorkflowExecutionUpdate(
        message, metadata: metadata(namespace: request.namespace), options: $1)
      // A service whose waiting time is over may answer with less than the reference.
      let reference = response.hasUpdateRef ? response.updateRef : message.updateRef
      return UpdateWorkflowExecutionResponse(
        execution: reference.workflowExecution.value, updateID: reference.updateID, stage: response.stage.value,
        outcome: try response.outcome.outcome("outcome"))
    }
  }

  /// Delivers a signal, starting the run if there is none. A request without a request id gets one, so that it can be
  /// repeated.
  public func signalWithStartWorkflowExecution(
    _ request: SignalWithStartWorkflowExecutionRequest
  ) async throws -> StartWorkflowExecutionResponse {
    let start = Wire.StartRequest(request.start, requestID: requestID(request.start.requestID))
    let message = Wire.SignalWithStartRequest.with {
      $0.set(start)
      $0.signalName = request.signalName
      if !request.signalInput.isEmpty { $0.signalInput = .init(request.signalInput) }
    }
    return try await send(.repeatable) {
      let response = try await $0.signalWithStartWorkflowExecution(
        message, metadata: metadata(namespace: request.start.namespace), options: $1)
      return StartWorkflowExecutionResponse(runID: response.runID, started: response.started)
    }
  }

  /// Delivers an update, starting the run if there is none. A request without a request id gets one, so that it can be
  /// repeated.
  public func updateWithStartWorkflowExecution(
    _ request: UpdateWithStartWorkflowExecutionRequest
  ) async throws -> UpdateWithStartWorkflowExecutionResponse {
    let start = Wire.StartRequest(request.start, requestID: requestID(request.start.requestID))
    let update = Wire.UpdateRequest.with {
      $0.namespace = request.start.namespace
      $0.workflowExecution = .init(WorkflowExecution(workflowID: request.start.workflowID))
      $0.waitPolicy = .with { $0.lifecycleStage = .init(acceptable: request.waitStage) }
      $0.request = .init(request.update)
    }
    let message = Wire.MultiOperationRequest.with {
      $0.namespace = request.start.namespace
      $0.operations = [.with { $0.startWorkflow = start }, .with { $0.updateWorkflow = update }]
    }
    return try await send(.longPoll) {
      let response = try await $0.executeMultiOperation(
        message, metadata: metadata(namespace: request.start.namespace), options: $1)
      guard response.responses.count == 2, case .startWorkflow(let start) = response.responses[0].response,
        case .updateWorkflow(let update) = response.responses[1].response
      else { throw MappingError("responses", "are not those of a start and an update") }
      return UpdateWithStartWorkflowExecutionResponse(start: try start.value(), update: try update.value())
    }
  }

  /// Resets a run. A request without a request id gets one, so that it can be repeated.
  public func resetWorkflowExecution(
    _ request: ResetWorkflowExecutionRequest
  ) async throws -> ResetWorkflowExecutionResponse {
    let message = Wire.ResetRequest.with {
      $0.namespace = request.namespace
      $0.workflowExecution = .init(request.execution)
      $0.reason = request.reason
      $0.workflowTaskFinishEventID = request.workflowTaskFinishEventID
      $0.requestID = requestID(request.requestID)
      $0.identity = request.identity
      $0.resetReapplyType = .allEligible
      $0.resetReapplyExcludeTypes = request.reapply.excluded
    }
    return try await send(.repeatable) {
      let response = try await $0.resetWorkflowExecution(
        message, metadata: metadata(namespace: request.namespace), options: $1)
      return ResetWorkflowExecutionResponse(runID: response.runID)
    }
  }
}

extension Wire.StartResponse {
  func value() throws -> StartWorkflowExecutionResponse {
    StartWorkflowExecutionResponse(
      runID: runID, started: started, status: status == .unspecified ? .running : try status.value("status"))
  }
}

extension Wire.UpdateResponse {
  fileprivate func value() throws -> UpdateWorkflowExecutionResponse {
    UpdateWorkflowExecutionResponse(
      execution: updateRef.workflowExecution.value, updateID: updateRef.updateID, stage: stage.value,
      outcome: try outcome.outcome("outcome"))
  }
}

extension Wire.UpdateStage {
  /// A stage that services let a sender wait for; the first one is acceptance.
  fileprivate init(acceptable stage: UpdateLifecycleStage) {
    self.init(max(stage, .accepted))
  }
}

extension Wire.SignalWithStartRequest {
  fileprivate mutating func set(_ start: Wire.StartRequest) {
    namespace = start.namespace
    workflowID = start.workflowID
    workflowType = start.workflowType
    taskQueue = start.taskQueue
    if start.hasInput { input = start.input }
    if start.hasWorkflowExecutionTimeout { workflowExecutionTimeout = start.workflowExecutionTimeout }
    if start.hasWorkflowRunTimeout { workflowRunTimeout = start.workflowRunTimeout }
    if start.hasWorkflowTaskTimeout { workflowTaskTimeout = start.workflowTaskTimeout }
    identity = start.identity
    requestID = start.requestID
    workflowIDReusePolicy = start.workflowIDReusePolicy
    // An open run just gets the signal; the policy that refuses it is not allowed here.
    workflowIDConflictPolicy = start.workflowIDConflictPolicy == .fail ? .useExisting : start.workflowIDConflictPolicy
    if start.hasRetryPolicy { retryPolicy = start.retryPolicy }
    cronSchedule = start.cronSchedule
    if start.hasWorkflowStartDelay { workflowStartDelay = start.workflowStartDelay }
    if start.hasMemo { memo = start.memo }
    if start.hasSearchAttributes { searchAttributes = start.searchAttributes }
    if start.hasHeader { header = start.header }
    if start.hasPriority { priority = start.priority }
  }
}
