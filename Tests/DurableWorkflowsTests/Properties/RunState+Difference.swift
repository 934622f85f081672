@testable internal import DurableWorkflows

extension RunState {
  /// How the state that was folded again from its records differs; `nil` if it does not. Of attempts that may be
  /// repeated without a limit it is not recorded that they run: after a crash they are waiting again.
  func difference(fromRecovered recovered: RunState) -> String? {
    func differ<Value: Equatable>(_ name: String, _ value: (RunState) -> Value) -> String? {
      value(self) == value(recovered) ? nil : "\(name) is \(value(recovered)), not \(value(self))"
    }
    let differences = [
      differ("next event", \.nextEventID), differ("status", \.status), differ("close time", \.closeTime),
      differ("timers", \.timers), differ("new events", \.hasNewEvents),
      differ("cancel requested", \.cancelRequested), differ("signals", \.signalRequestIDs),
      differ("pause", \.pause), differ("reset points", \.resetPoints),
      differ("blocked", { $0.blocked == nil }), differ("external requests", \.externalRequests),
      differ("children", { $0.children.map(\.initiatedEventID) }),
      differ("children's runs", { $0.children.map(\.execution) }), differ("updates", \.updateSummary),
      differ("memo", \.memo), differ("search attributes", \.searchAttributes),
      differ("activities", { $0.activities.map(\.scheduledEventID) }),
    ]
    if let difference = differences.compactMap(\.self).first { return difference }
    for (live, recovered) in zip(activities, recovered.activities) {
      if let difference = live.difference(fromRecovered: recovered) {
        return "activity \(live.scheduledEventID): \(difference)"
      }
    }
    return nil
  }

  private var updateSummary: [String] {
    updateIDs.map { id in "\(id) \(updates[id]?.outcome != nil)" }
  }
}

extension PendingActivity {
  fileprivate func difference(fromRecovered recovered: PendingActivity) -> String? {
    func differ<Value: Equatable>(_ name: String, _ value: (PendingActivity) -> Value) -> String? {
      value(self) == value(recovered) ? nil : "\(name) is \(value(recovered)), not \(value(self))"
    }
    let isStageRecorded =
      switch stage {
      case .scheduled: false
      case .backingOff: true
      case .started: attributes.retryPolicy.maximumAttempts > 0 || mustNotRepeat
      }
    return differ("scheduled", \.scheduledTime) ?? differ("attributes", \.attributes) ?? differ("attempt", \.attempt)
      ?? differ("last failure", \.lastFailure) ?? differ("heartbeat", \.heartbeatDetails)
      ?? differ("cancellation", \.cancelRequestedEventID) ?? differ("ready", \.readyTime)
      ?? (isStageRecorded ? differ("stage", \.stage) : nil)
  }
}
