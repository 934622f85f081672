internal import Dispatch
internal import Synchronization

/// Watches over the stretches in which the engine's thread runs user code, and takes the engine away from a thread that
/// does not come back from one.
///
/// A stretch has a number while it lasts. The engine's thread begins and ends it with one atomic store and one
/// exchange; the watch looks once per period, and a number that it sees twice has lasted for a period. Whoever of the
/// two exchanges the number first owns the engine from then on.
final class DeadlockWatch: Sendable {
  /// The stretch that is running; 0 for none.
  private let stretch = Atomic<UInt64>(0)
  private let isTicking = Atomic<Bool>(false)
  private let queue = DispatchQueue(label: "durable-workflows.deadlock-watch")
  private let period: Duration
  private let onDeadlock: @Sendable () -> Void

  /// - Parameter onDeadlock: called, on a thread of the system's, when the engine was taken from its thread.
  init(period: Duration, onDeadlock: @escaping @Sendable () -> Void) {
    self.period = period
    self.onDeadlock = onDeadlock
  }

  /// User code is about to run.
  func begin(_ number: UInt64) {
    stretch.store(number, ordering: .sequentiallyConsistent)
    if !isTicking.load(ordering: .sequentiallyConsistent) { startTicking() }
  }

  /// User code came back.
  /// - Returns: whether the calling thread still owns the engine.
  func end(_ number: UInt64) -> Bool {
    stretch.compareExchange(expected: number, desired: 0, ordering: .sequentiallyConsistent).exchanged
  }

  /// Where a thread that has lost the engine stays. Ending it would unwind through user code.
  static func park() -> Never {
    let forever = DispatchSemaphore(value: 0)
    while true { forever.wait() }
  }

  private func startTicking() {
    guard isTicking.compareExchange(expected: false, desired: true, ordering: .sequentiallyConsistent).exchanged else {
      return
    }
    scheduleTick(lastSeen: 0)
  }

  private func scheduleTick(lastSeen: UInt64) {
    let nanoseconds = Int(clamping: period.inNanoseconds)
    queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in self?.tick(lastSeen: lastSeen) }
  }

  private func tick(lastSeen: UInt64) {
    let current = stretch.load(ordering: .sequentiallyConsistent)
    if current == 0 {
      isTicking.store(false, ordering: .sequentiallyConsistent)
      // A stretch that began meanwhile may have seen the watch still ticking.
      if stretch.load(ordering: .sequentiallyConsistent) != 0 { startTicking() }
      return
    }
    if current == lastSeen, end(current) {
      isTicking.store(false, ordering: .sequentiallyConsistent)
      onDeadlock()
      return
    }
    scheduleTick(lastSeen: current)
  }
}

extension DeadlockWatch {
  /// What is wrong with code that ran for longer than `time`, and what helps.
  static func advice(after time: Duration) -> String {
    "the workflow's code ran for more than \(time) without waiting; "
      + "move long computations and blocking calls into activities, and let loops wait for something"
  }
}
