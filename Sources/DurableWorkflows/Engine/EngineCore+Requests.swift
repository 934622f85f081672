internal import Logging
internal import WorkflowJournal

extension EngineCore {
  /// Takes a message into the turn.
  func handle(_ message: EngineMessage, at now: Timestamp) {
    switch message {
    case .start(let request, let reply): respond(reply) { try start(request, at: now) }
    case .signal(let request, let reply): respond(reply) { try signal(request, at: now) }
    case .requestCancel(let request, let reply): respond(reply) { try requestCancel(request, at: now) }
    case .terminate(let request, let reply): respond(reply) { try terminate(request, at: now) }
    case .query(let request, let reply): enqueueQuery(request, reply)
    case .describe(let request, let reply):
      respond(reply) { describe(try run(request.namespace, request.execution)) }
    case .history(let request, let reply): readHistory(request, reply, at: now)
    case .visibility: visibility.drain()
    case .pause(let request, let reply): respond(reply) { try pause(request, at: now) }
    case .unpause(let request, let reply): respond(reply) { try unpause(request, at: now) }
    case .delete(let request, let reply): respond(reply) { try delete(request, at: now) }
    case .adoptCurrentRun(let workflowID, let key): adoptCurrentRun(workflowID, key)
    case .startBatch(let request, let total, let reply):
      respond(reply) { try startBatch(request, total: total, at: now) }
    case .stopBatch(let request, let reply): respond(reply) { try stopBatch(request, at: now) }
    case .describeBatch(let id, let reply): respond(reply) { try describeBatch(id) }
    case .listBatches(let namespace, let reply): respond(reply) { listBatches(of: namespace) }
    case .batchPage(let id, let page): takeBatchPage(id, page, at: now)
    case .schedule(let request): handle(request, at: now)
    case .statistics(let reply): replyAfterCommit(reply, currentStatistics)
    case .health(let reply): reply.succeed(healthComponents)
    case .activityFinished(let key, let eventID, let attempt, let slot, let outcome):
      activityFinished(key, scheduledEventID: eventID, attempt: attempt, slot: slot, outcome: outcome, at: now)
    case .heartbeat(let key, let eventID, let attempt, let details):
      heartbeat(key, scheduledEventID: eventID, attempt: attempt, details: details, at: now)
    case .update(let request, let reply): update(request, reply, at: now)
    case .pollUpdate(let request, let reply): pollUpdate(request, reply, at: now)
    case .signalWithStart(let request, let reply): respond(reply) { try signalWithStart(request, at: now) }
    case .updateWithStart(let request, let reply): updateWithStart(request, reply, at: now)
    case .reset(let request, let reply): respond(reply) { try reset(request, at: now) }
    case .respondActivity(let request, let reply): respond(reply) { try respondActivity(request, at: now) }
    case .recordActivityHeartbeat(let request, let reply):
      respond(reply) { try recordActivityHeartbeat(request, at: now) }
    case .localActivityFinished(let key, let seq, let generation, let attempt, let slot, let outcome):
      localActivityFinished(key, seq, generation, attempt, slot, outcome, at: now)
    case .checkpoint(let reply):
      checkpoints.nextReplies.append(reply)
      // What waits for another append may name files that were stored before the last checkpoint.
      mustCommit = true
    case .checkpointFinished(let outcome): checkpoints.outcome = outcome
    case .foreignJob(let key): trippedRuns.append(key)
    case .lostCodeReturned(let key): lostCodeReturned(key)
    case .beginShutdown(let reply): beginShutdown(reply, at: now)
    case .forceShutdown: forceShutdown(at: now)
    case .describeTaskQueue(let request, let reply): respond(reply) { try describeTaskQueue(request, at: now) }
    case .addWorker(let worker, let reply): respond(reply) { try addWorker(worker) }
    case .quarantinedRuns(let reply): replyAfterCommit(reply, quarantinedRuns)
    case .releaseFromQuarantine(let execution, let namespace, let reply):
      respond(reply) { try releaseFromQuarantine(execution, in: namespace, at: now) }
    case .wake: break
    }
  }

  /// Answers with what `body` gives or throws, once the turn is durable.
  func respond<Value: Sendable>(_ reply: Reply<Value>, _ body: () throws -> Value) {
    do {
      replyAfterCommit(reply, try body())
    } catch {
      failAfterCommit(reply, error)
    }
  }

  // MARK: Commands to runs

