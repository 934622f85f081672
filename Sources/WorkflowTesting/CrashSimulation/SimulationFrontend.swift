internal import DurableWorkflows

/// The way from `drive` to the engine of its life: numbers the requests, notes what is acknowledged, and lets the clock
/// move while a request waits for something that takes time.
final class SimulationFrontend: WorkflowFrontend {
  private let engine: WorkflowEngine
  private let clock: SimulationClock
  private let scheduler: SimulationScheduler
  private let acknowledgements: Acknowledgements
  private let numbers = RequestNumbers()

  init(
    engine: WorkflowEngine, clock: SimulationClock, scheduler: SimulationScheduler, acknowledgements: Acknowledgements
  ) {
    self.engine = engine
    self.clock = clock
    self.scheduler = scheduler
    self.acknowledgements = acknowledgements
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

  // MARK: Requests with consequences

  func startWorkflowExecution(_ request: StartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse {
    var request = request
    request.requestID = numbers.id(
      request.requestID, "start", request.workflowID, request.workflowType, input: request.input)
    let response = try await engine.startWorkflowExecution(request)
    acknowledgements.note(.started(WorkflowExecution(workflowID: request.workflowID, runID: response.runID)))
    return response
  }

  func signalWorkflowExecution(_ request: SignalWorkflowExecutionRequest) async throws {
    var request = request
    request.requestID = numbers.id(
      request.requestID, "signal", request.execution.workflowID, request.execution.runID, request.signalName,
      input: request.input)
    do {
      try await engine.signalWorkflowExecution(request)
    } catch let error as WorkflowServiceError where error.code == .notFound {
      // A repeated signal may come after the end of the run that has received it.
      let acknowledgement = Acknowledgement.signaled(request.execution, requestID: request.requestID)
      guard acknowledgement.complaint(about: try await history(of: request.execution)) == nil else { throw error }
    }
    acknowledgements.note(.signaled(request.execution, requestID: request.requestID))
  }

  func requestCancelWorkflowExecution(_ request: RequestCancelWorkflowExecutionRequest) async throws {
    try await engine.requestCancelWorkflowExecution(request)
    acknowledgements.note(.cancelRequested(request.execution))
  }

  func terminateWorkflowExecution(_ request: TerminateWorkflowExecutionRequest) async throws {
    do {
      try await engine.terminateWorkflowExecution(request)
    } catch let error as WorkflowServiceError where error.code == .notFound {
      let acknowledgement = Acknowledgement.terminated(request.execution)
      guard acknowledgement.complaint(about: try await history(of: request.execution)) == nil else { throw error }
    }
    acknowledgements.note(.terminated(request.execution))
  }

  private func history(of execution: WorkflowExecution) async throws -> [HistoryEvent] {
    try await WorkflowClient(frontend: engine, namespace: engine.options.namespace).history(of: execution)
  }

  // MARK: Requests that only read

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

  func getSystemInfo() async throws -> WorkflowSystemInfo { try await engine.getSystemInfo() }

  func describeNamespace(_ name: String) async throws -> NamespaceDescription {
    try await engine.describeNamespace(name)
  }
}
