internal import Logging
internal import WorkflowJournal

extension EngineCore {
  // MARK: Recovery and recording

  /// Takes over the schedules of the journal. Times that passed meanwhile fire in the first turn.
  func adopt(_ recovered: RecoveredSchedules) {
    for var machine in recovered.machines {
      if let error = machine.specError {
        options.logger.error(
          "a schedule of the journal names no times on this machine",
          metadata: ["schedule_id": "\(machine.id)", "error": "\(error)"])
      }
      schedules.adopt(machine)
      // Runs and schedules are recorded together; a run that is unknown or closed here cannot be waited for.
      for running in machine.progress.running where !isOpen(running.execution, in: machine.namespace) {
        let state = runOfID[running.execution.runID].flatMap { runs[$0]?.state }
        options.logger.warning(
          "a schedule's run is not open",
          metadata: ["schedule_id": "\(machine.id)", "workflow_id": "\(running.execution.workflowID)"])
        machine.closed(workflowID: running.execution.workflowID, status: state?.status ?? .terminated)
      }
      schedules.put(machine)
      arm(machine.key)
    }
  }

  /// Appends what the schedules have done in the turn.
  ///
  /// - Returns: whether there was anything.
  func appendScheduleRecords() throws -> Bool {
    let records = schedules.takeRecords()
    for (namespace, record) in records {
      var writer = ByteWriter()
      writer.scheduleRecord(record, in: namespace)
      _ = try journal.append(type: RecordType.schedule, body: writer.bytes)
    }
    return !records.isEmpty
  }

  // MARK: Inputs

  /// A schedule's time has come.
  func wakeSchedule(_ wakeUp: ScheduleTable.WakeUp, at now: Timestamp) {
    // What is due while the engine shuts down is caught up with by the next process.
    if !hasSpace, !isShuttingDown {
      // Its starts would be refused; they are caught up with.
      timers.arm(.schedule(wakeUp), deadline: now + .seconds(5))
      return
    }
    guard !isShuttingDown, let machine = schedules.fired(wakeUp) else { return }
    if let deletionTime = machine.deletionTime, deletionTime <= now {
      options.logger.info("a schedule with nothing left to do is deleted", metadata: ["schedule_id": "\(machine.id)"])
      schedules.remove(machine.key)
      return
    }
    settle(machine.key, at: now)
  }

  /// Tells the schedules which of their runs have closed; their next runs start in the same turn.
  func runSchedules(at now: Timestamp) {
    while true {
      if !links.isEmpty { deliverLinks(at: now) }
      let closings = schedules.takeClosings()
      if closings.isEmpty { break }
      for closing in closings {
        // A run that was reset goes on as another.
        guard !isOpen(closing.execution, in: closing.schedule.namespace), var machine = schedules[closing.schedule]
        else { continue }
        machine.closed(
          workflowID: closing.execution.workflowID, status: closing.status, result: closing.result,
          failure: closing.failure)
        schedules.put(machine)
        if !isShuttingDown { settle(machine.key, at: now) }
      }
    }
    if schedules.hasRecords { mustCommit = true }
  }

  /// Lets a schedule do what is to be done now, and arms its timer.
  func settle(_ id: NamespacedID, at now: Timestamp) {
    guard var machine = schedules[id] else { return }
    guard hasSpace else {
      // Its starts would be refused, for good.
      machine.hold(until: now)
      schedules.put(machine)
      return arm(id)
    }
    var effects = machine.advance(to: now)
    while !effects.isEmpty {
      for effect in effects { perform(effect, of: &machine, at: now) }
      effects = machine.takeBuffer()
    }
    schedules.put(machine)
    arm(id)
  }

  /// There is space again for what the schedules could not start. Beside runs that overlap nothing else wakes them
  /// before their next time.
  func startHeldSchedules(at now: Timestamp) {
    for id in schedules.ids where schedules[id]?.progress.buffer.isEmpty == false { settle(id, at: now) }
    // What they have done is recorded in the next turn.
    mailbox.post(.wake)
  }

  private func arm(_ id: NamespacedID) {
    guard let (wakeUp, deadline) = schedules.nextWakeUp(of: id) else { return }
    timers.arm(.schedule(wakeUp), deadline: deadline)
  }

  // MARK: Effects

