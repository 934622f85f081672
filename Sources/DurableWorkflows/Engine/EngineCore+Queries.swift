internal import Synchronization

extension EngineCore {
  func enqueueQuery(_ request: QueryWorkflowRequest, _ reply: Reply<QueryWorkflowResponse>) {
    do {
      let run = try run(request.namespace, request.execution)
      if request.queryType.isEmpty { throw WorkflowServiceError(.invalidArgument, "the query's name is empty") }
      pendingQueries.append((run.key, request, reply))
    } catch {
      reply.fail(error)
    }
  }

  /// Answers the turn's queries, after its workflow tasks: a query sees everything that arrived before it.
  func answerQueries(at now: Timestamp) {
    while nextQuery < pendingQueries.count {
      let (key, request, reply) = pendingQueries[nextQuery]
      nextQuery += 1
      guard let run = runs[key] else { continue }
      currentQuery = (request, reply)
      do {
        replyAfterCommit(reply, try answer(request, of: run))
      } catch let error as WorkflowServiceError {
        failAfterCommit(reply, error)
      } catch {
        failAfterCommit(reply, WorkflowServiceError(.queryFailed, "\(error)"))
      }
      currentQuery = nil
    }
    pendingQueries.removeAll(keepingCapacity: true)
    nextQuery = 0
  }

  private func answer(_ request: QueryWorkflowRequest, of run: Run) throws -> QueryWorkflowResponse {
    let status = run.state.status
    switch request.rejectCondition {
    case .notOpen where status != .running: return .rejected(status)
    case .notCompletedCleanly where status != .running && status != .completed: return .rejected(status)
    default: break
    }
    if run.timesLost > EngineCore.mostLosses {
      throw WorkflowServiceError(
        .queryFailed, "the workflow's code has not yielded \(run.timesLost) times; restart the process with other code")
    }
    if let quarantine = run.state.quarantine {
      throw WorkflowServiceError(.queryFailed, "the run is in quarantine: \(quarantine.reason)")
    }
    if let blocked = run.state.blocked {
      throw WorkflowServiceError(
        .queryFailed, "the run is blocked by a failed workflow task: \(blocked.failure.message)")
    }
    let wasLoaded = run.instance != nil
    let instance = try liveInstance(of: run)
    defer { if instance.isTainted || !wasLoaded && !run.isOpen { dropInstance(of: run) } }
    if request.queryType == WorkflowMetadata.queryName { return .result([try instance.metadata()]) }
    if request.queryType == "__stack_trace" {
      throw WorkflowServiceError(.queryFailed, instance.unknownQueryMessage(request.queryType))
    }
    let arguments = try blobs.resolved(request.arguments)
    let answer = try userCode(of: run.key) {
      try instance.query(request.queryType, arguments, header: request.header)
    }
    return .result([answer])
  }
}

extension WorkflowInstance {
  /// The names in brackets are what Temporal's Web UI reads out of the text.
  func unknownQueryMessage(_ name: String) -> String {
    let names = state.withLock { $0.workflow?.queryNames ?? [] }
    return "unknown query '\(name)' of workflow '\(registration.name)'; known queries: [\(names.joined(separator: " "))]"
  }
}
