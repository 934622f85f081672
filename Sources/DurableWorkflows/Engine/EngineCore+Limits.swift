internal import Logging

/// Histories that become too long.
extension EngineCore {
  /// A run's history has grown; `count` events and `size` bytes of it are new.
  ///
  /// The checks are two comparisons for a run that is short.
  @inline(__always)
  func noteGrowth(of run: Run, events count: Int, bytes size: Int) {
    guard run.state.nextEventID > Int64(options.limits.historyCountWarning)
      || run.state.historySizeBytes > Int64(options.limits.historySizeWarning)
    else { return }
    noteLongHistory(of: run, events: count, bytes: size)
  }

  private func noteLongHistory(of run: Run, events count: Int, bytes size: Int) {
    let (length, bytes) = (run.state.nextEventID - 1, run.state.historySizeBytes)
    let limits = options.limits
    let isNews =
      length - Int64(count) < Int64(limits.historyCountWarning) && length >= Int64(limits.historyCountWarning)
      || bytes - Int64(size) <= Int64(limits.historySizeWarning) && bytes > Int64(limits.historySizeWarning)
    if isNews {
      options.logger.warning(
        "a run's history is long; let it continue as new",
        metadata: [
          "workflow_id": "\(run.state.started.workflowID)", "run_id": "\(run.state.started.runID)",
          "events": "\(length)", "bytes": "\(bytes)",
        ])
    }
    guard run.isOpen, length > Int64(limits.historyCountError) || bytes > Int64(limits.historySizeError) else { return }
    // It is ended in the next turn; this one is about to be committed.
    if overlongRuns.isEmpty { mailbox.post(.wake) }
    overlongRuns.append(run.key)
  }

  /// Terminates the runs whose histories are over the limit.
  func endOverlongRuns(at now: Timestamp) {
    let keys = overlongRuns
    overlongRuns.removeAll(keepingCapacity: true)
    for key in keys {
      guard let run = runs[key], run.isOpen else { continue }
      let isLong = run.state.nextEventID - 1 > Int64(options.limits.historyCountError)
      let reason = "Workflow history \(isLong ? "count" : "size") exceeds limit."
      options.logger.error(
        "a run is terminated: its history is too long; let such runs continue as new",
        metadata: [
          "workflow_id": "\(run.state.started.workflowID)", "run_id": "\(run.state.started.runID)",
          "events": "\(run.state.nextEventID - 1)", "bytes": "\(run.state.historySizeBytes)",
        ])
      absorb(
        run.state.terminate(reason: reason, details: [], identity: options.identity, at: now), into: run)
      if !links.isEmpty { deliverLinks(at: now) }
    }
  }
}
