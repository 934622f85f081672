internal import DurableWorkflows
internal import Synchronization

/// Waits for the first of several things that end a wait for a run's history.
final class HistoryWait: Sendable {
  enum Outcome: Sendable {
    case answered(Result<GetWorkflowExecutionHistoryResponse, any Error>)
    case blocked(any Error)
    case engineReplaced
    case cancelled
  }

  private struct State {
    var outcome: Outcome?
    var continuation: CheckedContinuation<Outcome, Never>?
  }

  let execution: WorkflowExecution
  private let state = Mutex(State())

  init(_ execution: WorkflowExecution) { self.execution = execution }

  /// Ends the wait. Only the first outcome counts.
  func resolve(_ outcome: Outcome) {
    let continuation = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
      guard state.outcome == nil else { return nil }
      state.outcome = outcome
      defer { state.continuation = nil }
      return state.continuation
    }
    continuation?.resume(returning: outcome)
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
  func concerns(_ execution: WorkflowExecution) -> Bool {
    self.execution.workflowID == execution.workflowID
      && (self.execution.runID.isEmpty || self.execution.runID == execution.runID)
  }
}
