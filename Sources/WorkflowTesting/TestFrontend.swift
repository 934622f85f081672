internal import DurableWorkflows
internal import Synchronization

/// The way from a test's clients to the environment's present engine. It outlives restarts, lets time be skipped while
/// a result is awaited, and turns a blocked run into an error of whoever waits for it.
final class TestFrontend: WorkflowFrontend {
  private struct State {
    var engine: WorkflowEngine?
    var closed = false
    var waitersForEngine: [CheckedContinuation<Void, Never>] = []
    var waits: [ObjectIdentifier: RunWait] = [:]
  }

  private let state = Mutex(State())
  private let clock: VirtualClock

  init(clock: VirtualClock) { self.clock = clock }

  // MARK: The environment's side

  /// From now on requests go to `engine`; those that wait for a history wait on there.
  func connect(to engine: WorkflowEngine) {
    let waiters = state.withLock { state in
      state.engine = engine
      defer { state.waitersForEngine = [] }
      return state.waitersForEngine
    }
    for waiter in waiters { waiter.resume() }
  }

  /// The engine is about to go away: requests wait for the next one.
  func disconnect() {
    let waits = state.withLock { state in
      state.engine = nil
      return Array(state.waits.values)
    }
    for wait in waits { wait.resolve(.engineReplaced) }
  }

  /// There will be no further engine.
  func close() {
    let waiters = state.withLock { state in
      state.closed = true
      defer { state.waitersForEngine = [] }
      return state.waitersForEngine
    }
    disconnect()
    for waiter in waiters { waiter.resume() }
  }

  /// A workflow task of a run failed.
  func workflowTaskFailed(_ execution: WorkflowExecution, in namespace: String, _ error: any Error) {
    let waits = state.withLock { $0.waits.values.filter { $0.concerns(execution, in: namespace) } }
    for wait in waits { wait.resolve(.blocked(TestFrontend.error(error, of: execution))) }
  }

  /// A run is closed.
  func workflowClosed(_ execution: WorkflowExecution, in namespace: String) {
    let waits = state.withLock { $0.waits.values.filter { $0.concerns(execution, in: namespace) } }
    for wait in waits { wait.runClosed() }
  }

