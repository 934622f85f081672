internal import Synchronization

/// A task of Swift's pool that is awake when its work comes.
///
/// Waking a thread of the pool takes tens of microseconds, a good part of what a sync of the disk takes. A lone activity's
/// task is therefore woken when the sync begins that its start has to wait for, and spins until the sync has ended. If
/// that takes longer than usual it suspends.
final class WarmTask: Sendable {
  typealias Work = @Sendable () async -> Void

  private enum State {
    case empty
    case suspended(CheckedContinuation<Work?, Never>)
    case given(Work?)
  }

  private let state = Mutex(State.empty)
  private let isGiven = Atomic<Bool>(false)
  /// A little more than a sync of a fast disk takes.
  private static let longestSpin = Duration.microseconds(250)

  /// Begins to wake a task up. Exactly one call of ``give(_:)`` must follow.
  ///
  /// - Returns: the task that will do the work.
  func start() -> Task<Void, Never> {
    Task { [self] in
      if let work = await wait() { await work() }
    }
  }

  /// Hands the work over, or `nil` if there is none after all.
  func give(_ work: Work?) {
    let continuation = state.withLock { state -> CheckedContinuation<Work?, Never>? in
      if case .suspended(let continuation) = state { return continuation }
      state = .given(work)
      return nil
    }
    isGiven.store(true, ordering: .releasing)
    continuation?.resume(returning: work)
  }

  private func wait() async -> Work? {
    let end = ContinuousClock.now + WarmTask.longestSpin
    while !isGiven.load(ordering: .acquiring), ContinuousClock.now < end {}
    return await withCheckedContinuation { continuation in
      let given = state.withLock { state -> Work?? in
        if case .given(let work) = state { return .some(work) }
        state = .suspended(continuation)
        return nil
      }
      if let given { continuation.resume(returning: given) }
    }
  }
}
