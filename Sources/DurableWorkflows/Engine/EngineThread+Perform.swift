internal import Synchronization

extension EngineThread {
  /// Runs `body` on a thread of its own and waits for what it gives or throws.
  ///
  /// - Parameter limit: how long to wait; then the thread is given up, with what it holds. `nil` waits for ever.
  /// - Throws: what `body` throws; ``WorkflowTaskError`` when the time is over; ``WorkflowEngineError`` if there is no
  ///   thread.
  static func perform<Value: Sendable>(
    within limit: Duration? = nil, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    let answer = FirstAnswer<Value>()
    try start { answer.give(Result { try body() }) }
    let timer = limit.map { limit in
      Task {
        try await Task.sleep(for: limit)
        answer.give(.failure(WorkflowTaskError(message: DeadlockWatch.advice(after: limit))))
      }
    }
    defer { timer?.cancel() }
    return try await answer.value()
  }
}

/// What is given first; later answers are dropped.
private final class FirstAnswer<Value: Sendable>: Sendable {
  private struct State {
    var result: Result<Value, any Error>?
    var continuation: CheckedContinuation<Value, any Error>?
  }

  private let state = Mutex(State())

  func give(_ result: Result<Value, any Error>) {
    let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
      guard state.result == nil else { return nil }
      state.result = result
      return state.continuation
    }
    continuation?.resume(with: result)
  }

  func value() async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let known = state.withLock { state in
        if state.result == nil { state.continuation = continuation }
        return state.result
      }
      if let known { continuation.resume(with: known) }
    }
  }
}