  func start(_ request: StartWorkflowExecutionRequest, at now: Timestamp) throws
    -> StartWorkflowExecutionResponse
  {
    let namespace = try namespace(request.namespace)
    try check(request)
    if isShuttingDown {
      throw WorkflowServiceError(.unavailable, "the engine is shutting down; start the run again later")
    }
    if let key = currentRun[namespace, request.workflowID], let current = runs[key] {
      if let response = try resolveConflict(with: current, request, at: now) { return response }
    }
    try requireSpace()
    let run = insertRun(attributes(of: request, in: namespace, at: now), at: now)
    return StartWorkflowExecutionResponse(runID: run.state.started.runID, started: true)
  }

  private func attributes(
    of request: StartWorkflowExecutionRequest, in namespace: NamespaceKey, at now: Timestamp
  ) -> WorkflowExecutionStartedAttributes {
    var started = WorkflowExecutionStartedAttributes(
      workflowType: request.workflowType, workflowID: request.workflowID,
      runID: makeRunID(for: request.workflowID, in: namespace),
      taskQueue: request.taskQueue.isEmpty ? options.taskQueue : request.taskQueue, input: request.input,
      executionTimeout: request.executionTimeout.positive, runTimeout: request.runTimeout.positive,
      taskTimeout: request.taskTimeout.positive ?? .seconds(10), identity: request.identity, memo: request.memo,
      searchAttributes: request.searchAttributes, header: request.header, requestID: request.requestID)
    started.namespace = namespace
    started.retryPolicy = request.retryPolicy
    started.cronSchedule = request.cronSchedule
    started.lastCompletionResult = request.lastCompletionResult
    started.continuedFailure = request.continuedFailure
    started.version = taskQueues.registry(of: started.taskQueue)?.newest(request.workflowType)?.version ?? 0
    started.priority = request.priority
    started.firstWorkflowTaskBackoff =
      request.cronSchedule.isEmpty
      ? request.startDelay.positive : CronSchedule.delay(of: request.cronSchedule, after: now)
    return started
  }

  /// The open run of the id gets the signal; without one a run is started that begins with it.
  private func signalWithStart(
    _ request: SignalWithStartWorkflowExecutionRequest, at now: Timestamp
  ) throws -> StartWorkflowExecutionResponse {
    if request.signalName.isEmpty { throw WorkflowServiceError(.invalidArgument, "the signal's name is empty") }
    var start = request.start
    if start.idConflictPolicy == .fail { start.idConflictPolicy = .useExisting }
    let response = try self.start(start, at: now)
    guard let key = runOfID[response.runID], let run = runs[key], run.isOpen else { return response }
    absorb(
      run.state.signal(
        name: request.signalName, input: request.signalInput, identity: start.identity, header: start.header,
        requestID: start.requestID, at: now),
      into: run)
    return response
  }

  private func updateWithStart(
    _ request: UpdateWithStartWorkflowExecutionRequest,
    _ reply: Reply<UpdateWithStartWorkflowExecutionResponse>, at now: Timestamp
  ) {
    do {
      if request.update.name.isEmpty { throw WorkflowServiceError(.invalidArgument, "the update's name is empty") }
      if request.update.updateID.isEmpty { throw WorkflowServiceError(.invalidArgument, "the update's id is empty") }
      let response = try start(request.start, at: now)
      guard let key = runOfID[response.runID], let run = runs[key] else {
        throw WorkflowServiceError(.notFound, "workflow not found for ID: \(request.start.workflowID)")
      }
      try admit(request.update, to: run)
      wait(
        for: request.update.updateID, of: run, request.waitStage, atMost: request.longPollTimeout,
        reply.map { UpdateWithStartWorkflowExecutionResponse(start: response, update: $0) }, at: now)
    } catch {
      failAfterCommit(reply, error)
    }
  }

  /// - Returns: the answer that the id's newest run gives, or `nil` if a new run may start.
  private func resolveConflict(
    with current: Run, _ request: StartWorkflowExecutionRequest, at now: Timestamp
  ) throws -> StartWorkflowExecutionResponse? {
    let state = current.state
    if !request.requestID.isEmpty, request.requestID == state.started.requestID {
      return StartWorkflowExecutionResponse(runID: state.started.runID, started: true, status: state.status)
    }
    func refusal(_ message: String) -> WorkflowServiceError {
      WorkflowServiceError(
        .alreadyStarted, message, runID: state.started.runID, startRequestID: state.started.requestID)
    }
    if state.isOpen {
      switch request.idConflictPolicy {
      case .useExisting:
        return StartWorkflowExecutionResponse(runID: state.started.runID, started: false)
      case .terminateExisting:
        // Nothing ends for a run that is then refused.
        try requireSpace()
        absorb(
          current.state.terminate(
            reason: "TerminateIfRunning policy: a new run with the same id was started", details: [],
            identity: request.identity, at: now),
          into: current)
        return nil
      case .fail:
        throw refusal(
          "Workflow execution is already running. WorkflowId: \(request.workflowID), RunId: \(state.started.runID).")
      }
    }
    let finished =
      "Workflow execution already finished. WorkflowId: \(request.workflowID), RunId: \(state.started.runID). "
      + "Workflow Id reuse policy: "
    switch request.idReusePolicy {
    case .allowDuplicate: return nil
    case .allowDuplicateFailedOnly:
      if state.status == .completed { throw refusal(finished + "allow duplicate workflow Id if last run failed.") }
      return nil
    case .rejectDuplicate: throw refusal(finished + "reject duplicate workflow Id.")
    }
  }

