internal import DurableWorkflows

/// The way from `drive` to the engine of its life: numbers the requests, notes what is acknowledged, and lets the clock
/// move while a request waits for something that takes time.
final class SimulationFrontend: WorkflowFrontend {
  let engine: WorkflowEngine
  private let clock: SimulationClock
  private let scheduler: SimulationScheduler
  let acknowledgements: Acknowledgements
  /// What earlier lives have brought about; `nil` in the first one.
  private let recorded: RecordedRequests?
  let numbers = RequestNumbers()

  var isLaterLife: Bool { recorded != nil }

  init(
    engine: WorkflowEngine, clock: SimulationClock, scheduler: SimulationScheduler, acknowledgements: Acknowledgements,
    isFirstLife: Bool
  ) {
    self.engine = engine
    self.clock = clock
    self.scheduler = scheduler
    self.acknowledgements = acknowledgements
    recorded = isFirstLife ? nil : RecordedRequests(engine: engine)
  }

  /// Waits for a request that is answered only when something has happened, or until the caller is cancelled.
  private func waiting<Response: Sendable>(
    _ request: @escaping @Sendable () async throws -> Response
  ) async throws -> Response {
    let answer = OneShot<Response>()
    Task(executorPreference: scheduler) {
      do {
        answer.set(.success(try await request()))
      } catch {
        answer.set(.failure(error))
      }
    }
    return try await clock.permittingSkips { try await answer.value() }
  }

  // MARK: Starts and signals

