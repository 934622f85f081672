internal import Synchronization

/// Whether the engine's thread has opened the journal and whether it has ended, for those who wait for either.
final class EngineLife: Sendable {
  struct Opened: Sendable {
    var journalID: String
    var payloads: PayloadStore
  }

  private struct State {
    var opened: Opened?
    var hasEnded = false
    var isDraining = false
    var failure: (any Error)?
    var openWaiters: [CheckedContinuation<Opened, any Error>] = []
    var endWaiters: [CheckedContinuation<Void, any Error>] = []
  }

  private let state = Mutex(State())

  func begin(journalID: String, payloads: PayloadStore) {
    let opened = Opened(journalID: journalID, payloads: payloads)
    let waiters = state.withLock { state in
      defer { state.openWaiters = [] }
      state.opened = opened
      return state.openWaiters
    }
    for waiter in waiters { waiter.resume(returning: opened) }
  }

  func end(with error: (any Error)?) {
    let (openWaiters, endWaiters) = state.withLock { state in
      defer {
        state.openWaiters = []
        state.endWaiters = []
      }
      state.hasEnded = true
      state.failure = error
      return (state.openWaiters, state.endWaiters)
    }
    let failure = error ?? WorkflowServiceError(.unavailable, "the engine has shut down")
    for waiter in openWaiters { waiter.resume(throwing: failure) }
    for waiter in endWaiters {
      if let error { waiter.resume(throwing: error) } else { waiter.resume() }
    }
  }

  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  /// Whether a shutdown was asked for.
  var isDraining: Bool { state.withLock { $0.isDraining } }

  func beginDraining() { state.withLock { $0.isDraining = true } }

  /// Waits until the journal is open.
  func opened() async throws -> Opened {
    try await withCheckedThrowingContinuation { continuation in
      let answer: Result<Opened, any Error>? = state.withLock { state in
        if let opened = state.opened { return .success(opened) }
        if let failure = state.failure { return .failure(failure) }
        state.openWaiters.append(continuation)
        return nil
      }
      if let answer { continuation.resume(with: answer) }
    }
  }

  /// Waits until the thread has ended; throws what ended it, if it was not a shutdown.
  func ended() async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      let answer: Result<Void, any Error>? = state.withLock { state in
        if state.hasEnded { return state.failure.map { .failure($0) } ?? .success(()) }
        state.endWaiters.append(continuation)
        return nil
      }
      if let answer { continuation.resume(with: answer) }
    }
  }
}
