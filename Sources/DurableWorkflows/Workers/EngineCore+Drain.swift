internal import Logging

/// Shutdown: no new work, what runs may finish for a while, then it is cancelled and left to the next process.
extension EngineCore {
  func beginShutdown(_ reply: Reply<Void>?, at now: Timestamp) {
    if let reply { shutdownReplies.append(reply) }
    if isShuttingDown { return }
    isShuttingDown = true
    let period = longestGracePeriod
    options.logger.info(
      "shutting down: no new work; running activities may finish",
      metadata: ["running": "\(runningActivities)", "grace_period": "\(period)"])
    if period <= .zero { return endShutdown() }
    for queue in taskQueues.served {
      if let own = taskQueues[queue].worker?.options.gracefulShutdownPeriod, own < period {
        timers.arm(.drain(queue), deadline: now + own)
      }
    }
    shutdownDeadline = now + period
    timers.arm(.shutdown, deadline: shutdownDeadline)
  }

  /// The grace period is over before its time.
  func forceShutdown(at now: Timestamp) {
    if !isShuttingDown { beginShutdown(nil, at: now) }
    if !isForced { endShutdown() }
  }

  private var longestGracePeriod: Duration {
    taskQueues.served.map { queue in
      taskQueues[queue].worker?.options.gracefulShutdownPeriod ?? options.gracefulShutdownPeriod
    }.max() ?? options.gracefulShutdownPeriod
  }

  /// The grace period of one queue's worker is over; others may have longer.
  func endDrain(ofQueue queue: Int) {
    guard isShuttingDown, !isForced else { return }
    for run in runs.residents.values {
      for activity in run.runningActivities.values where activity.queue == queue { activity.cancel(.shutdown) }
      for activity in run.localActivities.values where activity.running?.queue == queue {
        activity.running?.cancel(.shutdown)
      }
    }
  }

  /// The grace period is over.
  func endShutdown() {
    if runningActivities > 0 {
      options.logger.warning(
        "the grace period is over; running activities are cancelled and will be repeated",
        metadata: ["running": "\(runningActivities)"])
    }
    cancelRunningActivities(reason: .shutdown)
    isForced = true
  }
}
