@testable internal import DurableWorkflows

extension RunState {
  /// How the state that was folded again from its records differs; `nil` if it does not. A running attempt is not
  /// recorded: after a crash it is waiting again.
  func difference(fromRecovered recovered: RunState) -> String? {
    func differ<Value: Equatable>(_ name: String, _ value: (RunState) -> Value) -> String? {
      value(self) == value(recovered) ? nil : "\(name) is \(value(recovered)), not \(value(self))"
    }
    if let difference = differ("next event", \.nextEventID) ?? differ("status", \.status)
      ?? differ("close time", \.closeTime) ?? differ("timers", \.timers) ?? differ("new events", \.hasNewEvents)
      ?? differ("cancel requested", \.cancelRequested) ?? differ("signals", \.signalRequestIDs)
      ?? differ("blocked", { $0.blocked == nil })
      ?? differ("activities", { $0.activities.map(\.scheduledEventID) })
    {
      return difference
    }
    for (live, recovered) in zip(activities, recovered.activities) {
      if let difference = live.difference(fromRecovered: recovered) {
        return "activity \(live.scheduledEventID): \(difference)"
      }
    }
    return nil
  }
}

extension PendingActivity {
  fileprivate func difference(fromRecovered recovered: PendingActivity) -> String? {
    func differ<Value: Equatable>(_ name: String, _ value: (PendingActivity) -> Value) -> String? {
      value(self) == value(recovered) ? nil : "\(name) is \(value(recovered)), not \(value(self))"
    }
    return differ("scheduled", \.scheduledTime) ?? differ("attributes", \.attributes) ?? differ("attempt", \.attempt)
      ?? differ("last failure", \.lastFailure) ?? differ("heartbeat", \.heartbeatDetails)
      ?? differ("cancellation", \.cancelRequestedEventID) ?? differ("ready", \.readyTime)
      ?? (stage.isBackingOff ? differ("stage", \.stage) : nil)
  }
}

extension PendingActivity.Stage {
  fileprivate var isBackingOff: Bool { if case .backingOff = self { true } else { false } }
}
