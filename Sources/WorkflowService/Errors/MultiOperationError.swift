internal import DurableWorkflows

/// One operation of an update-with-start was refused; the other was not tried.
struct MultiOperationError: Error {
  /// An operation of the unit.
  enum Operation: Int {
    case start = 0
    case update = 1
  }

  /// The operation that was refused.
  var operation: Operation
  /// Why.
  var cause: any Error

  init(_ operation: Operation, _ cause: any Error) {
    self.operation = operation
    self.cause = cause
  }
}

extension MultiOperationError.Operation {
  /// The operation that an engine's refusal is about; `nil` if it is about neither.
  init?(failingWith code: WorkflowServiceError.Code) {
    switch code {
    case .alreadyStarted, .invalidArgument: self = .start
    case .notFound, .resourceExhausted, .failedPrecondition, .deadlineExceeded: self = .update
    default: return nil
    }
  }
}
