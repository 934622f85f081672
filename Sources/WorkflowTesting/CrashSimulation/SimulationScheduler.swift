internal import Dispatch
internal import DurableWorkflows
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Runs everything of one process life, `drive` and activities alike, on the engine's thread, one job at a time, in an
/// order that a seed decides.
///
/// ``halt()`` is the death of the process: nothing of it runs any more. ``bury()`` later lets what was suspended end,
/// when nobody looks at its effects any more.
final class SimulationScheduler: EngineScheduler {
  private struct State {
    var random: SimulationRandom
    var jobs: [UnownedJob] = []
    /// The engine's thread, which needs no waking.
    var runner: UInt = 0
    /// Begins the life; until it is there nothing runs.
    var begin: (@Sendable () -> Void)?
    var hasBegun = false
    var isHalted = false
    var isBuried = false
    var wake: (@Sendable () -> Void)?
    var progress: UInt64 = 0
  }

  private let state: Mutex<State>

  init(random: SimulationRandom) {
    state = Mutex(State(random: random))
  }

  /// Begins the life on the engine's thread, as soon as the engine has done what it has to do after its opening.
  ///
  /// - Parameters:
  ///   - begin: called there, before any job is run.
  ///   - wake: wakes the engine's thread, now and whenever a job comes from another one.
  func begin(_ begin: @escaping @Sendable () -> Void, wake: @escaping @Sendable () -> Void) {
    state.withLock { state in
      state.begin = begin
      state.wake = wake
    }
    wake()
  }

  /// A number that changes as long as jobs are run.
  var progress: UInt64 { state.withLock { $0.progress } }

  /// How many jobs wait for their turn.
  var jobCount: Int { state.withLock { $0.jobs.count } }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let thread = currentThread()
    let (isLate, wake) = state.withLock { state in
      if state.isBuried { return (true, nil as (@Sendable () -> Void)?) }
      state.jobs.append(job)
      return (false, state.isHalted || state.runner == thread ? nil : state.wake)
    }
    if isLate { runLate(job) }
    wake?()
  }

  func runNext() -> Bool {
    let thread = currentThread()
    let begin = state.withLock { state in
      defer {
        state.begin = nil
        state.runner = thread
      }
      if state.begin != nil { state.hasBegun = true }
      return state.begin
    }
    if let begin {
      begin()
      return true
    }
    guard let job = takeNext() else { return false }
    job.runSynchronously(on: asUnownedTaskExecutor())
    // Now and then more happens before the engine looks again.
    while state.withLock({ $0.random.bool() }), let job = takeNext() {
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
    return true
  }

  private func takeNext() -> UnownedJob? {
    state.withLock { state in
      guard state.hasBegun, !state.isHalted, !state.jobs.isEmpty else { return nil }
      state.progress += 1
      let index = state.random.below(state.jobs.count)
      return state.jobs.remove(at: index)
    }
  }

  /// From now on nothing runs.
  func halt() {
    state.withLock { $0.isHalted = true }
  }

  /// Runs what is left, on the calling thread; what comes later runs elsewhere.
  func bury() {
    state.withLock { $0.isHalted = true }
    while let job = state.withLock({ $0.jobs.popLast() }) {
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
    let late = state.withLock { state in
      defer { state.jobs = [] }
      state.isBuried = true
      state.wake = nil
      return state.jobs
    }
    for job in late { runLate(job) }
  }

  private func runLate(_ job: UnownedJob) {
    DispatchQueue.global().async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

private func currentThread() -> UInt {
  #if canImport(Darwin)
    UInt(bitPattern: pthread_self())
  #else
    UInt(pthread_self())
  #endif
}
