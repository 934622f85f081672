internal import DurableWorkflows

extension ProgramModel {
  /// How an activity, local or not, ends.
  func activity(_ plan: Program.Activity, _ start: Start) -> End {
    let waits = plan.cancellation == .waitCancellationCompleted
    let deadline = plan.scheduleToClose.map { sum(start.time, $0) } ?? ProgramModel.never
    var isRequested = false
    var time = start.time
    var number = 1

    func failed(_ cause: String, _ state: RetryState) -> Result<String, Kind> {
      .failure(Kind(text: "activity \(cause) \(state)"))
    }
    /// The end, if the wait is cut short before `next`; else `nil`.
    func cut(before next: Int64, isRunning: Bool) -> End? {
      if !isRequested, start.cancellation < min(next, deadline) {
        if !waits || !isRunning {
          return End(time: start.cancellation, result: .failure(.canceled), sawCancellation: true)
        }
        isRequested = true
        if let stops = plan.stopsAfter.map({ sum(start.cancellation, $0) }), stops < min(next, deadline) {
          return End(time: stops, result: .failure(.canceled), sawCancellation: true)
        }
      }
      guard deadline < next else { return nil }
      return End(time: deadline, result: failed("scheduleToClose", .timeout), sawCancellation: isRequested)
    }

    while true {
      let attempt = plan.attempt(number)
      let isTooSlow = plan.startToClose < attempt.duration
      let ended = sum(time, isTooSlow ? plan.startToClose : attempt.duration)
      if let end = cut(before: ended, isRunning: true) { return end }
      var cause = "startToClose"
      var delay = min(plan.initialInterval << (plan.doublesInterval ? number - 1 : 0), plan.maximumInterval)
      var state: RetryState?
      if !isTooSlow {
        switch attempt.ending {
        case .success(let value):
          return End(time: ended, result: .success("\(value)"), sawCancellation: isRequested)
        case .failure(let type, let isNonRetryable, let nextDelay):
          cause = "error \(type)"
          delay = nextDelay ?? delay
          if isNonRetryable { state = .nonRetryableFailure }
        }
      }
      if isRequested { state = .cancelRequested }
      if state == nil, plan.maximumAttempts > 0, number >= plan.maximumAttempts { state = .maximumAttemptsReached }
      if state == nil, sum(ended, delay) >= deadline { state = .timeout }
      if let state { return End(time: ended, result: failed(cause, state), sawCancellation: isRequested) }
      if let end = cut(before: sum(ended, delay), isRunning: false) { return end }
      time = sum(ended, delay)
      number += 1
    }
  }
}