  func check(_ request: StartWorkflowExecutionRequest) throws {
    func invalid(_ message: String) -> WorkflowServiceError { WorkflowServiceError(.invalidArgument, message) }
    if request.workflowID.isEmpty { throw invalid("the workflow id is empty") }
    if request.workflowID.utf8.count > 1000 { throw invalid("the workflow id is longer than 1,000 bytes") }
    if request.workflowType.isEmpty { throw invalid("the workflow type is empty") }
    for case (let name, let timeout?) in [
      ("execution", request.executionTimeout), ("run", request.runTimeout), ("task", request.taskTimeout),
    ] where timeout < .zero {
      throw invalid("the \(name) timeout of \(timeout) is negative")
    }
    if let delay = request.startDelay, delay < .zero { throw invalid("the start delay of \(delay) is negative") }
    if let problem = request.retryPolicy?.problem { throw invalid("the retry policy is invalid: \(problem)") }
    if !request.cronSchedule.isEmpty {
      if (request.startDelay ?? .zero) > .zero { throw invalid("a start delay and a cron schedule exclude each other") }
      do {
        try CronSchedule.check(request.cronSchedule)
      } catch {
        throw invalid("the cron schedule is invalid: \(error)")
      }
    }
    try checkSearchAttributes(request.searchAttributes)
    if let problem = options.limits.problem(ofMemo: request.memo)
      ?? options.limits.problem(ofSearchAttributes: request.searchAttributes)
    {
      throw invalid(problem)
    }
    if let problem = request.priority.problem { throw invalid("the priority is invalid: \(problem)") }
    let taskQueue = request.taskQueue.isEmpty ? options.taskQueue : request.taskQueue
    if options.refusedTaskQueues.contains(taskQueue) {
      throw invalid("task queue '\(taskQueue)' belongs to others; this engine refuses it")
    }
    // What no worker serves yet is checked by nobody.
    guard let registry = taskQueues.registry(of: taskQueue) else { return }
    guard let registration = registry.newest(request.workflowType) else {
      throw invalid(registry.unregistered(request.workflowType))
    }
    do {
      try registration.checkInput(
        try blobs.resolved(request.input),
        options.payloadConverter.bound(to: request.workflowID, in: request.namespace))
    } catch is PayloadCodecError {
      // The run is accepted and blocked: with the right keys it goes on.
    } catch {
      throw invalid("the input does not fit: \(error)")
    }
  }

  private func signal(_ request: SignalWorkflowExecutionRequest, at now: Timestamp) throws {
    let run = try openRun(request.namespace, request.execution)
    if request.signalName.isEmpty { throw WorkflowServiceError(.invalidArgument, "the signal's name is empty") }
    try requireSpace()
    absorb(
      run.state.signal(
        name: request.signalName, input: request.input, identity: request.identity, header: request.header,
        requestID: request.requestID, at: now),
      into: run)
  }

  func requestCancel(_ request: RequestCancelWorkflowExecutionRequest, at now: Timestamp) throws {
    let run = try run(request.namespace, request.execution)
    try check(run, isOfChain: request.firstExecutionRunID)
    guard run.isOpen else { return }
    absorb(run.state.requestCancel(reason: request.reason, identity: request.identity, at: now), into: run)
  }

  func terminate(_ request: TerminateWorkflowExecutionRequest, at now: Timestamp) throws {
    let run = try openRun(request.namespace, request.execution)
    try check(run, isOfChain: request.firstExecutionRunID)
    absorb(
      run.state.terminate(
        reason: request.reason, details: request.details, identity: request.identity, at: now),
      into: run)
  }

  // MARK: Finding runs

  func insert(_ run: Run) {
    let state = run.state
    runs.insert(run)
    runOfID[state.started.runID] = state.key
    currentRun[state.started.namespace, state.started.workflowID] = state.key
    if state.started.isReset { resetRuns[state.started.namespace, state.started.requestID] = state.key }
    openCount += 1
    runs.release(run)
  }

