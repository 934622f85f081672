internal import DurableWorkflows
internal import Synchronization

/// Something that a process was told before it died, so that it must be true for ever.
enum Acknowledgement: Sendable {
  case started(WorkflowExecution)
  case signaled(WorkflowExecution, requestID: String)
  case cancelRequested(WorkflowExecution)
  case terminated(WorkflowExecution)
  case updated(WorkflowExecution, updateID: String, UpdateOutcome?)
  case closed(WorkflowExecution, HistoryEvent)

  var execution: WorkflowExecution {
    switch self {
    case .started(let execution), .signaled(let execution, _), .cancelRequested(let execution),
      .terminated(let execution), .updated(let execution, _, _), .closed(let execution, _):
      execution
    }
  }

  /// What is wrong with the history of the run, if the acknowledgement is to be true; `nil` if nothing is.
  func complaint(about history: [HistoryEvent]) -> String? {
    switch self {
    case .started:
      return nil
    case .signaled(_, let requestID):
      let count = history.count {
        if case .workflowExecutionSignaled(_, _, _, _, requestID) = $0.attributes { true } else { false }
      }
      return count == 1 ? nil : "an acknowledged signal is \(count) times in its history instead of once"
    case .cancelRequested:
      let isThere = history.contains {
        if case .workflowExecutionCancelRequested = $0.attributes { true } else { $0.attributes.isClosing }
      }
      return isThere ? nil : "an acknowledged request for cancellation is not in its history"
    case .terminated:
      if case .workflowExecutionTerminated? = history.last?.attributes { return nil }
      return "an acknowledged termination is not in its history"
    case .updated(_, let updateID, let outcome):
      let accepted = history.count {
        if case .workflowExecutionUpdateAccepted(let update) = $0.attributes {
          update.request.updateID == updateID
        } else {
          false
        }
      }
      if accepted != 1 { return "an accepted update is \(accepted) times in its history instead of once" }
      guard let outcome else { return nil }
      let isThere = history.contains {
        if case .workflowExecutionUpdateCompleted(updateID, _, _, outcome) = $0.attributes { true } else { false }
      }
      return isThere ? nil : "the outcome of an update that a client was told is not in its history"
    case .closed(_, let event):
      return history.last == event ? nil : "the end of a run that a client was told is not the end of its history"
    }
  }
}

/// What the processes of one universe were told, in order.
final class Acknowledgements: Sendable {
  private let list = Mutex<[Acknowledgement]>([])
  private let scheduleChanges = Mutex<Set<ScheduleChange>>([])
  private let refusals = Mutex<[String: UpdateWorkflowExecutionResponse]>([:])

  func note(_ acknowledgement: Acknowledgement) { list.withLock { $0.append(acknowledgement) } }
  var all: [Acknowledgement] { list.withLock { $0 } }

  /// Notes an update that did not succeed.
  func note(refusal: UpdateWorkflowExecutionResponse) { refusals.withLock { $0[refusal.updateID] = refusal } }
  func refusal(_ updateID: String) -> UpdateWorkflowExecutionResponse? { refusals.withLock { $0[updateID] } }

  func note(_ change: ScheduleChange) { scheduleChanges.withLock { _ = $0.insert(change) } }
  func holds(_ change: ScheduleChange) -> Bool { scheduleChanges.withLock { $0.contains(change) } }
}

