@testable internal import DurableWorkflows

/// Activities in virtual time: attempts take as long, and end, as the program says.
extension ProgramDriver {
  private func plan(_ input: [Payload]) -> Program.Activity? {
    guard input.count == 2, let text = try? converter.value(of: input[0], as: String.self),
      let number = try? converter.value(of: input[1], as: Int.self), let path = ProgramInput(text)?.path
    else { return nil }
    return program.descendant(path).activities[number]
  }

  private func outcome(of attempt: Program.Activity.Attempt) -> ActivityOutcome {
    switch attempt.ending {
    case .success(let value): .completed((try? [converter.payload(for: value)]) ?? [])
    case .failure(let type, let isNonRetryable, let nextDelay):
      .failed(
        Failure(
          message: "failed",
          info: .application(
            type: "\(type)", isNonRetryable: isNonRetryable, details: [],
            nextRetryDelay: nextDelay.map { .nanoseconds($0) })))
    }
  }

  // MARK: Activities

  func startAttempts(of run: DrivenRun) {
    let starts = run.waitingStarts
    run.waitingStarts = []
    for eventID in starts {
      guard run.state.isOpen, let activity = run.state.activity(eventID), activity.stage == .scheduled else { continue }
      absorb(run.state.startAttempt(eventID, at: now), into: run)
      if !activity.mustNotRepeat { launch(eventID, of: run) }
    }
  }

  func launch(_ eventID: Int64, of run: DrivenRun) {
    guard let activity = run.state.activity(eventID), let plan = plan(activity.attributes.input) else { return }
    let attempt = plan.attempt(activity.attempt)
    schedule(
      .attemptEnded(run, eventID: eventID, attempt: activity.attempt, outcome(of: attempt)), after: attempt.duration)
  }

  func stopAttempt(of run: DrivenRun, _ eventID: Int64) {
    guard let activity = run.state.activity(eventID), let delay = plan(activity.attributes.input)?.stopsAfter else {
      return
    }
    schedule(
      .attemptEnded(run, eventID: eventID, attempt: activity.attempt, .canceled(details: [])), after: delay)
  }

  // MARK: Local activities

  func launchLocalActivities(of run: DrivenRun) {
    let (open, canceled) = run.instance.takeLocalActivities()
    for seq in run.localActivities.keys where !open.contains(where: { $0.seq == seq }) {
      run.localActivities[seq] = nil
    }
    for seq in canceled { stopLocalAttempt(of: run, seq) }
    for request in open where run.localActivities[request.seq] == nil {
      run.localActivities[request.seq] = DrivenRun.LocalAttempt(request: request)
      launchLocal(run, request.seq)
    }
  }

  private func launchLocal(_ run: DrivenRun, _ seq: Int) {
    guard let local = run.localActivities[seq], let plan = plan(local.request.input) else { return }
    let attempt = plan.attempt(local.number)
    let deadline = plan.scheduleToClose.map { local.request.scheduledTime + .nanoseconds($0) } ?? .distantFuture
    // Whichever comes first ends the attempt; the others find another attempt, or none.
    if attempt.duration < plan.startToClose {
      schedule(
        .localAttemptEnded(run, seq: seq, attempt: local.number, outcome(of: attempt)), after: attempt.duration)
    } else {
      schedule(
        .localAttemptEnded(run, seq: seq, attempt: local.number, .failed(timeout(.startToClose))),
        after: plan.startToClose)
    }
    if local.number == 1, deadline < .distantFuture {
      schedule(
        .localAttemptEnded(run, seq: seq, attempt: 0, .failed(timeout(.scheduleToClose))),
        at: deadline.nanosecondsSinceEpoch)
    }
  }

  private func timeout(_ type: TimeoutType) -> Failure {
    Failure(message: "activity \(type.text) timeout", info: .timeout(type, lastHeartbeatDetails: []))
  }

  private func stopLocalAttempt(of run: DrivenRun, _ seq: Int) {
    guard let local = run.localActivities[seq], let plan = plan(local.request.input) else { return }
    run.localActivities[seq]?.isCancelRequested = true
    if !local.isRunning {
      resolve(run, seq, .canceled(details: []))
    } else if let delay = plan.stopsAfter {
      schedule(.localAttemptEnded(run, seq: seq, attempt: local.number, .canceled(details: [])), after: delay)
    }
  }

  func localAttemptEnded(_ run: DrivenRun, _ seq: Int, _ attempt: Int, _ outcome: ActivityOutcome) {
    guard run.state.isOpen, let local = run.localActivities[seq], attempt == 0 || attempt == local.number,
      attempt == 0 || local.isRunning, let plan = plan(local.request.input)
    else { return }
    switch outcome {
    case .completed(let result): resolve(run, seq, .succeeded(result))
    case .canceled(let details): resolve(run, seq, .canceled(details: details))
    case .failed(let failure):
      if attempt == 0 { return resolve(run, seq, .failed(failure, .timeout)) }
      if local.isCancelRequested { return resolve(run, seq, .failed(failure, .cancelRequested)) }
      var delay = plan.policy.interval(afterAttempt: attempt)
      if case .application(_, let isNonRetryable, _, let nextDelay) = failure.info {
        if isNonRetryable { return resolve(run, seq, .failed(failure, .nonRetryableFailure)) }
        delay = nextDelay ?? delay
      }
      if plan.maximumAttempts > 0, attempt >= plan.maximumAttempts {
        return resolve(run, seq, .failed(failure, .maximumAttemptsReached))
      }
      if let limit = plan.scheduleToClose, now + delay >= local.request.scheduledTime + .nanoseconds(limit) {
        return resolve(run, seq, .failed(failure, .timeout))
      }
      run.localActivities[seq]?.number += 1
      run.localActivities[seq]?.isRunning = false
      schedule(.localRetry(run, seq: seq, attempt: attempt + 1), after: delay.inNanoseconds)
    case .completesAsynchronously: break
    }
  }

  func localRetry(_ run: DrivenRun, _ seq: Int, _ attempt: Int) {
    guard let local = run.localActivities[seq], local.number == attempt, !local.isRunning else { return }
    run.localActivities[seq]?.isRunning = true
    launchLocal(run, seq)
  }

  private func resolve(_ run: DrivenRun, _ seq: Int, _ outcome: Activation.Outcome) {
    guard let local = run.localActivities.removeValue(forKey: seq) else { return }
    run.localResults.append(
      .resolveLocalActivity(
        seq: seq, LocalActivityResolution(outcome: outcome, attempt: local.number, completeTime: now)))
  }
}
