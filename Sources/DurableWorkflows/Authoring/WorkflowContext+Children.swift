internal import FoundationEssentials
internal import Synchronization

extension WorkflowContext {
  /// Starts a child workflow and waits until it runs.
  ///
  /// - Throws: ``ChildWorkflowError`` when its id is taken, ``CanceledError`` when the task is cancelled,
  ///   ``ApplicationError`` of type `InvalidChildWorkflowOptions` when the options are invalid.
  public func startChildWorkflow<W: WorkflowDefinition>(
    _ type: W.Type, input: W.Input, options: ChildWorkflowOptions = ChildWorkflowOptions()
  ) async throws -> ChildWorkflowHandle<W> {
    let instance = try require("context.startChildWorkflow")
    let payloads = input is Empty ? [] : [try instance.converter.payload(for: input)]
    let child = try await startChild(W.name, input: payloads, options: options)
    return ChildWorkflowHandle(context: self, execution: child.execution, operation: child.operation)
  }

  /// Starts a child workflow without input and waits until it runs.
  public func startChildWorkflow<W: WorkflowDefinition>(
    _ type: W.Type, options: ChildWorkflowOptions = ChildWorkflowOptions()
  ) async throws -> ChildWorkflowHandle<W> where W.Input == Empty {
    try await startChildWorkflow(type, input: Empty(), options: options)
  }

  /// Starts a child workflow and waits for its result.
  ///
  /// - Throws: ``ChildWorkflowError`` when it does not complete, ``CanceledError`` when the task is cancelled.
  public func executeChildWorkflow<W: WorkflowDefinition>(
    _ type: W.Type, input: W.Input, options: ChildWorkflowOptions = ChildWorkflowOptions()
  ) async throws -> W.Output {
    try await startChildWorkflow(type, input: input, options: options).result()
  }

  /// Starts a child workflow without input and waits for its result.
  public func executeChildWorkflow<W: WorkflowDefinition>(
    _ type: W.Type, options: ChildWorkflowOptions = ChildWorkflowOptions()
  ) async throws -> W.Output where W.Input == Empty {
    try await executeChildWorkflow(type, input: Empty(), options: options)
  }

  /// Starts a child workflow by its registered name and waits for its result.
  public func executeChildWorkflow<Output: Decodable & Sendable, each Argument: Encodable & Sendable>(
    _ name: String, _ arguments: repeat each Argument, options: ChildWorkflowOptions = ChildWorkflowOptions(),
    returning type: Output.Type = Output.self
  ) async throws -> Output {
    let instance = try require("context.executeChildWorkflow")
    var input: [Payload] = []
    for argument in repeat each arguments { input.append(try instance.converter.payload(for: argument)) }
    let child = try await startChild(name, input: input, options: options)
    return try await childResult(child.operation, of: name)
  }

  private func startChild(
    _ type: String, input: [Payload], options: ChildWorkflowOptions
  ) async throws -> UntypedChildWorkflowHandle {
    let instance = try require("context.startChildWorkflow")
    try await instance.checkCancellation("child workflow '\(type)'")
    return try await instance.startChild(
      StartChildWorkflowInput(
        context: self, name: type, workflowID: options.workflowID ?? uuid().uuidString.lowercased(), options: options,
        arguments: input))
  }

  func childResult<Output: Decodable>(
    _ operation: WorkflowMachine.OperationID, of name: String
  ) async throws -> Output {
    let instance = try require("the result of child workflow '\(name)'")
    if Task.isCancelled { await instance.noteKnownAnswer() }
    let result = try await instance.wait(for: operation)
    if let raw = RawPayloads(result, converter: instance.converter) as? Output { return raw }
    guard let payload = result.first else {
      return try Arguments([], converter: instance.converter, subject: "the result of child workflow '\(name)'")
        .decode(0)
    }
    return try instance.converter.value(of: payload, as: Output.self)
  }

  /// A reference to another run, to signal or cancel it.
  ///
  /// - Parameter runID: the run; `nil` means the id's current run.
  public func externalWorkflow<W: WorkflowDefinition>(
    _ type: W.Type = W.self, id: String, runID: String? = nil
  ) -> ExternalWorkflowHandle<W> {
    ExternalWorkflowHandle(context: self, execution: WorkflowExecution(workflowID: id, runID: runID ?? ""))
  }

