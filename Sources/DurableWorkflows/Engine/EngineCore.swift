internal import Logging
internal import WorkflowJournal

/// The engine's state and its turns. Confined to the engine's thread.
///
/// A turn takes every message that has arrived, lets the runs that they concern run on in memory, appends all of it to
/// the journal as one batch, and only then acts: answers, starts activities, wakes waiters (output commit). Whoever
/// posts while a batch is being synced rides the next one (group commit without added delay).
final class EngineCore {
  let options: WorkflowEngineOptions
  let journal: Journal
  let blobs: PayloadStore
  let mailbox: Mailbox<EngineMessage>
  let visibility: VisibilityService
  /// Runs of which the visibility index learns with the next commit.
  var notedRuns: [Run] = []
  /// Gives the signs of life of an owner that a standby may end.
  var signs: OwnerSigns?
  /// `nil` without a backend.
  let metrics: EngineMetrics?
  let workflowInterceptors: WorkflowInterceptors?
  let activityInterceptors: ActivityInterceptors?
  /// Set before the first turn; `nil` if deadlocks are not to be detected.
  var watch: DeadlockWatch?
  var nextStretch: UInt64 = 0
  /// The run whose code runs.
  var runOfUserCode = RunKey(rawValue: 0)
  /// The query whose handler runs.
  var currentQuery: (QueryWorkflowRequest, Reply<QueryWorkflowResponse>)?
  /// Live code in which a thread is stuck.
  var lostInstances: [WorkflowInstance] = []
  /// Runs of which a task was resumed on another thread; their code is unloaded where user code may run.
  var trippedRuns: [RunKey] = []

  let runs: RunTable
  /// The newest run of every workflow id.
  var currentRun = NamespacedRuns()
  var runOfID = RunIDs()
  /// The runs that resets made, by the reset's request id.
  var resetRuns = NamespacedRuns()
  var nextKey = RunKey(rawValue: 1)
  var openCount = 0
  var checkpoints = CheckpointState()

  var schedules = ScheduleTable()
  var batches = BatchTable()
  var timers = TimerQueue<EngineTimer>()
  /// Runs whose code has something to see, in order of arrival.
  var dirty: [RunKey] = []
  /// Runs with records to append in this turn, in order.
  var changed: [RunKey] = []
  /// What is done once the turn's batch is durable, in order.
  var afterCommit: [() -> Void] = []
  /// What waited for the last commit, and which of it comes next.
  private var committedActions: [() -> Void] = []
  private var nextAction = 0
  var pendingQueries: [(RunKey, QueryWorkflowRequest, Reply<QueryWorkflowResponse>)] = []
  /// Which of them comes next.
  var nextQuery = 0

  var taskQueues: TaskQueues
  /// Attempts whose start is being recorded before their code runs.
  var pendingLaunches: [(RunKey, scheduledEventID: Int64, attempt: Int, queue: Int)] = []
  /// The queue of the attempt that is being started.
  var queueOfLaunch = 0
  let queueMetrics: TaskQueueMetrics?
  var sessions: SessionTable
  /// Set before the first turn; `nil` if what brings the process down is not watched.
  var quarantine: QuarantineWatch?
  var runningActivities = 0
  var hasStartedActivities = false
  /// Where the task of a lone activity looks for the next one.
  let relay = ActivityRelay()
  /// The task that ended an activity last, and its number.
  var relayTask: (task: Task<Void, Never>, number: UInt64)?
  var nextRelay: UInt64 = 0
  var cache = RunCache()
  var longPolls: [UInt64: LongPoll] = [:]
  /// What runs did to one another in this turn.
  var links: [Link] = []
  /// The parents that wait, by the first run of their child's chain.
  var childLinks: [String: ChildLink] = [:]
  /// The update that a wait is for.
  var updateOfWait: [UInt64: (RunKey, String)] = [:]
  /// Whether the turn has something that must not wait for a later append.
  var mustCommit = false
  var isFlushArmed = false
  var runningLocalActivities = 0
  var nextGeneration: UInt64 = 1
  var nextLongPoll: UInt64 = 1
  var statistics = WorkflowEngineStatistics()
  /// Whether the journal was short of space when it was last looked at, and when it is looked at again.
  var isShortOfSpace = false
  var nextSpaceCheck = Timestamp.epoch
  /// What came while a commit waited for space.
  var messagesInWaiting: [EngineMessage] = []
  /// Runs whose workflow task found no space for its payloads.
  var runsWithoutSpace: [RunKey] = []
  /// Open runs whose histories are over the limit.
  var overlongRuns: [RunKey] = []

