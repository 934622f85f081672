/// Someone who waits for an update.
struct UpdateWaiter {
  var id: UInt64
  var stage: UpdateLifecycleStage
  var reply: Reply<UpdateWorkflowExecutionResponse>
}

/// An update that no workflow task has seen.
struct PendingUpdate {
  var request: UpdateRequest
  /// Whether it was accepted before, by this run or by the one that it was reset from.
  var isReapplied = false
}

extension EngineCore {
  /// The most updates of a run that are accepted and have no outcome.
  static let mostUpdatesInFlight = 100
  /// The most updates of a run in all.
  static let mostUpdates = 2000

  func update(
    _ request: UpdateWorkflowExecutionRequest, _ reply: Reply<UpdateWorkflowExecutionResponse>, at now: Timestamp
  ) {
    do {
      let run = try run(request.namespace, request.execution)
      try check(run, isOfChain: request.firstExecutionRunID)
      try admit(request.request, to: run)
      wait(for: request.request.updateID, of: run, request.waitStage, atMost: request.longPollTimeout, reply, at: now)
    } catch {
      failAfterCommit(reply, error)
    }
  }

  func pollUpdate(
    _ request: PollWorkflowExecutionUpdateRequest, _ reply: Reply<UpdateWorkflowExecutionResponse>, at now: Timestamp
  ) {
    do {
      let run = try run(request.namespace, request.execution)
      guard run.knows(request.updateID) else {
        throw WorkflowServiceError(.notFound, "update \"\(request.updateID)\" not found")
      }
      wait(for: request.updateID, of: run, request.waitStage, atMost: request.longPollTimeout, reply, at: now)
    } catch {
      failAfterCommit(reply, error)
    }
  }

  /// Takes an update in, unless the run has it already.
  func admit(_ request: UpdateRequest, to run: Run) throws {
    if request.name.isEmpty { throw WorkflowServiceError(.invalidArgument, "the update's name is empty") }
    if request.updateID.isEmpty { throw WorkflowServiceError(.invalidArgument, "the update's id is empty") }
    if run.knows(request.updateID) { return }
    guard run.isOpen else { throw WorkflowServiceError(.notFound, "workflow execution already completed") }
    try requireSpace()
    let inFlight = run.pendingUpdates.count + run.state.updates.values.count { $0.outcome == nil }
    if inFlight >= EngineCore.mostUpdatesInFlight {
      throw WorkflowServiceError(
        .resourceExhausted, "the run has \(inFlight) updates in flight, the most there may be; try again later")
    }
    if run.state.updates.count >= EngineCore.mostUpdates {
      throw WorkflowServiceError(
        .resourceExhausted, "the run has had \(EngineCore.mostUpdates) updates, the most there may be; continue as new")
    }
    run.pendingUpdates.append(PendingUpdate(request: request))
    run.state.skipStartDelay()
    makeDirty(run)
  }

  func wait(
    for updateID: String, of run: Run, _ stage: UpdateLifecycleStage, atMost limit: Duration,
    _ reply: Reply<UpdateWorkflowExecutionResponse>, at now: Timestamp
  ) {
    let id = nextLongPoll
    nextLongPoll += 1
    run.updateWaiters[updateID, default: []].append(UpdateWaiter(id: id, stage: stage, reply: reply))
    updateOfWait[id] = (run.key, updateID)
    timers.arm(.updateWait(id), deadline: now + limit)
    // The turn's workflow tasks come first; then the answer may be there already. What is told must be durable.
    mustCommit = true
    afterCommit.append { [unowned self] in answerUpdate(updateID, of: run) }
  }

  /// Answers those whose stage is reached. Called after a commit: what is told is durable.
  func answerUpdate(_ updateID: String, of run: Run) {
    guard let waiters = run.updateWaiters[updateID] else { return }
    let response = run.progress(of: updateID)
    let ready = waiters.filter { $0.stage <= response.stage || response.outcome != nil }
    if ready.isEmpty { return }
    let rest = waiters.filter { waiter in !ready.contains { $0.id == waiter.id } }
    run.updateWaiters[updateID] = rest.isEmpty ? nil : rest
    if run.updateWaiters.isEmpty, run.instance == nil { runs.release(run) }
    for waiter in ready {
      updateOfWait[waiter.id] = nil
      waiter.reply.succeed(response)
    }
  }

  /// The waiting time is over: the answer says how far the update has come.
  func expireUpdateWait(_ id: UInt64) {
    guard let (key, updateID) = updateOfWait.removeValue(forKey: id), let run = runs[key],
      let waiter = run.updateWaiters[updateID]?.first(where: { $0.id == id })
    else { return }
    run.updateWaiters[updateID]?.removeAll { $0.id == id }
    if run.updateWaiters[updateID]?.isEmpty == true { run.updateWaiters[updateID] = nil }
    if run.updateWaiters.isEmpty, run.instance == nil { runs.release(run) }
    replyAfterCommit(waiter.reply, run.progress(of: updateID))
  }