  private func perform(_ effect: ScheduleMachine.Effect, of machine: inout ScheduleMachine, at now: Timestamp) {
    switch effect {
    case .start(let start):
      do {
        let response = try self.start(request(for: start, of: machine), at: now)
        machine.started(start, runID: response.runID, at: now)
      } catch {
        options.logger.error(
          "a schedule could not start its workflow",
          metadata: [
            "schedule_id": "\(machine.id)", "workflow_id": "\(start.workflowID)", "error": "\(error)",
          ])
        machine.refused(start, error: (error as? WorkflowServiceError)?.message ?? "\(error)")
      }
    case .cancel(let execution):
      let request = RequestCancelWorkflowExecutionRequest(
        namespace: options.name(of: machine.namespace),
        execution: WorkflowExecution(workflowID: execution.workflowID),
        reason: "cancelled by schedule overlap policy", identity: identity(machine.key))
      end(execution, of: &machine) { try requestCancel(request, at: now) }
    case .terminate(let execution):
      let request = TerminateWorkflowExecutionRequest(
        namespace: options.name(of: machine.namespace),
        execution: WorkflowExecution(workflowID: execution.workflowID),
        reason: "terminated by schedule overlap policy", identity: identity(machine.key))
      end(execution, of: &machine) { try terminate(request, at: now) }
    }
  }

  /// Ends a run. If it turns out to be gone the schedule is told at once, so that it does not wait for ever.
  private func end(_ execution: WorkflowExecution, of machine: inout ScheduleMachine, _ body: () throws -> Void) {
    do {
      try body()
    } catch {
      options.logger.warning(
        "a schedule's run could not be ended",
        metadata: ["schedule_id": "\(machine.id)", "workflow_id": "\(execution.workflowID)", "error": "\(error)"])
      if !isOpen(execution, in: machine.namespace) {
        machine.closed(workflowID: execution.workflowID, status: .terminated)
      }
    }
  }

  /// Whether the chain that a run began is open.
  private func isOpen(_ execution: WorkflowExecution, in namespace: NamespaceKey) -> Bool {
    guard let state = currentRun[namespace, execution.workflowID].flatMap({ runs[$0]?.state }) else { return false }
    return state.isOpen && state.started.firstRunID == execution.runID
  }

  private func identity(_ schedule: NamespacedID) -> String {
    "temporal-scheduler-\(options.name(of: schedule.namespace))-\(schedule.id)"
  }

  private func request(for start: ScheduleMachine.Start, of machine: ScheduleMachine) throws
    -> StartWorkflowExecutionRequest
  {
    var request = startRequest(machine.definition.action, workflowID: start.workflowID, in: machine.namespace)
    request.identity = identity(machine.key)
    if !start.isOverlapping {
      request.lastCompletionResult = machine.outcome.lastCompletionResult
      request.continuedFailure = machine.outcome.failure
    }
    // A time is started once, whatever the clock does; somebody who asks for it again gets it again.
    request.idReusePolicy = start.isManual ? .allowDuplicate : .rejectDuplicate
    let converter = JSONPayloadConverter()
    let nominal = start.time.nominal
    let second = nominal + .nanoseconds(-Int64(nominal.nanoseconds))
    request.searchAttributes[RunState.scheduledStartTime] = try converter.payload(for: second.description)
      .typed("Datetime")
    request.searchAttributes[RunState.scheduledByID] = try converter.payload(for: machine.id).typed("Keyword")
    return request
  }

  /// The request that an action makes.
  func startRequest(
    _ action: ScheduleAction, workflowID: String, in namespace: NamespaceKey
  ) -> StartWorkflowExecutionRequest {
    switch action {
    case .startWorkflow(let action):
      var request = StartWorkflowExecutionRequest(
        namespace: options.name(of: namespace), workflowID: workflowID, workflowType: action.workflowType,
        taskQueue: action.taskQueue)
      request.input = action.input
      request.executionTimeout = action.executionTimeout
      request.runTimeout = action.runTimeout
      request.taskTimeout = action.taskTimeout
      request.retryPolicy = action.retryPolicy
      request.memo = action.memo
      request.searchAttributes = action.searchAttributes
      request.header = action.header
      request.priority = action.priority
      return request
    }
  }
}

extension Payload {
  /// The payload with the search attribute type that Temporal's tools show.
  fileprivate func typed(_ type: String) -> Payload {
    var payload = self
    payload.metadata["type"] = Array(type.utf8)
    return payload
  }
}
