internal import Synchronization

/// The port of a server, for those who wait until it listens.
final class ListeningPort: Sendable {
  private struct State {
    var port: Result<Int, any Error>?
    var waiters: [CheckedContinuation<Int, any Error>] = []
  }

  private let state = Mutex(State())

  /// Says what the port is, or why there is none. Only the first call counts.
  func settle(_ port: Result<Int, any Error>) {
    let waiters = state.withLock { state in
      if state.port == nil { state.port = port }
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume(with: port) }
  }

  /// Waits until the port is known.
  func value() async throws -> Int {
    try await withCheckedThrowingContinuation { continuation in
      let port = state.withLock { state in
        if state.port == nil { state.waiters.append(continuation) }
        return state.port
      }
      if let port { continuation.resume(with: port) }
    }
  }
}
