extension WorkflowExecutionDescription {
  /// Why the run does not move, in a sentence or two: what it waits for, since when, and what can unblock it.
  ///
  /// - Parameter now: the present time, of the service's clock.
  public func why(now: Timestamp) -> String {
    if !info.status.isOpen { return closed(now) }
    if let quarantine {
      return "The run is in quarantine since \(quarantine.time.text(seenFrom: now)): \(quarantine.reason). "
        + "Its code runs again when it is released, with releaseFromQuarantine."
    }
    if let pause { return paused(pause, now) }
    if let pendingWorkflowTask { return blocked(pendingWorkflowTask, now) }
    if let firstTaskTime, lastTaskTime == nil { return delayed(until: firstTaskTime, now) }
    return waiting(now)
  }

  private func paused(_ pause: WorkflowPauseInfo, _ now: Timestamp) -> String {
    let reason = pause.reason.isEmpty ? "" : ", for: \(pause.reason)"
    return "The run is paused since \(pause.pausedTime.text(seenFrom: now)) by \(pause.identity)\(reason). "
      + "It goes on when it is unpaused."
  }

  private func closed(_ now: Timestamp) -> String {
    let end = closeTimeText(now)
    if info.status == .continuedAsNew { return "The run is over\(end): it goes on as a new run of the same id." }
    return "The run is over: it is \(info.status)\(end)."
  }

  private func closeTimeText(_ now: Timestamp) -> String {
    info.closeTime.map { " since \($0.text(seenFrom: now))" } ?? ""
  }

  private func blocked(_ task: PendingWorkflowTaskInfo, _ now: Timestamp) -> String {
    let beginning = "The run is blocked since \(task.scheduledTime.text(seenFrom: now)): "
    guard let error = task.nonDeterminismError else {
      return beginning + "its workflow task fails with \"\(task.failure.message)\". It is tried again when something "
        + "happens to the run, and when a process whose code can go on opens the journal."
    }
    guard let eventID = error.eventID, let expected = error.expected, let actual = error.actual else {
      return beginning + "\(error.message). It goes on when corrected code opens the journal."
    }
    return beginning + "at event \(eventID) its history holds '\(expected)', but its code gives '\(actual)'; "
      + "\(error.message). It goes on when matching code opens the journal, or as a new run when it is reset to an "
      + "earlier workflow task."
  }

  private func delayed(until time: Timestamp, _ now: Timestamp) -> String {
    let beginning = "The run has not begun: its code runs first at \(time.text(seenFrom: now)), "
    switch initiator {
    case .retry?:
      return beginning + "because it is attempt \(attempt) after the run before failed. "
        + "A request for cancellation wakes it at once."
    case .cronSchedule?:
      return beginning + "the next time of its cron schedule '\(cronSchedule)'. "
        + "A request for cancellation wakes it at once."
    case .workflow?, nil:
      if !cronSchedule.isEmpty {
        return beginning + "the first time of its cron schedule '\(cronSchedule)'. "
          + "A request for cancellation wakes it at once."
      }
      return beginning + "because it was started with a delay. A signal, an update or a request for cancellation wakes "
        + "it at once."
    }
  }

  private func waiting(_ now: Timestamp) -> String {
    let parts = WaitingParts(self, now: now).all
    var text = "The run waits"
    if let lastTaskTime { text += ", since \(lastTaskTime.text(seenFrom: now))," }
    if parts.isEmpty {
      text += tellsTimers ? " for \(messages)" : " for a timer, \(messages); this service does not tell which"
    } else {
      text += " for \(parts.joined(separator: "; and for "))"
    }
    text += "."
    if !parts.isEmpty { text += " It can also be woken by \(messages)." }
    if cancelRequested { text += " Cancellation was requested, and its code has not ended since." }
    if let deadline { text += " It times out at \(deadline.text(seenFrom: now))." }
    return text
  }

  /// The messages that can wake the run.
  private var messages: String {
    let cancellation = "a request for cancellation"
    guard let handlers else { return "a signal, an update or \(cancellation)" }
    var kinds: [String] = []
    if let signals = list("signal", handlers.signals, any: handlers.takesAnySignal) { kinds.append(signals) }
    if let updates = list("update", handlers.updates, any: handlers.takesAnyUpdate) { kinds.append(updates) }
    if kinds.isEmpty { return "\(cancellation) only: its code takes no signals and no updates" }
    return (kinds + [cancellation]).joined(separator: ", or ")
  }