  /// A validator refused: nothing is recorded, only the sender learns of it.
  private func reject(_ request: UpdateRequest, of run: Run, _ error: any Error) {
    let failure: Failure
    if let error = error as? WorkflowServiceError {
      failure = Failure(
        message: error.message,
        info: .application(
          type: "InvalidUpdateValidator", isNonRetryable: true, details: [], nextRetryDelay: nil))
    } else {
      failure = Failure(recording: error, converter: options.payloadConverter)
    }
    let response = UpdateWorkflowExecutionResponse(
      execution: run.state.execution, updateID: request.updateID, stage: .completed, outcome: .failure(failure))
    let waiters = run.updateWaiters.removeValue(forKey: request.updateID) ?? []
    for waiter in waiters {
      updateOfWait[waiter.id] = nil
      replyAfterCommit(waiter.reply, response)
    }
  }

  /// Asks the validators of the updates that wait; what they refuse is answered.
  ///
  /// Each stays with the run until its verdict, and what is accepted until the code has seen it: a validator that does
  /// not come back loses none.
  /// - Returns: what was accepted.
  func validatePendingUpdates(of run: Run, _ instance: WorkflowInstance) -> [UpdateRequest] {
    var accepted: [UpdateRequest] = []
    // A validator that did more than look has spoilt the live code; the rest waits for a fresh replay.
    while accepted.count < run.pendingUpdates.count, !instance.isTainted {
      let update = run.pendingUpdates[accepted.count]
      do {
        var request = update.request
        request.input = try blobs.resolved(request.input)
        if !update.isReapplied { try userCode(of: run.key) { try instance.validate(request) } }
        run.pendingUpdates[accepted.count].isReapplied = true
        accepted.append(request)
      } catch {
        run.pendingUpdates.remove(at: accepted.count)
        reject(update.request, of: run, error)
      }
    }
    return accepted
  }

  /// A run goes on as another: the updates that it has not seen go with it, and whoever waits for them.
  func moveUpdates(from run: Run, to next: Run) {
    let updates = run.pendingUpdates
    run.pendingUpdates = []
    for update in updates {
      let updateID = update.request.updateID
      let waiters = run.updateWaiters.removeValue(forKey: updateID) ?? []
      next.updateWaiters[updateID] = waiters
      for waiter in waiters { updateOfWait[waiter.id] = (next.state.key, updateID) }
      if next.state.updates[updateID] == nil {
        next.pendingUpdates.append(update)
      } else {
        // A reset to an earlier run of the chain, which had the same update.
        mustCommit = true
        afterCommit.append { [unowned self] in answerUpdate(updateID, of: next) }
      }
    }
    if !next.pendingUpdates.isEmpty { makeDirty(next) }
    failUpdates(of: run)
  }

  /// The run is closed: nobody will see the updates that still wait.
  func failUpdates(of run: Run) {
    let pending = run.pendingUpdates.map(\.request.updateID)
    run.pendingUpdates = []
    for updateID in pending {
      for waiter in run.updateWaiters.removeValue(forKey: updateID) ?? [] {
        updateOfWait[waiter.id] = nil
        failAfterCommit(waiter.reply, WorkflowServiceError(.notFound, "workflow execution already completed"))
      }
    }
    let accepted = Array(run.updateWaiters.keys)
    afterCommit.append { [unowned self] in for updateID in accepted { answerUpdate(updateID, of: run) } }
  }
}

extension Run {
  func knows(_ updateID: String) -> Bool {
    state.updates[updateID] != nil || pendingUpdates.contains { $0.request.updateID == updateID }
  }

  /// How far an update has come.
  func progress(of updateID: String) -> UpdateWorkflowExecutionResponse {
    var response = UpdateWorkflowExecutionResponse(
      execution: state.execution, updateID: updateID, stage: .admitted, outcome: nil)
    guard let update = state.updates[updateID] else { return response }
    response.stage = update.outcome == nil ? .accepted : .completed
    response.outcome = update.outcome
    if response.outcome == nil, !state.isOpen {
      response.stage = .completed
      response.outcome = .failure(
        Failure(
          message: "Workflow Update failed because the Workflow completed before the Update completed.",
          info: .application(
            type: "AcceptedUpdateCompletedWorkflow", isNonRetryable: true, details: [], nextRetryDelay: nil)))
    }
    return response
  }
}

extension RunState {
  /// An update ends the wait of a delayed start; retries and cron wait on.
  mutating func skipStartDelay() {
    if started.initiator == nil, started.cronSchedule.isEmpty { firstTaskTime = nil }
  }
}
