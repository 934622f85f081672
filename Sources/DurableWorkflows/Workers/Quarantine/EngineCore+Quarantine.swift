internal import Logging

extension EngineCore {
  /// After recovery: runs that brought the process down too often are put in quarantine, and what is under suspicion
  /// but no longer there is forgotten.
  func judge(at now: Timestamp) {
    guard let quarantine, !quarantine.hasJudged else { return }
    quarantine.hasJudged = true
    quarantine.adoptThread()
    for (code, crashes) in quarantine.suspects.sorted(by: { ($0.key.run, $0.key.part) < ($1.key.run, $1.key.part) }) {
      guard runs.isOpen(code.run), let run = runs[code.run], isThere(code, in: run.state) else {
        quarantine.clear(code)
        continue
      }
      if quarantine.accused.contains(code) {
        options.logger.error(
          "the process trapped while a run's code ran",
          metadata: [
            "workflow_id": "\(run.state.started.workflowID)", "run_id": "\(run.state.started.runID)",
            "code": "\(name(of: code, in: run.state))", "crashes": "\(crashes)",
            "signal": "\(quarantine.trap?.signal ?? 0)",
          ])
      }
      guard crashes >= CrashVerdict.mostCrashes else { continue }
      let reason =
        "the process trapped \(crashes) times while \(name(of: code, in: run.state)) ran, the last time with signal "
        + "\(quarantine.trap?.signal ?? 0)"
      absorb(run.state.putInQuarantine(reason: reason, at: now), into: run)
      metrics?.quarantined()
      options.logger.critical(
        "a run is in quarantine; it waits for its release",
        metadata: [
          "workflow_id": "\(run.state.started.workflowID)", "run_id": "\(run.state.started.runID)",
          "workflow_type": "\(run.state.started.workflowType)", "reason": "\(reason)",
        ])
      quarantine.clear(code.run)
    }
  }

  private func isThere(_ code: InFlightCode, in state: RunState) -> Bool {
    code.part <= 0 || state.activity(code.part) != nil
  }

  private func name(of code: InFlightCode, in state: RunState) -> String {
    if code.part == 0 { return "its workflow task" }
    if code.part < 0 { return "a local activity" }
    let attributes = state.activity(code.part)?.attributes
    return "activity '\(attributes?.activityType ?? "")' (id \(attributes?.activityID ?? ""))"
  }

  /// Suspects that waited until they can run alone are queued again.
  func requeueSuspects() {
    guard let quarantine else { return }
    for task in quarantine.takeWaiting() {
      if let run = runs.residents[task.run], run.state.isOpen { enqueueActivity(task.scheduledEventID, of: run) }
    }
  }

  // MARK: Requests

  func releaseFromQuarantine(_ execution: WorkflowExecution, in namespace: String, at now: Timestamp) throws {
    let run = try openRun(namespace, execution)
    guard run.state.quarantine != nil else {
      throw WorkflowServiceError(.failedPrecondition, "the run '\(execution.workflowID)' is not in quarantine")
    }
    quarantine?.clear(run.state.key)
    absorb(run.state.releaseFromQuarantine(at: now), into: run)
    run.mustReplay = run.state.hasLocalActivities
    makeDirty(run)
  }

  /// The runs in quarantine, in the order of their starts.
  var quarantinedRuns: [QuarantinedRun] {
    runs.residents.values.filter { $0.state.isOpen }.sorted { $0.state.key < $1.state.key }.compactMap { run in
      run.state.quarantine.map {
        QuarantinedRun(
          execution: run.state.execution, workflowType: run.state.started.workflowType, quarantine: $0,
          namespace: namespaceName(of: run))
      }
    }
  }
}

extension WorkflowEngine {
  /// The runs whose code brought the process down again and again and is not run any more.
  public func quarantinedRuns() async throws -> [QuarantinedRun] {
    try await request { .quarantinedRuns($0) }
  }

  /// Lets the code of a run in quarantine run again, after other code has been deployed or the cause was removed.
  ///
  /// - Parameter namespace: the run's; `nil` means the engine's own.
  /// - Throws: ``WorkflowServiceError``: `notFound` if there is no such open run, `failedPrecondition` if it is not in
  ///   quarantine.
  public func releaseFromQuarantine(_ execution: WorkflowExecution, namespace: String? = nil) async throws {
    let namespace = namespace ?? options.namespace
    try await request { .releaseFromQuarantine(execution, namespace: namespace, $0) } as Void
  }
}
