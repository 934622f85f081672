internal import DurableWorkflows

/// The requests that histories hold. A process that repeats its requests after a crash finds those here that an engine
/// cannot recognise, because their run has closed or gone on as another one.
struct RecordedRequests: Sendable {
  let engine: WorkflowEngine

  /// A run in one of the engine's namespaces.
  typealias RecordedRun = (namespace: String, execution: WorkflowExecution, history: [HistoryEvent])

  /// All runs with their histories, namespace by namespace, in the order in which they were started.
  func runs(of workflowID: String? = nil) async throws -> [RecordedRun] {
    var runs: [RecordedRun] = []
    for namespace in try await engine.listNamespaces().map(\.name) {
      runs += try await self.runs(of: workflowID, in: namespace)
    }
    return runs
  }

  private func runs(of workflowID: String?, in namespace: String) async throws -> [RecordedRun] {
    let client = try engine.client(namespace: namespace)
    var request = ListWorkflowExecutionsRequest(namespace: namespace, query: "ORDER BY StartTime DESC")
    var runs: [RecordedRun] = []
    repeat {
      let page = try await engine.listWorkflowExecutions(request)
      for info in page.executions where workflowID == nil || info.execution.workflowID == workflowID {
        runs.append((namespace, info.execution, try await client.history(of: info.execution)))
      }
      request.nextPageToken = page.nextPageToken
    } while !request.nextPageToken.isEmpty
    return runs.reversed()
  }

  /// The run that a start request began.
  func start(_ requestID: String, of workflowID: String) async throws -> StartWorkflowExecutionResponse? {
    for run in try await runs(of: workflowID) {
      guard case .workflowExecutionStarted(let started)? = run.history.first?.attributes,
        started.requestID == requestID, !requestID.isEmpty, started.runID == started.firstRunID
      else { continue }
      return StartWorkflowExecutionResponse(runID: started.runID, started: true)
    }
    return nil
  }

  /// Whether a run of the id has what was acknowledged.
  func holds(_ acknowledgement: Acknowledgement, firstRunID: String = "") async throws -> Bool {
    let execution = acknowledgement.execution
    return try await runs(of: execution.workflowID).contains { run in
      (execution.runID.isEmpty || run.execution.runID == execution.runID)
        && (firstRunID.isEmpty || run.history.firstRunID == firstRunID)
        && acknowledgement.complaint(about: run.history) == nil
    }
  }

  /// The run that has accepted an update.
  func run(withUpdate updateID: String, of workflowID: String) async throws -> WorkflowExecution? {
    try await runs(of: workflowID).first { run in
      Acknowledgement.updated(run.execution, updateID: updateID, nil).complaint(about: run.history) == nil
    }?.execution
  }
}

extension [HistoryEvent] {
  /// The first run of the chain.
  var firstRunID: String? {
    if case .workflowExecutionStarted(let started)? = first?.attributes { started.firstRunID } else { nil }
  }
}