  var isShuttingDown = false
  var shutdownDeadline = Timestamp.distantFuture
  /// The grace period is over: what still runs is left behind and repeated by the next process.
  var isForced = false
  var shutdownReplies: [Reply<Void>] = []
  var failure: (any Error)?

  init(
    options: WorkflowEngineOptions, workers: [RegisteredWorker], journal: Journal, blobs: PayloadStore,
    mailbox: Mailbox<EngineMessage>, visibility: VisibilityService, recovered: inout RecoveredRuns
  ) {
    self.options = options
    self.taskQueues = TaskQueues(workers)
    self.queueMetrics = TaskQueueMetrics(options)
    self.sessions = SessionTable(process: "\(journal.epoch)")
    self.journal = journal
    self.blobs = blobs
    self.mailbox = mailbox
    self.visibility = visibility
    self.metrics = EngineMetrics(options, observesSlots: workers.contains { $0.taskQueue == nil })
    self.workflowInterceptors = WorkflowInterceptors(options.interceptors)
    self.activityInterceptors = ActivityInterceptors(options.interceptors)
    self.runs = RunTable(
      RunReader(images: recovered.images) { [unowned journal] in try journal.read($0) })
    adopt(&recovered)
  }

  // MARK: Turns

  /// One turn.
  /// - Throws: the journal's error; the engine must not go on after it.
  func turn(_ messages: [EngineMessage]) throws {
    let now = options.clock.now()
    if !messagesInWaiting.isEmpty {
      let earlier = messagesInWaiting
      messagesInWaiting = []
      handle(earlier, at: now)
    }
    handle(messages, at: now)
    fireTimers(at: now)
    if !links.isEmpty { deliverLinks(at: now) }
    try finishTurn(at: now)
  }

  private func handle(_ messages: [EngineMessage], at now: Timestamp) {
    // Messages are large: they are looked at in place.
    let messages = messages.span
    for index in messages.indices {
      handle(messages[index], at: now)
      if !links.isEmpty { deliverLinks(at: now) }
    }
  }

  /// The part of a turn in which user code runs. It can be begun again after any call of user code.
  func finishTurn(at now: Timestamp) throws {
    performCommittedActions()
    handleTripped(at: now)
    if !overlongRuns.isEmpty { endOverlongRuns(at: now) }
    runWorkflowTasks(at: now)
    runSchedules(at: now)
    answerQueries(at: now)
    try commit()
    pendingReplies.removeAll(keepingCapacity: true)
    swap(&committedActions, &afterCommit)
    performCommittedActions()
    startActivities(at: options.clock.now())
    evictIdleRuns()
    runs.putDownIdle(downTo: options.maxCachedWorkflows)
    try keepSpace(at: now)
    try checkpointIfDue(at: now)
    queueMetrics?.observe(taskQueues, runs, at: now)
    metrics?.observe(
      cachedRuns: cache.count, runningActivities: runningActivities, runningLocalActivities: runningLocalActivities)
  }

  private func performCommittedActions() {
    while nextAction < committedActions.count {
      nextAction += 1
      committedActions[nextAction - 1]()
    }
    committedActions.removeAll(keepingCapacity: true)
    nextAction = 0
  }

  /// Whether activities were started since the last call.
  func takeHasStartedActivities() -> Bool {
    defer { hasStartedActivities = false }
    return hasStartedActivities
  }

  /// Whether nothing can happen before the next deadline unless somebody posts a message.
  var isQuiescent: Bool {
    runningActivities == 0 && runningLocalActivities == 0 && dirty.isEmpty && pendingLaunches.isEmpty
  }