  func startWorkflowExecution(_ request: StartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse {
    let request = numbered(request)
    let response =
      if let known = try await recorded?.start(request.requestID, of: request.workflowID) { known } else {
        try await engine.startWorkflowExecution(request)
      }
    acknowledgements.note(.started(WorkflowExecution(workflowID: request.workflowID, runID: response.runID)))
    return response
  }

  private func numbered(
    _ request: StartWorkflowExecutionRequest, with part: String = "", _ input: [Payload] = []
  ) -> StartWorkflowExecutionRequest {
    var request = request
    request.requestID = numbers.id(
      request.requestID, "start", request.namespace, request.workflowID, request.workflowType, part,
      input: request.input + input)
    return request
  }

  func signalWorkflowExecution(_ request: SignalWorkflowExecutionRequest) async throws {
    var request = request
    request.requestID = numbers.id(
      request.requestID, "signal", request.namespace, request.execution.workflowID, request.execution.runID,
      request.signalName, input: request.input)
    let acknowledgement = Acknowledgement.signaled(request.execution, requestID: request.requestID)
    if try await recorded?.holds(acknowledgement) != true { try await engine.signalWorkflowExecution(request) }
    acknowledgements.note(acknowledgement)
  }

  func signalWithStartWorkflowExecution(_ request: SignalWithStartWorkflowExecutionRequest) async throws
    -> StartWorkflowExecutionResponse
  {
    var request = request
    request.start = numbered(request.start, with: request.signalName, request.signalInput)
    let execution = WorkflowExecution(workflowID: request.start.workflowID)
    let signaled = Acknowledgement.signaled(execution, requestID: request.start.requestID)
    if try await recorded?.holds(signaled) == true, let recorded {
      let known = try await recorded.start(request.start.requestID, of: execution.workflowID)
      if let known { return known }
    }
    let response = try await engine.signalWithStartWorkflowExecution(request)
    acknowledgements.note(.started(WorkflowExecution(workflowID: execution.workflowID, runID: response.runID)))
    acknowledgements.note(signaled)
    return response
  }

  // MARK: Updates

  func updateWorkflowExecution(_ request: UpdateWorkflowExecutionRequest) async throws
    -> UpdateWorkflowExecutionResponse
  {
    var request = request
    request.longPollTimeout = .nanoseconds(Int64.max)
    let update = request.request
    request.request.updateID = numbers.id(
      update.updateID, "update", request.namespace, request.execution.workflowID, request.execution.runID, update.name,
      input: update.input)
    let known = try await recorded?.run(withUpdate: request.request.updateID, of: request.execution.workflowID)
    if let known {
      request.execution = known
    } else if isLaterLife, let refusal = acknowledgements.refusal(request.request.updateID) {
      return refusal
    }
    let response = try await waiting { [engine, request] in try await engine.updateWorkflowExecution(request) }
    note(response)
    return response
  }

  func pollWorkflowExecutionUpdate(_ request: PollWorkflowExecutionUpdateRequest) async throws
    -> UpdateWorkflowExecutionResponse
  {
    var request = request
    request.longPollTimeout = .nanoseconds(Int64.max)
    let response = try await waiting { [engine, request] in try await engine.pollWorkflowExecutionUpdate(request) }
    note(response)
    return response
  }

  func updateWithStartWorkflowExecution(_ request: UpdateWithStartWorkflowExecutionRequest) async throws
    -> UpdateWithStartWorkflowExecutionResponse
  {
    var request = request
    request.longPollTimeout = .nanoseconds(Int64.max)
    request.start = numbered(request.start, with: request.update.name, request.update.input)
    request.update.updateID = numbers.id(
      request.update.updateID, "update", request.start.namespace, request.start.workflowID, request.update.name,
      input: request.update.input)
    let response = try await waiting { [engine, request] in
      try await engine.updateWithStartWorkflowExecution(request)
    }
    acknowledgements.note(
      .started(WorkflowExecution(workflowID: request.start.workflowID, runID: response.start.runID)))
    note(response.update)
    return response
  }

  /// A refusal leaves no trace in a history: it is remembered, and told again when the update is repeated.
  private func note(_ response: UpdateWorkflowExecutionResponse) {
    switch response.outcome {
    case nil where response.stage >= .accepted, .success:
      acknowledgements.note(.updated(response.execution, updateID: response.updateID, response.outcome))
    case .failure: acknowledgements.note(refusal: response)
    default: break
    }
  }

  // MARK: Ends

  func requestCancelWorkflowExecution(_ request: RequestCancelWorkflowExecutionRequest) async throws {
    let acknowledgement = Acknowledgement.cancelRequested(request.execution)
    if try await recorded?.holds(acknowledgement, firstRunID: request.firstExecutionRunID) != true {
      try await engine.requestCancelWorkflowExecution(request)
    }
    acknowledgements.note(acknowledgement)
  }

  func terminateWorkflowExecution(_ request: TerminateWorkflowExecutionRequest) async throws {
    let acknowledgement = Acknowledgement.terminated(request.execution)
    if try await recorded?.holds(acknowledgement, firstRunID: request.firstExecutionRunID) != true {
      try await engine.terminateWorkflowExecution(request)
    }
    acknowledgements.note(acknowledgement)
  }

  func resetWorkflowExecution(_ request: ResetWorkflowExecutionRequest) async throws
    -> ResetWorkflowExecutionResponse
  {
    try await engine.resetWorkflowExecution(request)
  }

  func respondActivityTask(_ request: RespondActivityTaskRequest) async throws {
    try await engine.respondActivityTask(request)
  }

  func recordActivityTaskHeartbeat(_ request: RecordActivityTaskHeartbeatRequest) async throws -> Bool {
    try await engine.recordActivityTaskHeartbeat(request)
  }

  // MARK: Reading

  func getWorkflowExecutionHistory(_ request: GetWorkflowExecutionHistoryRequest) async throws
    -> GetWorkflowExecutionHistoryResponse
  {
    guard request.waitNewEvent else { return try await engine.getWorkflowExecutionHistory(request) }
    var patient = request
    // The engine's own timer for long polls would make the clock run away.
    patient.longPollTimeout = .nanoseconds(Int64.max)
    let response = try await waiting { [engine, patient] in try await engine.getWorkflowExecutionHistory(patient) }
    if let last = response.events.last, last.attributes.isClosing {
      let execution = WorkflowExecution(workflowID: request.execution.workflowID, runID: response.runID)
      acknowledgements.note(.closed(execution, last))
    }
    return response
  }

  func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> QueryWorkflowResponse {
    try await engine.queryWorkflow(request)
  }

  func describeWorkflowExecution(_ request: DescribeWorkflowExecutionRequest) async throws
    -> WorkflowExecutionDescription
  {
    try await engine.describeWorkflowExecution(request)
  }

  func listWorkflowExecutions(_ request: ListWorkflowExecutionsRequest) async throws -> ListWorkflowExecutionsResponse {
    try await engine.listWorkflowExecutions(request)
  }

  func countWorkflowExecutions(namespace: String, query: String) async throws -> Int {
    try await engine.countWorkflowExecutions(namespace: namespace, query: query)
  }

  func countWorkflowExecutions(_ request: CountWorkflowExecutionsRequest) async throws
    -> CountWorkflowExecutionsResponse
  {
    try await engine.countWorkflowExecutions(request)
  }

  func getSystemInfo() async throws -> WorkflowSystemInfo { try await engine.getSystemInfo() }

  func describeTaskQueue(_ request: DescribeTaskQueueRequest) async throws -> TaskQueueDescription {
    try await engine.describeTaskQueue(request)
  }

  func describeNamespace(_ name: String) async throws -> NamespaceDescription {
    try await engine.describeNamespace(name)
  }

  func listNamespaces() async throws -> [NamespaceDescription] { try await engine.listNamespaces() }
}