  private func list(_ kind: String, _ names: [String], any: Bool) -> String? {
    if any { return "any \(kind)" }
    if names.isEmpty { return nil }
    return "the \(kind) " + names.map { "'\($0)'" }.joined(separator: " or ")
  }
}

extension WorkflowHandle {
  /// Why the run does not move, in a sentence or two: what it waits for, since when, and what can unblock it.
  ///
  /// - Parameter now: the present time; tests with a virtual clock pass theirs.
  public func why(now: Timestamp = SystemClock().now()) async throws -> String {
    try await describe().why(now: now)
  }
}

/// What a run waits for, as parts of a sentence.
private struct WaitingParts {
  /// How many things of a kind are named; the rest is counted.
  private static let mostNamed = 3

  let all: [String]

  init(_ description: WorkflowExecutionDescription, now: Timestamp) {
    var parts: [String] = []
    func add<Element>(_ elements: [Element], _ kind: String, _ text: (Element) -> String) {
      parts.append(contentsOf: elements.prefix(WaitingParts.mostNamed).map(text))
      let rest = elements.count - WaitingParts.mostNamed
      if rest > 0 { parts.append("\(rest) more \(kind)") }
    }
    add(description.pendingActivities, "activities") { $0.text("activity", now) }
    add(description.pendingLocalActivities, "local activities") { $0.text("local activity", now) }
    add(description.pendingTimers.sorted { $0.deadline < $1.deadline }, "timers") { timer in
      "timer \(timer.timerID), which fires at \(timer.deadline.text(seenFrom: now))"
    }
    add(description.pendingChildren, "children") { child in
      "child workflow '\(child.execution.workflowID)' of type '\(child.workflowType)', "
        + (child.execution.runID.isEmpty ? "which has not started" : "which runs as \(child.execution.runID)")
    }
    add(description.pendingUpdates, "updates") { update in
      "the end of its own handler of update '\(update.name)' (id \(update.updateID))"
    }
    all = parts
  }
}

extension PendingActivityInfo {
  fileprivate func text(_ kind: String, _ now: Timestamp) -> String {
    let name = "\(kind) '\(activityType)' (id \(activityID)), "
    let number = maximumAttempts > 0 ? "attempt \(attempt) of \(maximumAttempts)" : "attempt \(attempt)"
    var text: String
    if let nextAttemptTime {
      text = "\(name)whose \(number) begins at \(nextAttemptTime.text(seenFrom: now))"
    } else if completesAsynchronously {
      text = "\(name)which somebody has to complete with its token, since \(started(now))"
    } else {
      switch state {
      case .scheduled: text = "\(name)which waits for a free slot since \(scheduledTime.text(seenFrom: now))"
      case .started: text = "\(name)whose \(number) runs since \(started(now))"
      case .cancelRequested: text = "\(name)which was asked to cancel and whose \(number) runs since \(started(now))"
      }
    }
    if let lastHeartbeatTime { text += ", last alive at \(lastHeartbeatTime.text(seenFrom: now))" }
    if attempt > 1, let lastFailure { text += ", after attempt \(attempt - 1) failed with \"\(lastFailure.message)\"" }
    if let deadline { text += " (it times out at \(deadline.text(seenFrom: now)))" }
    return text
  }

  private func started(_ now: Timestamp) -> String { (lastStartedTime ?? scheduledTime).text(seenFrom: now) }
}

extension Timestamp {
  /// The time to the second and how far it is away, for example `2025-09-30T12:00:00Z (in 2 h 5 min)`.
  fileprivate func text(seenFrom now: Timestamp) -> String {
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let time = overflow ? self : Timestamp(nanosecondsSinceEpoch: whole)
    let distance = self - now
    if distance > .zero { return "\(time) (in \(distance.text))" }
    return "\(time) (\((.zero - distance).text) ago)"
  }
}

extension Duration {
  /// The two largest units, for example `2 h 5 min`.
  fileprivate var text: String {
    let seconds = components.seconds
    if seconds == 0 { return "less than 1 s" }
    let parts: [(Int64, String)] = [
      (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
    ]
    guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "less than 1 s" }
    return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
  }
}
