internal import Synchronization

/// The deterministic executor of one run: the serial executor of the workflow's actor and the task-executor preference
/// of all its tasks.
///
/// Jobs are buffered and drained by one thread at a time, the *owner*. Jobs that the running task enqueues for itself
/// run before those of other tasks, so that the number of hops inside a task does not change the order between tasks:
/// with this rule debug and release builds interleave alike. A job that arrives from any other thread means that the
/// workflow waited for something that replay cannot repeat; it trips ``hasTripped``.
final class WorkflowExecutor: SerialExecutor, TaskExecutor {
  private struct State {
    /// Jobs of the owner thread. The front is `head`.
    var jobs: [UnownedJob] = []
    var head = 0
    /// The running task's own next jobs, run first.
    var sameTask: [UnownedJob] = []
    var currentTask: UInt64 = 0
    /// The thread that may enqueue; 0 while nobody drains.
    var owner: UInt = 0
    var hasTripped = false
    /// Set when the run is abandoned: foreign jobs are then run to let their tasks end.
    var acceptsForeignJobs = false
    /// Set when nobody will drain any more: late jobs run elsewhere.
    var isReleased = false
    var foreignJobs: [UnownedJob] = []
  }

  private let state = Mutex(State())
  private let onForeignJob: @Sendable () -> Void

  /// Creates an executor; `onForeignJob` is called, on the foreign thread, when the tripwire trips.
  init(onForeignJob: @escaping @Sendable () -> Void) {
    self.onForeignJob = onForeignJob
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let thread = currentThreadID()
    let (isFirstForeignJob, isLate) = state.withLock { state -> (Bool, Bool) in
      guard state.owner == thread else {
        defer { state.hasTripped = true }
        if !state.isReleased { state.foreignJobs.append(job) }
        return (!state.hasTripped, state.isReleased)
      }
      if state.currentTask != 0, taskID(of: job) == state.currentTask {
        state.sameTask.append(job)
      } else {
        state.jobs.append(job)
      }
      return (false, false)
    }
    if isLate { runLate([job]) }
    if isFirstForeignJob { onForeignJob() }
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  /// Whether a job ever came from a thread other than the owner.
  var hasTripped: Bool { state.withLock { $0.hasTripped } }

  /// Whether the calling thread is draining this executor: workflow operations are allowed only then.
  var isOwnedByCurrentThread: Bool {
    let thread = currentThreadID()
    return state.withLock { $0.owner == thread }
  }

  /// Makes the calling thread the owner while `body` runs; jobs that `body` causes are buffered until ``drain()``.
  func withOwnership<Result>(_ body: () throws -> Result) rethrows -> Result {
    let thread = currentThreadID()
    let previous = state.withLock { state in
      let previous = state.owner
      state.owner = thread
      return previous
    }
    defer { state.withLock { $0.owner = previous } }
    return try body()
  }

  /// Runs jobs until none is left. Call it with ownership.
  func drain() {
    while let job = next() {
      job.runSynchronously(
        isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    }
    state.withLock { $0.currentTask = 0 }
  }

  /// From now on jobs of other threads are run by ``drain()`` too: the run is being abandoned.
  func acceptForeignJobs() {
    state.withLock { $0.acceptsForeignJobs = true }
  }

  /// The run has been abandoned and nobody drains any more. Tasks that still wait for another thread end on an ordinary
  /// serial queue; workflow operations throw there.
  func release() {
    let late = state.withLock { state in
      defer { state.foreignJobs = [] }
      state.isReleased = true
      return state.foreignJobs
    }
    runLate(late)
  }

  private func runLate(_ jobs: [UnownedJob]) {
    for job in jobs {
      DetachedExecutor.shared.run {
        job.runSynchronously(
          isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor())
      }
    }
  }

  private func next() -> UnownedJob? {
    state.withLock { state in
      if let job = state.sameTask.first {
        state.sameTask.removeFirst()
        return job
      }
      if state.head < state.jobs.count {
        let job = state.jobs[state.head]
        state.head += 1
        if state.head == state.jobs.count {
          state.jobs.removeAll(keepingCapacity: true)
          state.head = 0
        }
        state.currentTask = taskID(of: job)
        return job
      }
      if state.acceptsForeignJobs, !state.foreignJobs.isEmpty {
        let job = state.foreignJobs.removeFirst()
        state.currentTask = taskID(of: job)
        return job
      }
      return nil
    }
  }
}

/// The id of the task that a job belongs to; 0 for jobs that are not tasks.
///
/// `swift_task_getJobTaskId` is exported by the concurrency runtime but has no Swift declaration. The same number is
/// the public `ExecutorJob.description`'s, only as text.
private func taskID(of job: UnownedJob) -> UInt64 {
  jobTaskID(job)
}

@_silgen_name("swift_task_getJobTaskId")
private func jobTaskID(_ job: UnownedJob) -> UInt64
