internal import Dispatch
internal import Synchronization

/// Watches over the stretches in which the engine's thread runs user code, and takes the engine away from a thread that
/// does not come back from one.
///
/// A stretch has a number while it lasts. The engine's thread begins and ends it with one atomic store and one
/// exchange; the watch looks once per period, and a number that it sees twice has lasted for a period. Time for which
/// the thread had no processor does not count. Whoever of the two exchanges the number first owns the engine from then
/// on.
final class DeadlockWatch: Sendable {
  /// The stretch that is running; 0 for none.
  private let stretch = Atomic<UInt64>(0)
  private let isTicking = Atomic<Bool>(false)
  private let queue = DispatchQueue(label: "durable-workflows.deadlock-watch")
  private let period: Duration
  private let starvation = Mutex<ThreadStarvation?>(nil)
  private let onDeadlock: @Sendable () -> Void

  /// - Parameter onDeadlock: called, on a thread of the system's, when the engine was taken from its thread.
  init(period: Duration, onDeadlock: @escaping @Sendable () -> Void) {
    self.period = period
    self.onDeadlock = onDeadlock
  }

  /// The calling thread is the engine's.
  func adoptThread() { starvation.withLock { $0 = ThreadStarvation() } }

  private var starvationTime: Duration { starvation.withLock { $0?.time } ?? .zero }

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
    scheduleTick(nil, after: period)
  }

  private func scheduleTick(_ sighting: StretchSighting?, after time: Duration) {
    let start = ContinuousClock.now
    let nanoseconds = Int(clamping: time.inNanoseconds)
    queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in
      self?.tick(sighting, after: .now - start)
    }
  }

  private func tick(_ sighting: StretchSighting?, after time: Duration) {
    let current = stretch.load(ordering: .sequentiallyConsistent)
    if current == 0 {
      isTicking.store(false, ordering: .sequentiallyConsistent)
      // A stretch that began meanwhile may have seen the watch still ticking.
      if stretch.load(ordering: .sequentiallyConsistent) != 0 { startTicking() }
      return
    }
    let starvation = starvationTime
    guard var sighting, sighting.number == current else {
      scheduleTick(StretchSighting(current, limit: period, starvation: starvation), after: period)
      return
    }
    if let rest = sighting.seen(after: time, starvation: starvation) { return scheduleTick(sighting, after: rest) }
    guard end(current) else { return scheduleTick(nil, after: period) }
    isTicking.store(false, ordering: .sequentiallyConsistent)
    onDeadlock()
  }
}

extension DeadlockWatch {
  /// What is wrong with code that ran for longer than `time`, and what helps.
  static func advice(after time: Duration) -> String {
    "the workflow's code ran for more than \(time) without waiting; "
      + "move long computations and blocking calls into activities, and let loops wait for something"
  }
}
