internal import Logging

extension EngineCore {
  /// Runs a run's own code under the eyes of the watch.
  ///
  /// If it does not come back in time the engine goes on in another thread, from ``recoverFromDeadlock()``; this thread
  /// then never returns from here, but tells the engine when the code does come back. So nothing of the engine may be
  /// half done when user code is called.
  func userCode<Result>(of key: RunKey, _ body: () throws -> Result) rethrows -> Result {
    quarantine?.beginTask(key)
    guard let watch else {
      defer { quarantine?.endTask() }
      return try body()
    }
    nextStretch += 1
    let stretch = nextStretch
    runOfUserCode = key
    watch.begin(stretch)
    defer {
      if !watch.end(stretch) {
        mailbox.post(.lostCodeReturned(key))
        DeadlockWatch.park()
      }
      quarantine?.endTask()
    }
    return try body()
  }

  /// The engine's former thread is stuck in a run's code: the run is blocked, everything else goes on.
  func recoverFromDeadlock() {
    let now = options.clock.now()
    metrics?.deadlocked()
    quarantine?.adoptThread()
    watch?.adoptThread()
    if let (request, reply) = currentQuery {
      currentQuery = nil
      failAfterCommit(
        reply, WorkflowServiceError(.queryFailed, "query '\(request.queryType)' did not come back: \(deadlockAdvice)"))
    }
    guard let run = runs[runOfUserCode] else { return }
    options.logger.critical(
      "a workflow does not yield; its thread is lost, and its run is blocked until the code comes back",
      metadata: [
        "workflow_id": "\(run.state.started.workflowID)", "run_id": "\(run.state.started.runID)",
        "workflow_type": "\(run.state.started.workflowType)",
      ])
    // The lost thread is still inside the code: it must neither be ended nor freed.
    if let instance = run.instance {
      lostInstances.append(instance)
      run.instance = nil
      cache.remove(run)
      dropLocalActivities(of: run)
    }
    run.hasTripped = true
    run.timesLost += 1
    run.isDirty = false
    guard run.isOpen else { return }
    failWorkflowTask(of: run, error: WorkflowTaskError(message: deadlockAdvice), at: now)
  }

  /// Code that did not yield in time came back after all: its run gets another chance, a few times.
  func lostCodeReturned(_ key: RunKey) {
    guard let run = runs[key], run.isOpen, run.timesLost <= EngineCore.mostLosses else { return }
    run.hasTripped = false
    makeDirty(run)
  }

  /// How often a run may lose a thread before it is left alone until the process is restarted.
  static let mostLosses = 3

  private var deadlockAdvice: String { DeadlockWatch.advice(after: options.deadlockDetectionTimeout ?? .zero) }
}
