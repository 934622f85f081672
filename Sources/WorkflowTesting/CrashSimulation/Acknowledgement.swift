internal import DurableWorkflows
internal import Synchronization

/// Something that a process was told before it died, so that it must be true for ever.
enum Acknowledgement: Sendable {
  case started(WorkflowExecution)
  case signaled(WorkflowExecution, requestID: String)
  case cancelRequested(WorkflowExecution)
  case terminated(WorkflowExecution)
  case closed(WorkflowExecution, HistoryEvent)

  var execution: WorkflowExecution {
    switch self {
    case .started(let execution), .signaled(let execution, _), .cancelRequested(let execution),
      .terminated(let execution), .closed(let execution, _):
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
    case .closed(_, let event):
      return history.last == event ? nil : "the end of a run that a client was told is not the end of its history"
    }
  }
}

/// What the processes of one universe were told, in order.
final class Acknowledgements: Sendable {
  private let list = Mutex<[Acknowledgement]>([])

  func note(_ acknowledgement: Acknowledgement) { list.withLock { $0.append(acknowledgement) } }
  var all: [Acknowledgement] { list.withLock { $0 } }
}

/// Gives requests of a life ids that the same requests get again in the next life, so that the engine recognises them.
final class RequestNumbers: Sendable {
  /// The id of a request whose caller chose none.
  static let placeholder = "simulated"

  private let counts = Mutex<[String: Int]>([:])

  /// The id of a request: the caller's own, or one made of what is asked and of how often it was asked before.
  func id(_ requestID: String, _ kind: String, _ parts: String..., input: [Payload] = []) -> String {
    guard requestID == RequestNumbers.placeholder else { return requestID }
    var content = ([kind] + parts).joined(separator: "\u{0}")
    for payload in input { content += "\u{0}" + String(decoding: payload.data, as: UTF8.self) }
    let count = counts.withLock { counts in
      counts[content, default: 0] += 1
      return counts[content] ?? 0
    }
    return "\(kind)-\(count)-\(fingerprint(content.utf8))"
  }
}