  func engine() async throws -> WorkflowEngine {
    while true {
      let (engine, isClosed) = state.withLock { ($0.engine, $0.closed) }
      if let engine { return engine }
      if isClosed { throw WorkflowServiceError(.unavailable, "the test environment is closed") }
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          if state.engine != nil || state.closed { return true }
          state.waitersForEngine.append(continuation)
          return false
        }
        if isReady { continuation.resume() }
      }
    }
  }

  /// Makes a request, and makes it again of the next engine if the present one is replaced meanwhile.
  private func repeating<Response>(
    _ request: (WorkflowEngine) async throws -> Response
  ) async throws -> Response {
    while true {
      let engine = try await engine()
      do {
        return try await request(engine)
      } catch let error as WorkflowServiceError
        where error.code == .unavailable && state.withLock({ $0.engine !== engine && !$0.closed })
      {
        continue
      }
    }
  }

  // MARK: Waiting for history

  func getWorkflowExecutionHistory(_ request: GetWorkflowExecutionHistoryRequest) async throws
    -> GetWorkflowExecutionHistoryResponse
  {
    guard request.waitNewEvent else { return try await repeating { try await $0.getWorkflowExecutionHistory(request) } }
    var patient = request
    // The engine's own timer for long polls would make a skipping clock run away.
    patient.longPollTimeout = .nanoseconds(Int64.max)
    return try await repeating { [patient] in try await waitForHistory(patient, $0) }
  }

  private func waitForHistory(_ request: GetWorkflowExecutionHistoryRequest, _ engine: WorkflowEngine) async throws
    -> GetWorkflowExecutionHistoryResponse
  {
    let skipsTime = request.filter == .closeEvent
    return try await waiting(for: request.execution, request.namespace, skipsTime: skipsTime, engine) {
      try await engine.getWorkflowExecutionHistory(request)
    }
  }

  /// Makes a request that waits. A run that blocks ends the wait, if only its progress could answer.
  private func waiting<Response: Sendable>(
    for execution: WorkflowExecution, _ namespace: String, skipsTime: Bool, _ engine: WorkflowEngine,
    _ request: @escaping @Sendable () async throws -> Response
  ) async throws -> Response {
    while true {
      let wait = RunWait(execution, in: namespace)
      state.withLock { $0.waits[ObjectIdentifier(wait)] = wait }
      defer { state.withLock { _ = $0.waits.removeValue(forKey: ObjectIdentifier(wait)) } }
      if skipsTime, try await isOpen(execution, namespace, engine) { wait.permitSkipping(of: clock) }
      Task {
        do {
          wait.resolve(.answered(.success(try await request())))
        } catch {
          wait.resolve(.answered(.failure(error)))
        }
      }
      switch await wait.outcome() {
      case .answered(let result):
        if let response = try result.get() as? Response { return response }
      case .blocked(let error):
        if skipsTime { throw error }
      case .engineReplaced: throw WorkflowServiceError(.unavailable, "the engine is being replaced")
      case .cancelled: throw CancellationError()
      }
    }
  }

  /// - Returns: whether the run is open.
  /// - Throws: what blocks it.
  private func isOpen(
    _ execution: WorkflowExecution, _ namespace: String, _ engine: WorkflowEngine
  ) async throws -> Bool {
    let description = try await engine.describeWorkflowExecution(
      DescribeWorkflowExecutionRequest(namespace: namespace, execution: execution))
    guard let task = description.pendingWorkflowTask else { return description.info.status.isOpen }
    throw task.nonDeterminismError
      ?? WorkflowBlockedError(execution: description.info.execution, reason: task.failure.message)
  }

  private static func error(_ error: any Error, of execution: WorkflowExecution) -> any Error {
    error is NonDeterminismError ? error : WorkflowBlockedError(execution: execution, reason: "\(error)")
  }

  // MARK: Waiting for updates

  func updateWorkflowExecution(_ request: UpdateWorkflowExecutionRequest) async throws
    -> UpdateWorkflowExecutionResponse
  {
    var patient = request
    patient.longPollTimeout = .nanoseconds(Int64.max)
    return try await repeating { [patient] engine in
      try await waiting(
        for: patient.execution, patient.namespace, skipsTime: patient.waitStage == .completed, engine
      ) { try await engine.updateWorkflowExecution(patient) }
    }
  }

  func pollWorkflowExecutionUpdate(_ request: PollWorkflowExecutionUpdateRequest) async throws
    -> UpdateWorkflowExecutionResponse
  {
    var patient = request
    patient.longPollTimeout = .nanoseconds(Int64.max)
    return try await repeating { [patient] engine in
      try await waiting(
        for: patient.execution, patient.namespace, skipsTime: patient.waitStage == .completed, engine
      ) { try await engine.pollWorkflowExecutionUpdate(patient) }
    }
  }

  func updateWithStartWorkflowExecution(_ request: UpdateWithStartWorkflowExecutionRequest) async throws
    -> UpdateWithStartWorkflowExecutionResponse
  {
    var patient = request
    patient.longPollTimeout = .nanoseconds(Int64.max)
    return try await repeating { [patient] in try await $0.updateWithStartWorkflowExecution(patient) }
  }

  // MARK: Everything else

  func signalWithStartWorkflowExecution(_ request: SignalWithStartWorkflowExecutionRequest) async throws
    -> StartWorkflowExecutionResponse
  {
    guard !request.start.requestID.isEmpty else { return try await engine().signalWithStartWorkflowExecution(request) }
    return try await repeating { try await $0.signalWithStartWorkflowExecution(request) }
  }

  func resetWorkflowExecution(_ request: ResetWorkflowExecutionRequest) async throws
    -> ResetWorkflowExecutionResponse
  {
    try await engine().resetWorkflowExecution(request)
  }

  func respondActivityTask(_ request: RespondActivityTaskRequest) async throws {
    try await engine().respondActivityTask(request)
  }

  func recordActivityTaskHeartbeat(_ request: RecordActivityTaskHeartbeatRequest) async throws -> Bool {
    try await repeating { try await $0.recordActivityTaskHeartbeat(request) }
  }


  // Starts and signals with a request id have one effect, however often they are made.

  func startWorkflowExecution(_ request: StartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse {
    guard !request.requestID.isEmpty else { return try await engine().startWorkflowExecution(request) }
    return try await repeating { try await $0.startWorkflowExecution(request) }
  }

  func signalWorkflowExecution(_ request: SignalWorkflowExecutionRequest) async throws {
    guard !request.requestID.isEmpty else { return try await engine().signalWorkflowExecution(request) }
    try await repeating { try await $0.signalWorkflowExecution(request) }
  }

  func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> QueryWorkflowResponse {
    try await repeating { try await $0.queryWorkflow(request) }
  }

  func describeWorkflowExecution(_ request: DescribeWorkflowExecutionRequest) async throws
    -> WorkflowExecutionDescription
  {
    try await repeating { try await $0.describeWorkflowExecution(request) }
  }

  func requestCancelWorkflowExecution(_ request: RequestCancelWorkflowExecutionRequest) async throws {
    try await repeating { try await $0.requestCancelWorkflowExecution(request) }
  }

  func terminateWorkflowExecution(_ request: TerminateWorkflowExecutionRequest) async throws {
    try await engine().terminateWorkflowExecution(request)
  }

  func listWorkflowExecutions(_ request: ListWorkflowExecutionsRequest) async throws -> ListWorkflowExecutionsResponse {
    try await repeating { try await $0.listWorkflowExecutions(request) }
  }

  func countWorkflowExecutions(namespace: String, query: String) async throws -> Int {
    try await repeating { try await $0.countWorkflowExecutions(namespace: namespace, query: query) }
  }

  func countWorkflowExecutions(_ request: CountWorkflowExecutionsRequest) async throws
    -> CountWorkflowExecutionsResponse
  {
    try await repeating { try await $0.countWorkflowExecutions(request) }
  }

  func getSystemInfo() async throws -> WorkflowSystemInfo {
    try await repeating { try await $0.getSystemInfo() }
  }

  func describeTaskQueue(_ request: DescribeTaskQueueRequest) async throws -> TaskQueueDescription {
    try await repeating { try await $0.describeTaskQueue(request) }
  }

  func describeNamespace(_ name: String) async throws -> NamespaceDescription {
    try await repeating { try await $0.describeNamespace(name) }
  }

  func listNamespaces() async throws -> [NamespaceDescription] {
    try await repeating { try await $0.listNamespaces() }
  }

  // MARK: Schedules

  func createSchedule(_ request: CreateScheduleRequest) async throws -> CreateScheduleResponse {
    guard !request.requestID.isEmpty else { return try await engine().createSchedule(request) }
    return try await repeating { try await $0.createSchedule(request) }
  }

  func describeSchedule(_ request: DescribeScheduleRequest) async throws -> ScheduleDescription {
    try await repeating { try await $0.describeSchedule(request) }
  }

  func updateSchedule(_ request: UpdateScheduleRequest) async throws {
    try await repeating { try await $0.updateSchedule(request) }
  }

  func patchSchedule(_ request: PatchScheduleRequest) async throws {
    guard !request.requestID.isEmpty else { return try await engine().patchSchedule(request) }
    try await repeating { try await $0.patchSchedule(request) }
  }

  func deleteSchedule(_ request: DeleteScheduleRequest) async throws {
    try await engine().deleteSchedule(request)
  }

  func listScheduleMatchingTimes(_ request: ListScheduleMatchingTimesRequest) async throws -> [Timestamp] {
    try await repeating { try await $0.listScheduleMatchingTimes(request) }
  }

  func listSchedules(_ request: ListSchedulesRequest) async throws -> ListSchedulesResponse {
    try await repeating { try await $0.listSchedules(request) }
  }

  func countSchedules(namespace: String, query: String) async throws -> Int {
    try await repeating { try await $0.countSchedules(namespace: namespace, query: query) }
  }
}
