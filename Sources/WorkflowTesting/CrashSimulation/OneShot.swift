internal import Synchronization

/// A value that is set once and awaited once. Cancelling the waiting task ends the wait with `CancellationError`.
final class OneShot<Value: Sendable>: Sendable {
  private enum State {
    case empty
    case waiting(CheckedContinuation<Value, any Error>)
    case set(Result<Value, any Error>)
    case done
  }

  private let state = Mutex(State.empty)

  /// Sets the value; only the first one counts.
  func set(_ result: Result<Value, any Error>) {
    let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
      switch state {
      case .empty:
        state = .set(result)
        return nil
      case .waiting(let continuation):
        state = .done
        return continuation
      case .set, .done:
        return nil
      }
    }
    continuation?.resume(with: result)
  }

  /// Waits for the value.
  func value() async throws -> Value {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let known = state.withLock { state -> Result<Value, any Error>? in
          guard case .set(let result) = state else {
            state = .waiting(continuation)
            return nil
          }
          state = .done
          return result
        }
        if let known { continuation.resume(with: known) }
      }
    } onCancel: {
      set(.failure(CancellationError()))
    }
  }
}