  private func fireTimers(at now: Timestamp) {
    while let timer = timers.popDue(at: now) {
      switch timer {
      case .run(let key, let timer):
        guard runs.isOpen(key), let run = runs[key] else { continue }
        if case .activityTimeout(.heartbeat, let eventID, let attempt) = timer,
          let running = run.runningActivities[eventID], running.attempt == attempt,
          let merged = running.channel.takeMergedHeartbeat()
        {
          absorb(run.state.heartbeat(eventID, attempt: attempt, details: merged.details, at: merged.time), into: run)
        }
        let (namespace, workflowID) = (run.state.started.namespace, run.state.started.workflowID)
        absorb(run.state.fire(timer, at: now) { makeRunID(for: workflowID, in: namespace) }, into: run)
        if timer == .firstWorkflowTask { makeDirty(run) }
      case .longPoll(let id):
        expireLongPoll(id)
      case .schedule(let wakeUp):
        wakeSchedule(wakeUp, at: now)
      case .batch(let id):
        continueBatch(id)
      case .updateWait(let id):
        expireUpdateWait(id)
      case .localActivity(let key, let seq, let generation, let timer):
        fire(timer, ofLocalActivity: seq, key, generation, at: now)
      case .flush:
        isFlushArmed = false
        mustCommit = true
      case .checkpoint:
        checkpoints.isHeldBack = false
        checkpoints.isPreparing = false
      case .space:
        retryRunsWithoutSpace()
      case .taskQueue(let queue):
        // The turn looks at every queue.
        taskQueues[queue].wakeUp = nil
      case .probation:
        quarantine?.endProbation()
      case .session(let id):
        expireSession(id, at: now)
      case .drain(let queue):
        endDrain(ofQueue: queue)
      case .shutdown:
        endShutdown()
      }
    }
    timers.compactIfGrown { timer in
      switch timer {
      case .run(let key, let timer): runs.residents[key]?.state.isRelevant(timer) ?? runs.isOpen(key)
      case .longPoll(let id): longPolls[id] != nil
      case .updateWait(let id): updateOfWait[id] != nil
      case .localActivity(let key, let seq, let generation, _):
        runs.residents[key].map { $0.generation == generation && $0.localActivities[seq] != nil } ?? false
      case .schedule(let wakeUp): schedules.isCurrent(wakeUp)
      case .batch(let id): batches.isRunning(id)
      case .taskQueue(let queue): taskQueues[queue].wakeUp != nil
      case .session(let id): sessions[id] != nil
      case .flush, .checkpoint, .space, .probation, .drain, .shutdown: true
      }
    }
  }

  /// Takes a transition into the turn: its events and records will be appended, its effects follow the commit.
  ///
  /// - Parameter isLazy: whether the append may wait for another one.
  func absorb(_ transition: RunTransition, into run: Run, isLazy: Bool = false) {
    if transition.isEmpty { return }
    if !transition.events.isEmpty || !transition.records.isEmpty {
      if run.pendingEvents.isEmpty, run.pendingRecords.isEmpty { changed.append(run.key) }
      if run.pendingEvents.isEmpty {
        run.pendingEvents = transition.events
      } else {
        run.pendingEvents.append(contentsOf: transition.events)
      }
      run.pendingRecords.append(contentsOf: transition.records)
      if isLazy { armFlush() } else { mustCommit = true }
    }
    for effect in transition.effects { perform(effect, for: run, transition) }
    // One pass over them in place: this is on the way of every durable step.
    var hasInput = false
    let appended = transition.events
    let events = appended.span
    for index in events.indices {
      if events[index].isInput {
        hasInput = true
        if run.instance != nil { run.unseen.append(events[index]) }
      }
      switch events[index].attributes {
      case .workflowExecutionUpdateAccepted(let accepted):
        afterCommit.append { [unowned self] in answerUpdate(accepted.request.updateID, of: run) }
      case .workflowExecutionUpdateCompleted(let updateID, _, _, _):
        afterCommit.append { [unowned self] in answerUpdate(updateID, of: run) }
      case .upsertWorkflowSearchAttributes, .workflowPropertiesModified:
        noteForIndex(run)
      default:
        break
      }
    }
    if hasInput { makeDirty(run) }
  }

  /// Queues a run for a workflow task.
  func makeDirty(_ run: Run) {
    guard run.isOpen, !run.isDirty else { return }
    run.isDirty = true
    if metrics != nil { run.dirtySince = .now }
    dirty.append(run.key)
  }

