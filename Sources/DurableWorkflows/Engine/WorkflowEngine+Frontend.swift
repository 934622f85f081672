internal import WorkflowJournal

extension WorkflowEngine: WorkflowFrontend {
  /// The version that ``getSystemInfo()`` reports.
  public static let version = "0.1.0"

  public func startWorkflowExecution(_ request: StartWorkflowExecutionRequest) async throws
    -> StartWorkflowExecutionResponse
  {
    let prepared = try externalized(request)
    return try await self.request { .start(prepared, $0) }
  }

  public func signalWorkflowExecution(_ request: SignalWorkflowExecutionRequest) async throws {
    var request = request
    request.input = try externalized(request.input)
    let prepared = request
    return try await self.request { .signal(prepared, $0) }
  }

  public func updateWorkflowExecution(_ request: UpdateWorkflowExecutionRequest) async throws
    -> UpdateWorkflowExecutionResponse
  {
    var request = request
    request.request.input = try externalized(request.request.input)
    let prepared = request
    return try resolved(try await self.request { .update(prepared, $0) })
  }

  public func pollWorkflowExecutionUpdate(_ request: PollWorkflowExecutionUpdateRequest) async throws
    -> UpdateWorkflowExecutionResponse
  {
    try resolved(try await self.request { .pollUpdate(request, $0) })
  }

  public func signalWithStartWorkflowExecution(_ request: SignalWithStartWorkflowExecutionRequest) async throws
    -> StartWorkflowExecutionResponse
  {
    var request = request
    request.start = try externalized(request.start)
    request.signalInput = try externalized(request.signalInput)
    let prepared = request
    return try await self.request { .signalWithStart(prepared, $0) }
  }

  public func updateWithStartWorkflowExecution(_ request: UpdateWithStartWorkflowExecutionRequest) async throws
    -> UpdateWithStartWorkflowExecutionResponse
  {
    var request = request
    request.start = try externalized(request.start)
    request.update.input = try externalized(request.update.input)
    let prepared = request
    var response = try await self.request { .updateWithStart(prepared, $0) }
    response.update = try resolved(response.update)
    return response
  }

  public func resetWorkflowExecution(_ request: ResetWorkflowExecutionRequest) async throws
    -> ResetWorkflowExecutionResponse
  {
    try await self.request { .reset(request, $0) }
  }

  public func respondActivityTask(_ request: RespondActivityTaskRequest) async throws {
    var request = request
    if case .completed(let result) = request.outcome { request.outcome = .completed(try externalized(result)) }
    let prepared = request
    try await self.request { .respondActivity(prepared, $0) }
  }

  public func recordActivityTaskHeartbeat(_ request: RecordActivityTaskHeartbeatRequest) async throws -> Bool {
    try await self.request { .recordActivityHeartbeat(request, $0) }
  }

  private func externalized(_ start: StartWorkflowExecutionRequest) throws -> StartWorkflowExecutionRequest {
    var start = start
    start.input = try externalized(start.input)
    start.lastCompletionResult = try externalized(start.lastCompletionResult)
    return start
  }

  private func resolved(_ response: UpdateWorkflowExecutionResponse) throws -> UpdateWorkflowExecutionResponse {
    guard case .success(let result) = response.outcome else { return response }
    var response = response
    do {
      response.outcome = .success(try opened.payloads.resolved(result))
    } catch {
      throw WorkflowServiceError(.unavailable, "the update's result cannot be read: \(error)")
    }
    return response
  }

  public func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> QueryWorkflowResponse {
    try await self.request { .query(request, $0) }
  }

  public func describeWorkflowExecution(_ request: DescribeWorkflowExecutionRequest) async throws
    -> WorkflowExecutionDescription
  {
    try await self.request { .describe(request, $0) }
  }

  public func getWorkflowExecutionHistory(_ request: GetWorkflowExecutionHistoryRequest) async throws
    -> GetWorkflowExecutionHistoryResponse
  {
    var response = try await self.request { .history(request, $0) }
    do {
      response.events = try response.events.map(opened.payloads.resolved)
    } catch {
      throw WorkflowServiceError(.unavailable, "a payload of the history cannot be read: \(error)")
    }
    return response
  }

