internal import WorkflowJournal

extension EngineCore {
  /// The engine's parts for a report.
  var healthComponents: [HealthComponent] { [storeHealth, activityHealth, workflowHealth] }

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
    let values: [String: Double] = [
      "running": Double(runningActivities), "queued": Double(activityQueue.count),
      "slots": Double(options.maxConcurrentActivities), "running_local": Double(runningLocalActivities),
    ]
    guard runningActivities >= options.maxConcurrentActivities, !activityQueue.isEmpty else {
      return HealthComponent("activities", values: values)
    }
    return HealthComponent(
      "activities", .degraded, reason: "saturated",
      message: "all \(options.maxConcurrentActivities) slots are taken and \(activityQueue.count) attempts wait",
      values: values)
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