  private func perform(_ effect: Effect, for run: Run, _ transition: RunTransition) {
    let key = run.key
    switch effect {
    case .armTimer(let timer, let deadline):
      timers.arm(.run(key, timer), deadline: deadline)
    case .enqueueActivity(let eventID):
      afterCommit.append { [unowned self] in enqueueActivity(eventID, of: run) }
    case .cancelActivity(let eventID, let reason):
      afterCommit.append { run.runningActivities[eventID]?.cancel(reason) }
    case .launchActivity(let eventID, let attempt):
      pendingLaunches.append((key, eventID, attempt, queueOfLaunch))
    case .startChild(let eventID, let child):
      links.append(.startChild(key, initiatedEventID: eventID, child))
    case .requestExternal(let request):
      links.append(.requestExternal(key, request))
    case .closeChild(let execution, let policy):
      links.append(.closeChild(execution, run.state.started.namespace, policy))
    case .continueRun(let started, let signals):
      links.append(.continueRun(key, started, signals: signals))
    case .closed:
      openCount -= 1
      noteForIndex(run)
      metrics?.workflow(run).runClosed(run.state)
      if let closing = transition.events.last(where: { $0.attributes.isClosing }) {
        run.closingEvent = closing
        links.append(.closed(key, closing.attributes))
      }
      let continues = transition.effects.contains { if case .continueRun = $0 { true } else { false } }
      if !continues { failUpdates(of: run) }
      afterCommit.append { [unowned self] in
        unload(run)
        closeSessions(of: key, at: options.clock.now())
        options.onWorkflowClosed?(namespaceName(of: run), run.state.execution)
      }
    }
  }

  // MARK: Failure and shutdown

  /// The journal failed: nothing more is acknowledged, and everyone who waits is told.
  func fail(_ error: any Error, with messages: [EngineMessage]) {
    failure = error
    options.logger.critical("the journal failed; the engine stops acknowledging", metadata: ["error": "\(error)"])
    let refusal = WorkflowServiceError(.unavailable, "the journal failed and the engine has stopped: \(error)")
    for (_, _, reply) in pendingQueries { reply.fail(refusal) }
    pendingQueries = []
    afterCommit = []
    refuse(messagesInWaiting + messages, with: refusal)
    messagesInWaiting = []
    refuseLongPolls(with: refusal)
    for reply in pendingReplies { reply(refusal) }
    pendingReplies = []
    cancelRunningActivities(reason: .shutdown)
  }

  /// The engine ends: nobody who waits for events will see any.
  func refuseLongPolls(with error: WorkflowServiceError) {
    for poll in longPolls.values { poll.reply.fail(error) }
    longPolls = [:]
    for (key, _) in updateOfWait.values {
      guard let run = runs[key] else { continue }
      for waiter in run.updateWaiters.values.joined() { waiter.reply.fail(error) }
      run.updateWaiters = [:]
    }
    updateOfWait = [:]
  }

  /// How to refuse the requests of the current turn that are answered after its commit.
  var pendingReplies: [(WorkflowServiceError) -> Void] = []

  /// Refuses a request once the turn is durable: the refusal may depend on what the turn did.
  func failAfterCommit<Value: Sendable>(_ reply: Reply<Value>, _ error: any Error) {
    pendingReplies.append { reply.fail($0) }
    afterCommit.append { reply.fail(error) }
  }

  /// Answers a request once the turn is durable, and refuses it if the turn never becomes durable.
  func replyAfterCommit<Value: Sendable>(_ reply: Reply<Value>, _ value: Value) {
    pendingReplies.append { reply.fail($0) }
    afterCommit.append { reply.succeed(value) }
  }

  func cancelRunningActivities(reason: ActivityCancellationReason) {
    for run in runs.residents.values where !run.runningActivities.isEmpty || !run.localActivities.isEmpty {
      for activity in run.runningActivities.values { activity.cancel(reason) }
      for activity in run.localActivities.values { activity.running?.cancel(reason) }
    }
  }

  /// Whether the engine's thread may end.
  var isDrained: Bool { isShuttingDown && (runningActivities + runningLocalActivities == 0 || isForced) }
}