  /// Sends a signal to another run by name and waits until it has it.
  ///
  /// - Throws: ``ExternalWorkflowError`` when no open run has that id, ``CanceledError`` when the task is cancelled.
  public func signalExternalWorkflow<each Argument: Encodable & Sendable>(
    _ execution: WorkflowExecution, signal name: String, _ arguments: repeat each Argument
  ) async throws {
    let instance = try require("context.signalExternalWorkflow")
    var input: [Payload] = []
    for argument in repeat each arguments { input.append(try instance.converter.payload(for: argument)) }
    try await signal(execution, name, input)
  }

  /// Requests the cancellation of another run and waits until it has the request.
  ///
  /// - Throws: ``ExternalWorkflowError`` when no run has that id, ``CanceledError`` when the task is cancelled.
  public func cancelExternalWorkflow(_ execution: WorkflowExecution) async throws {
    try await cancelExternalWorkflow(execution, isChildOnly: false)
  }

  func cancelExternalWorkflow(_ execution: WorkflowExecution, isChildOnly: Bool) async throws {
    let instance = try require("context.cancelExternalWorkflow")
    try await instance.checkCancellation("the request to workflow '\(execution.workflowID)'")
    try await instance.cancel(
      CancelExternalWorkflowInput(context: self, execution: execution, isChildOnly: isChildOnly))
  }

  fileprivate func signal(_ execution: WorkflowExecution, _ name: String, _ input: [Payload]) async throws {
    let instance = try require("signal '\(name)'")
    try await instance.checkCancellation("signal '\(name)'")
    try await instance.signal(
      SignalExternalWorkflowInput(context: self, execution: execution, name: name, arguments: input))
  }
}

/// A child that runs.
public struct ChildWorkflowHandle<W: WorkflowDefinition>: Sendable {
  let context: WorkflowContext
  /// The child's first run.
  public let execution: WorkflowExecution
  let operation: WorkflowMachine.OperationID

  /// Waits for the result of the child's chain of runs. It can be asked for more than once.
  ///
  /// - Throws: ``ChildWorkflowError`` when it does not complete. When the task is cancelled, the child's cancellation
  ///   is requested, and what then happens is decided by ``ChildWorkflowOptions/cancellationType``, for everyone who
  ///   waits.
  public func result() async throws -> W.Output {
    try await context.childResult(operation, of: W.name)
  }

  /// Sends a signal to the child and waits until it has it.
  public func signal<each Argument: Codable & Sendable>(
    _ signal: WorkflowSignalReference<W, repeat each Argument>, _ arguments: repeat each Argument
  ) async throws {
    let instance = try context.require("signal '\(signal.name)'")
    var input: [Payload] = []
    for argument in repeat each arguments { input.append(try instance.converter.payload(for: argument)) }
    try await instance.checkCancellation("signal '\(signal.name)'")
    try await instance.signal(
      SignalChildWorkflowInput(
        context: context, execution: WorkflowExecution(workflowID: execution.workflowID), name: signal.name,
        arguments: input))
  }

  /// Requests the child's cancellation and waits until it has the request.
  public func cancel() async throws {
    try await context.cancelExternalWorkflow(WorkflowExecution(workflowID: execution.workflowID), isChildOnly: true)
  }
}

/// Another run, as a workflow can reach it.
public struct ExternalWorkflowHandle<W: WorkflowDefinition>: Sendable {
  let context: WorkflowContext
  /// The run; an empty run id means the id's current run.
  public let execution: WorkflowExecution

  /// Sends a signal and waits until the run has it.
  ///
  /// - Throws: ``ExternalWorkflowError`` when no open run has that id, ``CanceledError`` when the task is cancelled.
  public func signal<each Argument: Codable & Sendable>(
    _ signal: WorkflowSignalReference<W, repeat each Argument>, _ arguments: repeat each Argument
  ) async throws {
    let instance = try context.require("signal '\(signal.name)'")
    var input: [Payload] = []
    for argument in repeat each arguments { input.append(try instance.converter.payload(for: argument)) }
    try await context.signal(execution, signal.name, input)
  }

  /// Requests the run's cancellation and waits until it has the request.
  ///
  /// - Throws: ``ExternalWorkflowError`` when no run has that id, ``CanceledError`` when the task is cancelled.
  public func cancel() async throws {
    try await context.cancelExternalWorkflow(execution)
  }
}
