/// Why a run's code is not run any more: it brought the process down again and again.
///
/// The run stays open: messages are taken in, timers fire, it can be terminated and reset. Its workflow code and its
/// activities rest until it is released with ``WorkflowEngine/releaseFromQuarantine(_:namespace:)``.
public struct RunQuarantine: Hashable, Sendable {
  /// What ran when the process trapped, and how often.
  public var reason: String
  /// Since when.
  public var time: Timestamp

  /// Creates a quarantine.
  public init(reason: String, time: Timestamp) {
    self.reason = reason
    self.time = time
  }
}

/// A run in quarantine.
public struct QuarantinedRun: Hashable, Sendable {
  /// The run.
  public var execution: WorkflowExecution
  /// Its type.
  public var workflowType: String
  /// Why it is in quarantine, and since when.
  public var quarantine: RunQuarantine
  /// Its namespace.
  public var namespace = "default"
}

extension RunState {
  /// The run's code is not run any more.
  mutating func putInQuarantine(reason: String, at now: Timestamp) -> RunTransition {
    guard isOpen, quarantine == nil else { return RunTransition() }
    let record = StateRecord.quarantined(reason: reason, time: now)
    apply(record)
    return RunTransition(records: [record])
  }

  /// The run's code is run again: its waiting attempts are queued.
  mutating func releaseFromQuarantine(at now: Timestamp) -> RunTransition {
    guard isOpen, quarantine != nil else { return RunTransition() }
    let record = StateRecord.released(time: now)
    apply(record)
    var transition = RunTransition(records: [record])
    for activity in activities where activity.stage == .scheduled {
      transition.effects.append(.enqueueActivity(scheduledEventID: activity.scheduledEventID))
    }
    return transition
  }
}
