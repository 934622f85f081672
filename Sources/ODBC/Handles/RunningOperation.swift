internal import CUnixODBC

/// One blocking call, or a few of them, that other threads may cancel.
///
/// The thread of the connection runs the operation; the cancellation handler of a task, a timer or
/// ``ODBCConnection/cancelRunningOperation()`` cancels it. Two dangers are excluded here:
/// a cancellation that comes before the driver listens would be lost, so `SQLCancel` is repeated until the operation
/// has ended; and one that comes late would hit a freed handle or the next operation, so the end of the operation
/// waits for a call of `SQLCancel` that is under way.
final class RunningOperation: Sendable {
  /// Why an operation was cancelled. The first cause counts.
  enum Cause: Sendable {
    case task, timeout, request
  }

  private enum Phase {
    case waiting, running, ended
  }

  private struct State {
    var phase = Phase.waiting
    var cause: Cause?
    var isCancelling = false
  }

  /// The statement that `SQLCancel` is called with.
  private let target: StatementHandle
  private let state = Monitor(State())

  init(target: StatementHandle) { self.target = target }

  /// Runs `body` on the calling thread, which must be the connection's, unless the operation is cancelled already.
  ///
  /// - Returns: The result of `body`, and why the operation was cancelled if it was.
  func perform<Result>(_ body: () throws -> Result) -> (result: Swift.Result<Result, any Error>?, cause: Cause?) {
    let early = self.state.update { state -> Cause? in
      if state.cause == nil { state.phase = .running } else { state.phase = .ended }
      return state.cause
    }
    if let early { return (nil, early) }
    let result = Swift.Result { try body() }
    self.state.update { $0.phase = .ended }
    let cause = self.state.wait { $0.isCancelling ? nil : .some($0.cause) }
    return (result, cause)
  }

  /// Cancels the operation, from any thread, without blocking it. After the end this does nothing.
  func cancel(_ cause: Cause) {
    let mustStart = self.state.update { state in
      guard state.phase != .ended, state.cause == nil else { return false }
      state.cause = cause
      // Before the call nothing has to be interrupted: `perform` sees the cause.
      return state.phase == .running
    }
    guard mustStart else { return }
    // SQLCancel may open a connection to the server of its own, so it runs on a thread of its own. If the system has
    // no thread left, the operation goes on and ends by itself; its result then stands.
    try? DetachedThread.start { self.repeatCancelling() }
  }

  private func repeatCancelling() {
    var pause = 20
    while true {
      let isRunning = self.state.update { state in
        state.isCancelling = state.phase == .running
        return state.isCancelling
      }
      if !isRunning { return }
      self.target.cancel()
      self.state.update { $0.isCancelling = false }
      _ = self.state.wait(milliseconds: pause) { $0.phase == .ended ? true : nil }
      pause = min(pause * 2, 1000)
    }
  }
}
