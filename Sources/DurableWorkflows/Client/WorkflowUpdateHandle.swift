/// A typed reference to an update that was sent to a run.
public struct WorkflowUpdateHandle<Output: Codable & Sendable>: Sendable {
  let client: WorkflowClient
  /// The run that has the update.
  public let execution: WorkflowExecution
  /// The update's id.
  public let updateID: String
  let known: UpdateOutcome?

  /// Waits for the update's outcome, however long it takes.
  ///
  /// - Throws: ``WorkflowUpdateFailedError`` when the validator refused it or the handler threw;
  ///   ``WorkflowServiceError``.
  public func result() async throws -> Output {
    var outcome = known
    var request = PollWorkflowExecutionUpdateRequest(
      namespace: client.namespace, execution: execution, updateID: updateID)
    request.waitStage = .completed
    while outcome == nil {
      try Task.checkCancellation()
      outcome = try await client.frontend.pollWorkflowExecutionUpdate(request).outcome
    }
    return try client.value(of: outcome, updateID: updateID)
  }
}

/// An update did not succeed: its validator refused it, or its handler threw.
public struct WorkflowUpdateFailedError: Error, CustomStringConvertible, Sendable {
  /// The update's id.
  public var updateID: String
  /// Why.
  public var cause: Failure

  /// Creates an error.
  public init(updateID: String, cause: Failure) {
    self.updateID = updateID
    self.cause = cause
  }

  /// The cause's message.
  public var description: String { "update '\(updateID)' failed: \(cause.message)" }
}

extension WorkflowHandle {
  /// Sends an update and waits for its outcome.
  ///
  /// - Parameter updateID: dedupes the update within the run; `nil` makes one up.
  /// - Throws: ``WorkflowUpdateFailedError`` when the validator refused it or the handler threw;
  ///   ``WorkflowServiceError``.
  public func executeUpdate<Output: Codable & Sendable, each Argument: Codable & Sendable>(
    _ update: WorkflowUpdateReference<W, Output, repeat each Argument>, _ arguments: repeat each Argument,
    updateID: String? = nil
  ) async throws -> Output {
    try await startUpdate(update, repeat each arguments, waitForStage: .completed, updateID: updateID).result()
  }

  /// Sends an update and waits until it is accepted; when this returns, the acceptance is durable.
  ///
  /// - Throws: ``WorkflowUpdateFailedError`` when the validator refused it, or the handler has already failed by then;
  ///   ``WorkflowServiceError``.
  public func startUpdate<Output: Codable & Sendable, each Argument: Codable & Sendable>(
    _ update: WorkflowUpdateReference<W, Output, repeat each Argument>, _ arguments: repeat each Argument,
    waitForStage stage: UpdateLifecycleStage = .accepted, updateID: String? = nil
  ) async throws -> WorkflowUpdateHandle<Output> {
    var input: [Payload] = []
    let converter = client.converter(for: execution.workflowID)
    for argument in repeat each arguments { input.append(try converter.payload(for: argument)) }
    let request = UpdateRequest(
      updateID: updateID ?? client.makeRequestID(), name: update.name, input: input, identity: client.identity)
    return try await client.startUpdate(request, of: target, waitForStage: stage)
  }

  /// A handle to an update that was sent before.
  public func updateHandle<Output: Codable & Sendable>(
    updateID: String, returning: Output.Type = Output.self
  ) -> WorkflowUpdateHandle<Output> {
    WorkflowUpdateHandle(client: client, execution: target, updateID: updateID, known: nil)
  }
}

extension WorkflowClient {
  /// Sends an update by name and waits until it has come as far as asked.
  ///
  /// - Throws: ``WorkflowUpdateFailedError`` when the validator refused it, or the handler has already failed by then;
  ///   ``WorkflowServiceError``.
  public func startUpdate<Output: Codable & Sendable>(
    _ request: UpdateRequest, of execution: WorkflowExecution, waitForStage stage: UpdateLifecycleStage = .accepted,
    returning: Output.Type = Output.self
  ) async throws -> WorkflowUpdateHandle<Output> {
    var message = UpdateWorkflowExecutionRequest(
      namespace: namespace, execution: execution, request: request, waitStage: stage)
    while true {
      try Task.checkCancellation()
      let response: UpdateWorkflowExecutionResponse
      do {
        response = try await frontend.updateWorkflowExecution(message)
      } catch let error as WorkflowServiceError
        where error.code == .notFound && execution.runID.isEmpty && message.execution != execution
      {
        // The run went on as another one before it took the update, which then has it.
        message.execution = execution
        continue
      }
      if response.stage >= stage || response.outcome != nil {
        return try handle(response)
      }
      message.execution = response.execution
    }
  }

  /// The handle of an answered update; a refusal is thrown.
  func handle<Output>(_ response: UpdateWorkflowExecutionResponse) throws -> WorkflowUpdateHandle<Output> {
    if case .failure(let failure) = response.outcome {
      throw WorkflowUpdateFailedError(updateID: response.updateID, cause: try converter.decoded(failure))
    }
    return WorkflowUpdateHandle(
      client: self, execution: response.execution, updateID: response.updateID, known: response.outcome)
  }

  func value<Output: Decodable>(of outcome: UpdateOutcome?, updateID: String) throws -> Output {
    switch outcome {
    case .failure(let failure):
      throw WorkflowUpdateFailedError(updateID: updateID, cause: try converter.decoded(failure))
    case .success(let payloads):
      if let raw = RawPayloads(payloads, converter: converter) as? Output { return raw }
      guard let payload = payloads.first else {
        return try Arguments([], converter: converter, subject: "the result of update '\(updateID)'").decode(0)
      }
      return try converter.value(of: payload, as: Output.self)
    case nil:
      throw WorkflowServiceError(.unavailable, "update '\(updateID)' has no outcome yet")
    }
  }
}