  public func requestCancelWorkflowExecution(_ request: RequestCancelWorkflowExecutionRequest) async throws {
    try await self.request { .requestCancel(request, $0) }
  }

  public func terminateWorkflowExecution(_ request: TerminateWorkflowExecutionRequest) async throws {
    try await self.request { .terminate(request, $0) }
  }

  public func listWorkflowExecutions(_ request: ListWorkflowExecutionsRequest) async throws
    -> ListWorkflowExecutionsResponse
  {
    let namespace = try options.key(ofNamespace: request.namespace)
    return try await visibility.request(in: namespace) { try $0.list(request) }
  }

  public func countWorkflowExecutions(namespace: String, query: String) async throws -> Int {
    try await countWorkflowExecutions(CountWorkflowExecutionsRequest(namespace: namespace, query: query)).count
  }

  public func countWorkflowExecutions(_ request: CountWorkflowExecutionsRequest) async throws
    -> CountWorkflowExecutionsResponse
  {
    let namespace = try options.key(ofNamespace: request.namespace)
    return try await visibility.request(in: namespace) { try $0.count(request) }
  }

  public func pauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws {
    try await self.request { .pause(request, $0) }
  }

  public func unpauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws {
    try await self.request { .unpause(request, $0) }
  }

  public func deleteWorkflowExecution(_ request: DeleteWorkflowExecutionRequest) async throws {
    let wasCurrent = try await self.request { .delete(request, $0) }
    // Whoever asks for the id next gets the newest run that is left.
    if wasCurrent, options.indexesRuns { try await visibility.request { _ in } }
  }

  public func startBatchOperation(_ request: StartBatchOperationRequest) async throws {
    let namespace = try options.key(ofNamespace: request.namespace)
    if request.jobID.isEmpty { throw WorkflowServiceError(.invalidArgument, "the batch's id is empty") }
    guard BatchJob.rates.contains(request.maxOperationsPerSecond) else {
      throw WorkflowServiceError(
        .invalidArgument,
        "a batch cannot have \(request.maxOperationsPerSecond) operations per second; give a number between "
          + "\(BatchJob.rates.lowerBound) and \(BatchJob.rates.upperBound)")
    }
    var request = request
    switch request.operation {
    case .signal(let name, let input, let header):
      if name.isEmpty { throw WorkflowServiceError(.invalidArgument, "the signal's name is empty") }
      request.operation = .signal(name: name, input: try externalized(input), header: header)
    case .terminate(let details): request.operation = .terminate(details: try externalized(details))
    case .cancel, .delete, .pause, .unpause, .reset: break
    }
    let prepared = request
    let total = try await visibility.request(in: namespace) {
      try $0.checkBatch(prepared.query, matchesEveryRun: prepared.matchesEveryRun)
    }
    try await self.request { .startBatch(prepared, total: total, $0) }
  }

  public func stopBatchOperation(_ request: StopBatchOperationRequest) async throws {
    try await self.request { .stopBatch(request, $0) }
  }

  public func describeBatchOperation(namespace: String, jobID: String) async throws -> BatchOperationDescription {
    let id = NamespacedID(try options.key(ofNamespace: namespace), jobID)
    return try await request { .describeBatch(id, $0) }
  }

  public func listBatchOperations(namespace: String) async throws -> [BatchOperationDescription] {
    let namespace = try options.key(ofNamespace: namespace)
    return try await request { .listBatches(namespace, $0) }
  }

  public func getSystemInfo() async throws -> WorkflowSystemInfo {
    WorkflowSystemInfo(serverVersion: WorkflowEngine.version, identity: options.identity, clusterID: opened.journalID)
  }

  func externalized(_ payloads: [Payload]) throws -> [Payload] {
    do {
      return try opened.payloads.externalized(payloads)
    } catch let error as ApplicationError {
      throw WorkflowServiceError(.invalidArgument, error.message)
    } catch let error as JournalError where error.code == .full {
      throw WorkflowServiceError(.resourceExhausted, "there is no space for a large payload: \(error)")
    } catch {
      throw WorkflowServiceError(.unavailable, "a payload cannot be stored: \(error)")
    }
  }
}
