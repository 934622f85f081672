package import DurableWorkflows

/// What must hold at the end of every universe, whatever its outcome.
struct SimulationInvariants: Sendable {
  /// One life of the process.
  struct Life: Sendable {
    var start: Timestamp
    /// The activities that ran, by idempotency key.
    var invocations: [String]
  }

  var runs: [SimulatedRun]
  var acknowledgements: [Acknowledgement]
  var lives: [Life]

  /// - Throws: ``CrashSimulationError``.
  func check() throws {
    for run in runs { try checkHistory(of: run) }
    try checkAcknowledgements()
    try checkInvocations()
  }

  /// Event ids have no gaps, and nothing is closed twice.
  private func checkHistory(of run: SimulatedRun) throws {
    func broken(_ message: String) -> CrashSimulationError {
      CrashSimulationError(.historyBroken, "the history of '\(run.execution.workflowID)' \(message)")
    }
    if run.history.map(\.id) != Array(1..<(Int64(run.history.count) + 1)) {
      throw broken("has gaps: \(run.history.map(\.id))")
    }
    if let index = run.history.firstIndex(where: \.attributes.isClosing), index != run.history.count - 1 {
      throw broken("goes on after its end, event \(run.history[index].id)")
    }
    var closed: Set<Int64> = []
    for event in run.history {
      guard let opening = event.attributes.openingEventID else { continue }
      if !closed.insert(opening).inserted { throw broken("closes event \(opening) twice, at event \(event.id)") }
    }
  }

  private func checkAcknowledgements() throws {
    for acknowledgement in acknowledgements {
      let execution = acknowledgement.execution
      let matching = runs.filter {
        $0.execution.workflowID == execution.workflowID
          && (execution.runID.isEmpty || $0.execution.runID == execution.runID)
      }
      if matching.isEmpty {
        throw CrashSimulationError(
          .acknowledgementLost, "the acknowledged run '\(execution.workflowID)' (\(execution.runID)) is gone")
      }
      let complaints = matching.map { acknowledgement.complaint(about: $0.history) }
      if !complaints.contains(nil), let complaint = complaints.first, let complaint {
        throw CrashSimulationError(.acknowledgementLost, "\(complaint) (workflow '\(execution.workflowID)')")
      }
    }
  }

  /// No activity ran in a life before which its end, or that of its run, was recorded. The clock moves between lives,
  /// so that an event's time tells whether it was recorded before a life.
  private func checkInvocations() throws {
    for (index, life) in lives.enumerated() where index > 0 {
      let invocations = Set(life.invocations)
      for run in runs {
        let execution = run.execution
        for event in run.history where event.time < life.start {
          guard let opening = event.attributes.openingEventID,
            case .activityTaskScheduled(let attributes)? = run.history.first(where: { $0.id == opening })?.attributes
          else { continue }
          if invocations.contains("\(execution.workflowID)/\(execution.runID)/\(attributes.activityID)") {
            throw CrashSimulationError(
              .resultComputedAgain,
              "activity '\(attributes.activityType)' (id \(attributes.activityID)) of '\(execution.workflowID)' ran in "
                + "life \(index + 1) although event \(event.id), recorded before, is its end")
          }
        }
      }
    }
  }
}

extension EventAttributes {
  /// The event that this one closes for good, if it does.
  package var openingEventID: Int64? {
    switch self {
    case .activityTaskCompleted(let id, _, _, _), .activityTaskFailed(let id, _, _, _, _),
      .activityTaskTimedOut(let id, _, _, _), .activityTaskCanceled(let id, _, _, _, _), .timerFired(_, let id),
      .timerCanceled(_, let id, _, _), .workflowExecutionUpdateCompleted(_, _, let id, _),
      .startChildWorkflowExecutionFailed(_, _, _, let id, _), .externalWorkflowExecutionSignaled(let id, _),
      .externalWorkflowExecutionCancelRequested(let id, _):
      id
    case .childWorkflowExecutionCompleted(let child, _), .childWorkflowExecutionFailed(let child, _, _),
      .childWorkflowExecutionCanceled(let child, _), .childWorkflowExecutionTimedOut(let child, _),
      .childWorkflowExecutionTerminated(let child):
      child.initiatedEventID
    case .signalExternalWorkflowExecutionFailed(let failed), .requestCancelExternalWorkflowExecutionFailed(let failed):
      failed.initiatedEventID
    default: nil
    }
  }
}
