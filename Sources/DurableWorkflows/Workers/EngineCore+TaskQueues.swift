internal import Logging

extension EngineCore {
  // MARK: Activities

  /// An attempt waits for a slot of its queue.
  func enqueueActivity(_ scheduledEventID: Int64, of run: Run) {
    guard let index = run.state.activities.index(ofActivity: scheduledEventID) else { return }
    // Its release queues it.
    if run.state.quarantine != nil { return }
    let priority = run.state.activities[index].attributes.priority.merged(over: run.state.started.priority)
    var queue = 0
    if run.state.activities[index].attributes.isOfSession {
      let attributes = run.state.activities[index].attributes
      guard let place = queueOfSession(
        QueuedTask(run: run.key, scheduledEventID: scheduledEventID), type: attributes.activityType,
        named: attributes.taskQueue, of: run)
      else { return }
      queue = place
    } else if !taskQueues.servesEveryQueue {
      let name = run.state.activities[index].attributes.taskQueue
      queue = taskQueues.index(making: name)
      if taskQueues[queue].worker == nil { reportUnserved(name, count: taskQueues[queue].backlog.count + 1) }
    }
    taskQueues[queue].backlog.append(
      QueuedTask(run: run.key, scheduledEventID: scheduledEventID), priority)
    taskQueues[queue].backlog.filterIfGrown { [runs] in runs.isWaiting($0) }
  }

  /// Starts waiting attempts of every queue that a worker serves.
  func startActivitiesOfQueues(at now: Timestamp) {
    for queue in taskQueues.served where taskQueues[queue].mayStart { startActivities(ofQueue: queue, at: now) }
  }

  private func startActivities(ofQueue queue: Int, at now: Timestamp) {
    while taskQueues[queue].mayStart, let task = taskQueues[queue].backlog.first {
      guard let run = runs[task.run], run.isOpen, !run.isPaused, let pending = run.activity(task.scheduledEventID),
        pending.stage == .scheduled, run.state.quarantine == nil, quarantine?.admit(task) ?? true
      else {
        taskQueues[queue].backlog.removeFirst(isServed: false)
        continue
      }
      switch taskQueues[queue].admit(at: now) {
      case .granted:
        taskQueues[queue].backlog.removeFirst()
        queueOfLaunch = queue
        let transition = run.state.startAttempt(task.scheduledEventID, at: now)
        absorb(transition, into: run, isLazy: !pending.mustNotRepeat)
        if !pending.mustNotRepeat { launch(pending, of: run, inQueue: queue, at: now) }
      case .later(let time):
        if let time { wakeQueue(queue, at: time) }
        return
      }
    }
  }

  /// Looks at a queue again at a time.
  private func wakeQueue(_ queue: Int, at time: Timestamp) {
    if let armed = taskQueues[queue].wakeUp, armed <= time { return }
    taskQueues[queue].wakeUp = time
    timers.arm(.taskQueue(queue), deadline: time)
  }

  // MARK: Workflow tasks

  /// The code of a run's type; `nil` if no worker serves its queue.
  func registry(of run: RunState) -> EngineRegistry? { taskQueues.registry(of: run.started.taskQueue) }

  /// What a run's code is refused with while no worker serves its queue.
  func unserved(_ taskQueue: String) -> WorkflowTaskError {
    WorkflowTaskError(message: "no worker serves task queue '\(taskQueue)'; its work waits for one")
  }

  /// Whether a run's code may run in this turn. If no worker serves its queue it waits for one.
  ///
  /// - Parameter deferred: takes the runs whose queue has had its share of the turn.
  func admitWorkflowTask(of run: Run, at now: Timestamp, deferred: inout [RunKey]) -> Bool {
    if taskQueues.servesEveryQueue { return true }
    let queue = taskQueues.index(making: run.state.started.taskQueue)
    guard let worker = taskQueues[queue].worker else {
      run.isDirty = true
      taskQueues[queue].parked.append(TaskQueueState.Parked(run: run.state.key, since: now))
      reportUnserved(run.state.started.taskQueue, count: taskQueues[queue].parked.count)
      forgetParked(inQueue: queue)
      return false
    }
    guard taskQueues[queue].tasksOfTurn < worker.options.maxConcurrentWorkflowTaskExecutions else {
      run.isDirty = true
      deferred.append(run.state.key)
      return false
    }
    taskQueues[queue].tasksOfTurn += 1
    return true
  }

  /// Forgets runs that were closed while they waited, now and then.
  private func forgetParked(inQueue queue: Int) {
    let count = taskQueues[queue].parked.count
    guard count > 1024, count & (count - 1) == 0 else { return }
    taskQueues[queue].parked.removeAll { [runs] parked in
      guard let run = runs.residents[parked.run] else { return true }
      if run.state.isOpen { return false }
      run.isDirty = false
      return true
    }
  }

  func reportUnserved(_ taskQueue: String, count: Int) {
    guard count == 1 else { return }
    options.logger.warning(
      "no worker serves a task queue; its work waits for one", metadata: ["task_queue": "\(taskQueue)"])
  }

  // MARK: Workers that come and go

  /// A worker begins to serve its queue: what waits there goes on.
  ///
  /// - Throws: ``WorkflowServiceError`` if the queue has a worker.
  func addWorker(_ worker: RegisteredWorker) throws {
    let name = worker.taskQueue ?? ""
    func refusal(_ message: String) -> WorkflowServiceError { WorkflowServiceError(.failedPrecondition, message) }
    if isShuttingDown { throw WorkflowServiceError(.unavailable, "the engine is shutting down") }
    if taskQueues.servesEveryQueue {
      throw refusal("the engine was opened without workers and serves every queue; open it with workers")
    }
    if taskQueues.registry(of: name) != nil { throw refusal("task queue '\(name)' has a worker") }
    let queue = taskQueues.serve(with: worker)
    let parked = taskQueues[queue].parked
    taskQueues[queue].parked = []
    for entry in parked {
      guard let run = runs[entry.run] else { continue }
      run.isDirty = false
      makeDirty(run)
    }
    openSessions(ofQueue: queue, at: options.clock.now())
    options.logger.info("a worker serves a task queue", metadata: ["task_queue": "\(name)"])
  }
}

extension ActivityTaskScheduledAttributes {
  /// Whether it opens, closes or uses a session.
  fileprivate var isOfSession: Bool {
    // Asked for at every step.
    (activityType.utf8.first == 0x5F && activityType.hasPrefix("__"))
      || (taskQueue.utf8.first == 0x5F && taskQueue.hasPrefix("__"))
  }
}

extension RunTable {
  /// Whether an attempt still waits for a slot; nothing is loaded.
  func isWaiting(_ task: QueuedTask) -> Bool {
    guard let run = residents[task.run], run.state.isOpen else { return false }
    return run.state.activities.contains {
      $0.scheduledEventID == task.scheduledEventID && $0.stage == .scheduled
    }
  }
}
