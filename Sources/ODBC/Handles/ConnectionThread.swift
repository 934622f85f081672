#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The one thread of a connection: the executor of its actor. Every blocking ODBC call of the connection runs here.
final class ConnectionThread: SerialExecutor {
  private enum Work: Sendable {
    case job(UnownedJob)
    case closure(@Sendable () -> Void)
  }

  private struct State {
    var queue: [Work] = []
    var isFinished = false
    var thread: pthread_t?
  }

  private let state = Monitor(State())

  /// Starts the thread. It lives until ``finish(_:)``.
  init() throws {
    try DetachedThread.start { [state] in ConnectionThread.loop(state, executor: self) }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    self.state.update { $0.queue.append(.job(job)) }
  }

  /// Runs `body` on the thread, after everything that was queued before.
  func run(_ body: @escaping @Sendable () -> Void) {
    self.state.update { $0.queue.append(.closure(body)) }
  }

  /// Runs `body` on the thread as its last work; then the thread ends.
  func finish(_ body: @escaping @Sendable () -> Void) {
    self.state.update {
      $0.queue.append(.closure(body))
      $0.isFinished = true
    }
  }

  func checkIsolated() {
    let isCurrent = self.state.update { state in
      state.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
    }
    precondition(isCurrent, "Work of an ODBC connection must run on the connection's own thread.")
  }

  private static func loop(_ state: Monitor<State>, executor: ConnectionThread) {
    state.update { $0.thread = pthread_self() }
    while true {
      let batch = state.wait { state -> [Work]? in
        if state.queue.isEmpty { return state.isFinished ? [] : nil }
        defer { state.queue = [] }
        return state.queue
      }
      if batch.isEmpty { return }
      for work in batch {
        switch work {
        case .job(let job): job.runSynchronously(on: executor.asUnownedSerialExecutor())
        case .closure(let body): body()
        }
      }
    }
  }
}
