extension RunState {
  /// Whether a timer can still have a consequence.
  func isRelevant(_ timer: RunTimer) -> Bool {
    guard isOpen else { return false }
    switch timer {
    case .workflowTimeout, .firstWorkflowTask: return true
    case .workflowTimer(let eventID): return timers.contains { $0.startedEventID == eventID }
    case .activityRetry(let eventID, let attempt): return activity(eventID)?.attempt == attempt
    case .activityTimeout(_, let eventID, let attempt):
      guard let activity = activity(eventID) else { return false }
      return attempt == 0 || activity.attempt == attempt
    }
  }
}
