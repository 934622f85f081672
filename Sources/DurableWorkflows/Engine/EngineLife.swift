internal import Synchronization

/// Whether the engine's thread has opened the journal and whether it has ended, for those who wait for either.
final class EngineLife: Sendable {
  struct Opened: Sendable {
    var journalID: String
    var payloads: PayloadStore
    var health: WorkflowHealth
  }

  private struct State {
    var opened: Opened?
    var hasEnded = false
    var isDraining = false
    /// Whether the thread waits for another process to let the directory go.
    var isWaiting = false
    var isCancelled = false
    var failure: (any Error)?
    var openWaiters: [CheckedContinuation<Opened, any Error>] = []
    var endWaiters: [CheckedContinuation<Void, any Error>] = []
  }

  private let state = Mutex(State())
  private let isKilledFlag = Atomic<Bool>(false)

  /// Whether the engine is to end as if its process had been killed.
  var isKilled: Bool { isKilledFlag.load(ordering: .relaxed) }

  func kill() { isKilledFlag.store(true, ordering: .relaxed) }

  func begin(_ opened: Opened) {
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

  // MARK: Standby

  /// The thread begins to wait for the directory; false if nobody wants it any more.
  func beginWaiting() -> Bool {
    state.withLock { state in
      if !state.isCancelled { state.isWaiting = true }
      return state.isWaiting
    }
  }

  /// The thread has waited long enough; false if nobody wants the directory any more.
  func endWaiting() -> Bool {
    state.withLock { state in
      defer { state.isWaiting = false }
      return state.isWaiting
    }
  }

  /// Nobody wants the engine any more that a standby waits to open. Its thread stays in the lock request, which nothing
  /// can interrupt, and lets the lock go at once if it ever gets it.
  func cancelWaiting(_ health: WorkflowHealth) {
    let isWaiting = state.withLock { state in
      defer { state.isWaiting = false }
      state.isCancelled = true
      if state.isWaiting { AbandonedWaits.began() }
      return state.isWaiting
    }
    guard isWaiting else { return }
    health.enter(.ended, "the wait was cancelled")
    end(with: CancellationError())
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