  /// The id of a new run.
  func makeRunID(for workflowID: String, in namespace: NamespaceKey) -> String {
    guard let makeNumbered = options.makeNumberedRunID else { return options.makeRunID() }
    let workflowID = namespace.isOwn ? workflowID : "\(namespace.name)/\(workflowID)"
    var number = 1
    while runOfID[makeNumbered(workflowID, number)] != nil { number += 1 }
    return makeNumbered(workflowID, number)
  }

  /// The run that an execution names.
  func run(_ namespace: String, _ execution: WorkflowExecution) throws -> Run {
    let namespace = try self.namespace(namespace)
    if execution.workflowID.isEmpty { throw WorkflowServiceError(.invalidArgument, "the workflow id is empty") }
    if execution.runID.isEmpty {
      if let key = currentRun[namespace, execution.workflowID], let run = runs[key] { return run }
    } else if let key = runOfID[execution.runID], let run = runs[key],
      run.state.started.workflowID == execution.workflowID, run.state.started.namespace == namespace
    {
      return run
    }
    throw WorkflowServiceError(.notFound, "workflow not found for ID: \(execution.workflowID)")
  }

  /// - Throws: ``WorkflowServiceError`` if the run belongs to another chain than the one that begins with `firstRunID`.
  func check(_ run: Run, isOfChain firstRunID: String) throws {
    guard firstRunID.isEmpty || run.state.started.firstRunID == firstRunID else {
      throw WorkflowServiceError(.notFound, "workflow not found for ID: \(run.state.started.workflowID)")
    }
  }

  func openRun(_ namespace: String, _ execution: WorkflowExecution) throws -> Run {
    let run = try run(namespace, execution)
    guard run.isOpen else { throw WorkflowServiceError(.notFound, "workflow execution already completed") }
    return run
  }

  // MARK: Refusing

  /// Refuses requests that arrive when the engine no longer runs.
  func refuse(_ messages: [EngineMessage], with error: WorkflowServiceError) {
    for message in messages {
      switch message {
      case .start(_, let reply): reply.fail(error)
      case .signal(_, let reply), .requestCancel(_, let reply), .terminate(_, let reply): reply.fail(error)
      case .query(_, let reply): reply.fail(error)
      case .describe(_, let reply): reply.fail(error)
      case .history(_, let reply): reply.fail(error)
      case .schedule(let request): request.fail(error)
      case .pause(_, let reply), .unpause(_, let reply), .startBatch(_, _, let reply), .stopBatch(_, let reply):
        reply.fail(error)
      case .delete(_, let reply): reply.fail(error)
      case .describeBatch(_, let reply): reply.fail(error)
      case .listBatches(_, let reply): reply.fail(error)
      case .statistics(let reply): reply.fail(error)
      case .describeTaskQueue(_, let reply): reply.fail(error)
      case .addWorker(_, let reply), .releaseFromQuarantine(_, _, let reply): reply.fail(error)
      case .quarantinedRuns(let reply): reply.fail(error)
      case .health(let reply): reply.fail(error)
      case .beginShutdown(let reply): reply?.succeed(())
      case .update(_, let reply), .pollUpdate(_, let reply): reply.fail(error)
      case .signalWithStart(_, let reply): reply.fail(error)
      case .updateWithStart(_, let reply): reply.fail(error)
      case .reset(_, let reply): reply.fail(error)
      case .respondActivity(_, let reply): reply.fail(error)
      case .recordActivityHeartbeat(_, let reply): reply.fail(error)
      case .checkpoint(let reply): reply.fail(error)
      case .checkpointFinished, .activityFinished, .heartbeat, .localActivityFinished, .foreignJob, .lostCodeReturned,
        .visibility, .adoptCurrentRun, .batchPage, .forceShutdown, .wake:
        break
      }
    }
  }

  private var currentStatistics: WorkflowEngineStatistics {
    var current = statistics
    current.openRuns = openCount
    current.runs = runs.count
    current.lyingRuns = runs.lyingCount
    current.cachedRuns = cache.count
    current.cachedBytes = cache.bytes
    current.runningActivities = runningActivities
    current.queuedActivities = taskQueues.backlogCount
    current.timers = timers.count
    current.syncs = journal.syncCount
    current.bytesWritten = journal.bytesWritten
    current.checkpointNumber = Int(journal.checkpointNumber)
    current.checkpointBytes = journal.checkpointBytes
    current.bytesSinceCheckpoint = journal.bytesSinceCheckpoint
    return current
  }
}

extension Duration? {
  /// A timeout of zero means none, as in Temporal's API.
  fileprivate var positive: Duration? { flatMap { $0 > .zero ? $0 : nil } }
}
