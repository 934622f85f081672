internal import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension FrontendService {
  func updateWorkflowExecution(
    request: Wire.UpdateRequest, context: ServerContext
  ) async throws -> Wire.UpdateResponse {
    try await answer(namespace: request.namespace) {
      let update = try request.value(validate, longPollTimeout: configuration.longPollTimeout)
      return .init(try await whileWanted { try await frontend.updateWorkflowExecution(update) })
    }
  }

  func pollWorkflowExecutionUpdate(
    request: Wire.PollUpdateRequest, context: ServerContext
  ) async throws -> Wire.PollUpdateResponse {
    try await answer(namespace: request.namespace) {
      let poll = try request.value(validate, longPollTimeout: configuration.longPollTimeout)
      let response = Wire.UpdateResponse(
        try await whileWanted { try await frontend.pollWorkflowExecutionUpdate(poll) })
      return .with {
        $0.updateRef = response.updateRef
        $0.stage = response.stage
        if response.hasOutcome { $0.outcome = response.outcome }
      }
    }
  }

  func signalWithStartWorkflowExecution(
    request: Wire.SignalWithStartRequest, context: ServerContext
  ) async throws -> Wire.SignalWithStartResponse {
    try await answer(namespace: request.namespace) {
      let response = try await frontend.signalWithStartWorkflowExecution(try request.value(validate))
      return .with {
        $0.runID = response.runID
        $0.started = response.started
        if response.started { $0.firstExecutionRunID = response.runID }
      }
    }
  }

  func resetWorkflowExecution(
    request: Wire.ResetRequest, context: ServerContext
  ) async throws -> Wire.ResetResponse {
    try await answer(namespace: request.namespace) {
      let response = try await frontend.resetWorkflowExecution(try request.value(validate))
      return .with { $0.runID = response.runID }
    }
  }

  /// Update-with-start, the only unit of operations that Temporal's server knows too.
  func executeMultiOperation(
    request: Wire.MultiOperationRequest, context: ServerContext
  ) async throws -> Wire.MultiOperationResponse {
    try await answer(namespace: request.namespace) {
      let unit = try updateWithStart(request)
      let response: UpdateWithStartWorkflowExecutionResponse
      do {
        response = try await whileWanted { try await frontend.updateWithStartWorkflowExecution(unit) }
      } catch let error as WorkflowServiceError {
        guard let operation = MultiOperationError.Operation(failingWith: error.code) else { throw error }
        throw MultiOperationError(operation, error)
      }
      return .with {
        $0.responses = [
          .with { $0.startWorkflow = .init(response.start) },
          .with { $0.updateWorkflow = .init(response.update) },
        ]
      }
    }
  }

  private func updateWithStart(
    _ request: Wire.MultiOperationRequest
  ) throws -> UpdateWithStartWorkflowExecutionRequest {
    guard request.operations.count == 2, case .startWorkflow(var start) = request.operations[0].operation,
      case .updateWorkflow(var update) = request.operations[1].operation
    else {
      throw WorkflowServiceError(.invalidArgument, "Operations have to be exactly [Start, Update].")
    }
    start.namespace = request.namespace
    update.namespace = request.namespace
    let startValue: StartWorkflowExecutionRequest
    do {
      startValue = try start.value(validate)
    } catch {
      throw MultiOperationError(.start, error)
    }
    do {
      let execution = update.workflowExecution
      guard execution.workflowID == start.workflowID, execution.runID.isEmpty, update.firstExecutionRunID.isEmpty else {
        throw MappingError(
          "workflow_execution", "is not that of the start: the workflow id must be the same, run ids must not be set")
      }
      let updateValue = try update.value(validate, longPollTimeout: configuration.longPollTimeout)
      var unit = UpdateWithStartWorkflowExecutionRequest(
        start: startValue, update: updateValue.request, waitStage: updateValue.waitStage)
      unit.longPollTimeout = updateValue.longPollTimeout
      return unit
    } catch {
      throw MultiOperationError(.update, error)
    }
  }
}

extension Wire.StartResponse {
  init(_ response: StartWorkflowExecutionResponse) {
    self.init()
    runID = response.runID
    started = response.started
    status = .init(response.status)
    // A run that was there before may be a later one of its chain.
    if response.started { firstExecutionRunID = response.runID }
  }
}

extension Wire.UpdateResponse {
  init(_ response: UpdateWorkflowExecutionResponse) {
    self.init()
    updateRef = .with {
      $0.workflowExecution = .init(response.execution)
      $0.updateID = response.updateID
    }
    stage = .init(response.stage)
    if let outcome = response.outcome { self.outcome = .init(outcome) }
  }
}
