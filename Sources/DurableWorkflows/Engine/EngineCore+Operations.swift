extension EngineCore {
  func pause(_ request: PauseWorkflowExecutionRequest, at now: Timestamp) throws {
    let run = try openRun(request.namespace, request.execution)
    if let pause = run.state.pause {
      if !request.requestID.isEmpty, pause.requestID == request.requestID { return }
      throw WorkflowServiceError(.failedPrecondition, "the run is paused already, by \(pause.identity)")
    }
    pause(run, request, at: now)
  }

  func unpause(_ request: PauseWorkflowExecutionRequest, at now: Timestamp) throws {
    let run = try openRun(request.namespace, request.execution)
    if run.state.pause == nil { throw WorkflowServiceError(.failedPrecondition, "the run is not paused") }
    unpause(run, request, at: now)
  }

  func pause(_ run: Run, _ request: PauseWorkflowExecutionRequest, at now: Timestamp) {
    absorb(
      run.state.pause(reason: request.reason, identity: request.identity, requestID: request.requestID, at: now),
      into: run)
    noteForIndex(run)
  }

  func unpause(_ run: Run, _ request: PauseWorkflowExecutionRequest, at now: Timestamp) {
    absorb(
      run.state.unpause(reason: request.reason, identity: request.identity, requestID: request.requestID, at: now),
      into: run)
    noteForIndex(run)
    makeDirty(run)
  }

  /// Deletes a run, which is terminated first if it is open.
  ///
  /// - Returns: whether it was the current run of its id.
  func delete(_ request: DeleteWorkflowExecutionRequest, at now: Timestamp) throws -> Bool {
    let run = try run(request.namespace, request.execution)
    return delete(run, identity: request.identity, at: now)
  }

  @discardableResult
  func delete(_ run: Run, identity: String, at now: Timestamp) -> Bool {
    if run.state.isDeleted { return false }
    if run.state.isOpen {
      absorb(
        run.state.terminate(reason: "deleted", details: [], identity: identity, at: now), into: run)
    }
    absorb(run.state.delete(at: now), into: run)
    let key = run.state.key
    afterCommit.append { [unowned self] in
      for (id, poll) in longPolls where poll.run == key {
        poll.reply.fail(WorkflowServiceError(.notFound, "the run was deleted"))
        longPolls[id] = nil
      }
      runs.forget(key)
      let started = run.state.started
      runOfID[started.runID] = nil
      let namespace = started.namespace
      visibility.note([.forget(key, namespace: namespace)])
      if currentRun[namespace, started.workflowID] == key {
        currentRun[namespace, started.workflowID] = nil
        findCurrentRun(of: started.workflowID, in: namespace)
      }
      if started.isReset, resetRuns[namespace, started.requestID] == key {
        resetRuns[namespace, started.requestID] = nil
      }
    }
    return currentRun[run.state.started.namespace, run.state.started.workflowID] == key
  }

  /// Asks the index for the newest run that is left of an id.
  private func findCurrentRun(of workflowID: String, in namespace: NamespaceKey) {
    visibility.ask(in: namespace) { [mailbox] index in
      guard case .success(let index) = index, let key = index.newestRun(of: workflowID) else { return }
      mailbox.post(.adoptCurrentRun(workflowID, key))
    }
  }

  /// The current run of an id was deleted: the newest of those that are left takes its place.
  func adoptCurrentRun(_ workflowID: String, _ key: RunKey) {
    guard let started = runs[key]?.state.started, started.workflowID == workflowID else { return }
    if currentRun[started.namespace, workflowID] == nil { currentRun[started.namespace, workflowID] = key }
  }
}
