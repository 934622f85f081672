internal import WorkflowJournal

extension EngineCore {
  /// The engine's parts for a report.
  var healthComponents: [HealthComponent] { [storeHealth, activityHealth, workflowHealth] + queueHealth }

  private var storeHealth: HealthComponent {
    let values: [String: Double] = [
      "bytes_written": Double(journal.bytesWritten), "syncs": Double(journal.syncCount),
      "bytes_since_checkpoint": Double(journal.bytesSinceCheckpoint),
      "checkpoint_bytes": Double(journal.checkpointBytes),
    ]
    if journal.isShortOfSpace || isShortOfSpace {
      return HealthComponent(
        "store", .unavailable, reason: "disk_full",
        message: "the disk of '\(journal.directory)' is full: new work is refused, what was accepted goes on",
        values: values)
    }
    if let failure = journal.removalFailure {
      return HealthComponent(
        "store", .degraded, reason: "cannot_remove_files", message: failure.description, values: values)
    }
    return HealthComponent("store", values: values)
  }

  private var activityHealth: HealthComponent {
    let queued = taskQueues.backlogCount
    let slots = taskQueues.served.map { taskQueues[$0].slots }
    var values: [String: Double] = [
      "running": Double(runningActivities), "queued": Double(queued), "running_local": Double(runningLocalActivities),
    ]
    // A supplier may not know how many it will give.
    if !slots.contains(nil) { values["slots"] = Double(slots.compactMap(\.self).reduce(0, +)) }
    let saturated = taskQueues.served.filter { taskQueues[$0].isSaturated }
    guard let first = saturated.first else { return HealthComponent("activities", values: values) }
    let queue = taskQueues[first]
    let name = queue.name.isEmpty ? "" : "of task queue '\(queue.name)' "
    return HealthComponent(
      "activities", .degraded, reason: "saturated",
      message: "all \(queue.usedSlots) slots \(name)are taken and \(queue.backlog.count) attempts wait",
      values: values)
  }

  /// The task queues of an engine with workers: what waits and what runs, and whether anybody serves them.
  private var queueHealth: [HealthComponent] {
    if taskQueues.servesEveryQueue { return [] }
    return taskQueues.indices.map { taskQueues[$0] }.filter { !$0.isIdle }.map { queue in
      let values: [String: Double] = [
        "running": Double(queue.usedSlots), "queued": Double(queue.backlog.count),
        "waiting_runs": Double(queue.parked.count),
      ]
      let name = "task_queue \(queue.name)"
      if queue.worker != nil { return HealthComponent(name, values: values) }
      return HealthComponent(
        name, .degraded, reason: "unserved",
        message: "no worker serves task queue '\(queue.name)'; \(queue.backlog.count) attempts and "
          + "\(queue.parked.count) runs wait",
        values: values)
    }
  }

  private var workflowHealth: HealthComponent {
    HealthComponent(
      "workflows",
      values: [
        "open": Double(openCount), "cached": Double(cache.count), "cached_bytes": Double(cache.bytes),
        "waiting_for_task": Double(dirty.count), "timers": Double(timers.count),
      ])
  }
}

extension WorkflowEngine {
  /// The state of the engine and of everything that it depends on.
  public func health() async -> HealthReport { await healthState.report() }

  /// Where the engine's state is kept: ``WorkflowEngineOptions/health``, or its own.
  public var healthState: WorkflowHealth { opened.health }
}
