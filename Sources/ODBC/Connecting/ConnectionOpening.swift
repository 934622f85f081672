internal import Synchronization

/// Opens a connection on its thread, and gives up waiting when the time is over or the task is cancelled: no ODBC
/// call can interrupt a login. A connection that opens after all is closed at once.
final class ConnectionOpening: Sendable {
  typealias Waiter = CheckedContinuation<ConnectionHandle, any Error>

  private enum State {
    case idle
    case waiting(Waiter)
    case ended((any Error)?)
  }

  private let state = Mutex(State.idle)

  /// Opens the connection on `thread`.
  ///
  /// - Throws: ``ODBCError``, or `CancellationError` if the task was cancelled.
  static func open(
    _ string: ODBCConnectionString,
    options: ODBCConnectionOptions,
    on thread: ConnectionThread
  ) async throws -> ConnectionHandle {
    try Task.checkCancellation()
    let opening = ConnectionOpening()
    let timer = options.loginTimeout.map { timeout in
      Task {
        // A cancelled timer is one that is no longer needed.
        guard (try? await Task.sleep(for: timeout)) != nil else { return }
        opening.abandon(
          ODBCError(
            code: .timeout,
            operation: "SQLDriverConnect",
            message: "The connection did not open within \(timeout)."
          )
        )
      }
    }
    defer { timer?.cancel() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter in
        guard opening.start(waiter) else { return }
        thread.run {
          do {
            let handle = try ConnectionHandle(string, options: options)
            if !opening.end(.success(handle)) { handle.close() }
          } catch {
            _ = opening.end(.failure(error))
          }
        }
      }
    } onCancel: {
      opening.abandon(CancellationError())
    }
  }

  /// Installs the waiter; resumes it and returns `false` if the opening was abandoned before.
  private func start(_ waiter: Waiter) -> Bool {
    let error = self.state.withLock { state -> (any Error)? in
      if case .ended(let error) = state { return error }
      state = .waiting(waiter)
      return nil
    }
    if let error { waiter.resume(throwing: error) }
    return error == nil
  }

  private func abandon(_ error: any Error) {
    let waiter = self.state.withLock { state -> Waiter? in
      switch state {
      case .idle:
        state = .ended(error)
        return nil
      case .waiting(let waiter):
        state = .ended(error)
        return waiter
      case .ended:
        return nil
      }
    }
    waiter?.resume(throwing: error)
  }

  /// Resumes the waiter; `false` if nobody waits any more.
  private func end(_ result: Result<ConnectionHandle, any Error>) -> Bool {
    let waiter = self.state.withLock { state -> Waiter? in
      guard case .waiting(let waiter) = state else { return nil }
      state = .ended(nil)
      return waiter
    }
    waiter?.resume(with: result)
    return waiter != nil
  }
}
