internal import DurableWorkflows
internal import Synchronization

/// Waits for the first of several things that end a wait for a run's history or for an update.
final class RunWait: Sendable {
  enum Outcome: Sendable {
    case answered(Result<any Sendable, any Error>)
    case blocked(any Error)
    case engineReplaced
    case cancelled
  }

  private struct State {
    var outcome: Outcome?
    var continuation: CheckedContinuation<Outcome, Never>?
    var permit: SkipPermit?
    var hasRunClosed = false
  }

  let execution: WorkflowExecution
  let namespace: String
  private let state = Mutex(State())

  init(_ execution: WorkflowExecution, in namespace: String) {
    self.execution = execution
    self.namespace = namespace
  }

  /// Ends the wait. Only the first outcome counts.
  func resolve(_ outcome: Outcome) {
    let (continuation, permit) = state.withLock { state -> (CheckedContinuation<Outcome, Never>?, SkipPermit?) in
      guard state.outcome == nil else { return (nil, nil) }
      state.outcome = outcome
      defer {
        state.continuation = nil
        state.permit = nil
      }
      return (state.continuation, state.permit)
    }
    permit?.end()
    continuation?.resume(returning: outcome)
  }

  /// Lets time be skipped until the run is closed or the wait ends.
  func permitSkipping(of clock: VirtualClock) {
    state.withLock { state in
      if state.outcome == nil, !state.hasRunClosed { state.permit = clock.permitSkipping() }
    }
  }

  /// The run is closed: the answer is on its way.
  func runClosed() {
    let permit = state.withLock { state in
      state.hasRunClosed = true
      defer { state.permit = nil }
      return state.permit
    }
    permit?.end()
  }

  /// Waits for the outcome.
  func outcome() async -> Outcome {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known = state.withLock { state in
          if state.outcome == nil { state.continuation = continuation }
          return state.outcome
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      resolve(.cancelled)
    }
  }

  /// Whether the wait is for this run.
  func concerns(_ execution: WorkflowExecution, in namespace: String) -> Bool {
    self.namespace == namespace && self.execution.workflowID == execution.workflowID
      && (self.execution.runID.isEmpty || self.execution.runID == execution.runID)
  }
}
