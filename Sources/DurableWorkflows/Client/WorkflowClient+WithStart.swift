extension WorkflowClient {
  /// Delivers a signal to the open run of an id, starting the run if there is none. Both or neither become durable.
  ///
  /// - Throws: ``WorkflowServiceError``.
  public func signalWithStart<W: WorkflowDefinition, each Argument: Codable & Sendable>(
    _ type: W.Type, id: String, input: W.Input, options: StartOptions = StartOptions(),
    signal: WorkflowSignalReference<W, repeat each Argument>, _ arguments: repeat each Argument
  ) async throws -> WorkflowHandle<W> {
    var signalInput: [Payload] = []
    let converter = converter(for: id)
    for argument in repeat each arguments { signalInput.append(try converter.payload(for: argument)) }
    let payloads = input is Empty ? [] : [try converter.payload(for: input)]
    let response = try await frontend.signalWithStartWorkflowExecution(
      SignalWithStartWorkflowExecutionRequest(
        start: try startRequest(workflowType: W.name, id: id, input: payloads, options: options),
        signalName: signal.name, signalInput: signalInput))
    return WorkflowHandle(
      client: self, execution: WorkflowExecution(workflowID: id, runID: response.runID), followsChain: true)
  }

  /// Delivers an update to the open run of an id, starting the run if there is none, and waits for the outcome.
  ///
  /// ``StartOptions/idConflictPolicy`` says what an open run means: `useExisting` gives it the update.
  /// - Throws: ``WorkflowUpdateFailedError`` when the validator refused it or the handler threw;
  ///   ``WorkflowServiceError``.
  public func executeUpdateWithStart<
    W: WorkflowDefinition, Output: Codable & Sendable, each Argument: Codable & Sendable
  >(
    _ type: W.Type, id: String, input: W.Input, options: StartOptions = StartOptions(idConflictPolicy: .useExisting),
    update: WorkflowUpdateReference<W, Output, repeat each Argument>, _ arguments: repeat each Argument,
    updateID: String? = nil
  ) async throws -> Output {
    let (_, update) = try await startUpdateWithStart(
      type, id: id, input: input, options: options, update: update, repeat each arguments, updateID: updateID)
    return try await update.result()
  }

  /// Delivers an update to the open run of an id, starting the run if there is none, and waits until it is accepted.
  public func startUpdateWithStart<
    W: WorkflowDefinition, Output: Codable & Sendable, each Argument: Codable & Sendable
  >(
    _ type: W.Type, id: String, input: W.Input, options: StartOptions = StartOptions(idConflictPolicy: .useExisting),
    update: WorkflowUpdateReference<W, Output, repeat each Argument>, _ arguments: repeat each Argument,
    updateID: String? = nil
  ) async throws -> (WorkflowHandle<W>, WorkflowUpdateHandle<Output>) {
    var updateInput: [Payload] = []
    let converter = converter(for: id)
    for argument in repeat each arguments { updateInput.append(try converter.payload(for: argument)) }
    let payloads = input is Empty ? [] : [try converter.payload(for: input)]
    let request = UpdateRequest(
      updateID: updateID ?? makeRequestID(), name: update.name, input: updateInput, identity: identity)
    let response = try await frontend.updateWithStartWorkflowExecution(
      UpdateWithStartWorkflowExecutionRequest(
        start: try startRequest(workflowType: W.name, id: id, input: payloads, options: options), update: request))
    let execution = WorkflowExecution(workflowID: id, runID: response.start.runID)
    let accepted: WorkflowUpdateHandle<Output> =
      response.update.stage >= .accepted
      ? try handle(response.update) : try await startUpdate(request, of: execution)
    return (WorkflowHandle(client: self, execution: execution, followsChain: true), accepted)
  }
}
