/// A typed reference to a run, or to the current run of an id.
public struct WorkflowHandle<W: WorkflowDefinition>: Sendable {
  /// The client that made the handle.
  public let client: WorkflowClient
  /// The run; an empty run id means the id's current run.
  public let execution: WorkflowExecution
  /// Whether requests go to the newest run of the chain that ``execution`` began: so for the handles of starts.
  var followsChain = false

  /// Where requests go.
  var target: WorkflowExecution {
    followsChain ? WorkflowExecution(workflowID: execution.workflowID) : execution
  }

  /// Waits for the run's result, however long it takes.
  ///
  /// - Throws: ``WorkflowFailedError`` when the run ended in another way than by returning; ``WorkflowServiceError``.
  public func result() async throws -> W.Output {
    let payloads = try await client.result(of: execution)
    guard let payload = payloads.first else {
      return try Arguments([], converter: client.converter, subject: "the result of workflow '\(W.name)'").decode(0)
    }
    return try client.converter.value(of: payload, as: W.Output.self)
  }

  /// Delivers a signal. When it returns, the signal is durable.
  public func signal<each Argument: Codable & Sendable>(
    _ signal: WorkflowSignalReference<W, repeat each Argument>, _ arguments: repeat each Argument
  ) async throws {
    var input: [Payload] = []
    let converter = client.converter(for: execution.workflowID)
    for argument in repeat each arguments { input.append(try converter.payload(for: argument)) }
    try await self.signal(name: signal.name, input: input)
  }

  /// Delivers a signal by name.
  public func signal(name: String, input: [Payload] = []) async throws {
    try await client.frontend.signalWorkflowExecution(
      SignalWorkflowExecutionRequest(
        namespace: client.namespace, execution: target, signalName: name, input: input, identity: client.identity,
        requestID: client.makeRequestID()))
  }

  /// Asks a query.
  ///
  /// - Throws: ``WorkflowServiceError`` with `queryFailed` when the handler threw.
  public func query<Output: Codable & Sendable, each Argument: Codable & Sendable>(
    _ query: WorkflowQueryReference<W, Output, repeat each Argument>, _ arguments: repeat each Argument
  ) async throws -> Output {
    var input: [Payload] = []
    let converter = client.converter(for: execution.workflowID)
    for argument in repeat each arguments { input.append(try converter.payload(for: argument)) }
    let payload = try await self.query(name: query.name, arguments: input)
    return try client.converter.value(of: payload, as: Output.self)
  }

  /// Asks a query by name.
  public func query(name: String, arguments: [Payload] = []) async throws -> Payload {
    let response = try await client.frontend.queryWorkflow(
      QueryWorkflowRequest(
        namespace: client.namespace, execution: target, queryType: name, arguments: arguments))
    switch response {
    case .result(let payloads): return payloads.first ?? .null
    case .rejected(let status):
      throw WorkflowServiceError(.failedPrecondition, "the query was rejected because the run is \(status)")
    }
  }

  /// Requests cancellation. When it returns, the request is durable.
  public func cancel(reason: String = "") async throws {
    var request = RequestCancelWorkflowExecutionRequest(
      namespace: client.namespace, execution: target, reason: reason, identity: client.identity,
      requestID: client.makeRequestID())
    if followsChain { request.firstExecutionRunID = execution.runID }
    try await client.frontend.requestCancelWorkflowExecution(request)
  }

  /// Ends the run at once, without letting its code clean up.
  public func terminate(reason: String = "") async throws {
    var request = TerminateWorkflowExecutionRequest(
      namespace: client.namespace, execution: target, reason: reason, identity: client.identity)
    if followsChain { request.firstExecutionRunID = execution.runID }
    try await client.frontend.terminateWorkflowExecution(request)
  }

  /// Describes the run; of a chain of runs, the newest.
  public func describe() async throws -> WorkflowExecutionDescription {
    var description = try await describeAsRecorded()
    description.info = client.readable(description.info)
    return description
  }

  private func describeAsRecorded() async throws -> WorkflowExecutionDescription {
    let description = try await client.frontend.describeWorkflowExecution(
      DescribeWorkflowExecutionRequest(namespace: client.namespace, execution: execution))
    if !followsChain || description.info.status.isOpen { return description }
    let current = try await client.frontend.describeWorkflowExecution(
      DescribeWorkflowExecutionRequest(namespace: client.namespace, execution: target))
    // The id may have been used again for something else.
    return current.firstRunID == execution.runID ? current : description
  }

  /// The run's whole history so far.
  public func fetchHistory() async throws -> [HistoryEvent] {
    try await client.history(of: execution)
  }
}

extension WorkflowClient {
  /// Waits for the result payloads of a run.
  ///
  /// - Throws: ``WorkflowFailedError``, ``WorkflowServiceError``.
  public func result(of execution: WorkflowExecution) async throws -> [Payload] {
    var request = GetWorkflowExecutionHistoryRequest(namespace: namespace, execution: execution)
    request.waitNewEvent = true
    request.filter = .closeEvent
    while true {
      try Task.checkCancellation()
      let response = try await frontend.getWorkflowExecutionHistory(request)
      if let event = response.events.last {
        if let next = event.attributes.newExecutionRunID {
          request.execution.runID = next
          request.nextPageToken = []
          continue
        }
        return try result(
          of: event, execution: WorkflowExecution(workflowID: execution.workflowID, runID: response.runID))
      }
      request.nextPageToken = response.nextPageToken
    }
  }

  /// The whole history of a run.
  public func history(of execution: WorkflowExecution) async throws -> [HistoryEvent] {
    var request = GetWorkflowExecutionHistoryRequest(namespace: namespace, execution: execution)
    var events: [HistoryEvent] = []
    repeat {
      let response = try await frontend.getWorkflowExecutionHistory(request)
      events.append(contentsOf: response.events)
      request.nextPageToken = response.nextPageToken
    } while !request.nextPageToken.isEmpty
    return events
  }

  private func result(of event: HistoryEvent, execution: WorkflowExecution) throws -> [Payload] {
    func failed(_ status: WorkflowExecutionStatus, _ failure: Failure) throws -> WorkflowFailedError {
      WorkflowFailedError(execution: execution, status: status, cause: try converter.decoded(failure))
    }
    switch event.attributes {
    case .workflowExecutionCompleted(let result, _, _):
      return result
    case .workflowExecutionFailed(let failure, _, _, _):
      throw try failed(.failed, failure)
    case .workflowExecutionTimedOut:
      throw try failed(
        .timedOut,
        Failure(message: "the workflow timed out", info: .timeout(.startToClose, lastHeartbeatDetails: [])))
    case .workflowExecutionCanceled(let details, _):
      throw try failed(.canceled, Failure(message: "the workflow was canceled", info: .canceled(details: details)))
    case .workflowExecutionTerminated(let reason, _, let identity):
      throw try failed(
        .terminated,
        Failure(
          message: reason.isEmpty ? "the workflow was terminated" : "the workflow was terminated: \(reason)",
          info: .terminated(identity: identity)))
    default:
      throw WorkflowServiceError(
        .unavailable, "the service answered with a \(event.attributes.type) where the closing event was expected")
    }
  }
}
