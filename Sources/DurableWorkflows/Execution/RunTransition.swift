/// What an input did to a run: what must be recorded, and what follows once that is durable.
struct RunTransition: Sendable {
  /// New events, in order of id.
  var events: [HistoryEvent] = []
  /// Changes of state that are not events of history.
  var records: [StateRecord] = []
  /// What the engine does once the above is durable.
  var effects: [Effect] = []

  /// Whether the input had any consequence.
  var isEmpty: Bool { events.isEmpty && records.isEmpty && effects.isEmpty }
}

/// A durable change of a run's state that Temporal's history does not show.
enum StateRecord: Hashable, Sendable {
  /// An attempt failed and the next one is due at a time.
  case activityRetryScheduled(scheduledEventID: Int64, attempt: Int, dueTime: Timestamp, lastFailure: Failure)
  /// An activity reported that it is alive.
  case activityHeartbeat(scheduledEventID: Int64, attempt: Int, time: Timestamp, details: [Payload])
}

/// What the engine does for a run once the transition is durable.
enum Effect: Hashable, Sendable {
  /// Put the activity's current attempt into its task queue.
  case enqueueActivity(scheduledEventID: Int64)
  /// Tell a running attempt to stop.
  case cancelActivity(scheduledEventID: Int64, reason: ActivityCancellationReason)
  /// Wake the run at a time.
  case armTimer(RunTimer, deadline: Timestamp)
  /// The run is closed: tell whoever waits for it.
  case closed
}

/// What a deadline is about. A timer that is no longer relevant when it fires has no consequence.
enum RunTimer: Hashable, Sendable {
  /// A workflow's own timer.
  case workflowTimer(startedEventID: Int64)
  /// The next attempt of an activity.
  case activityRetry(scheduledEventID: Int64, attempt: Int)
  /// A deadline of an activity; `attempt` is 0 for those over all attempts.
  case activityTimeout(TimeoutType, scheduledEventID: Int64, attempt: Int)
  /// The execution or run timeout.
  case workflowTimeout
}

extension RunState {
  /// Folds a state record in.
  mutating func apply(_ record: StateRecord) {
    switch record {
    case .activityRetryScheduled(let eventID, let attempt, let dueTime, let lastFailure):
      updateActivity(eventID) {
        $0.attempt = attempt
        $0.stage = .backingOff(until: dueTime)
        $0.readyTime = dueTime
        $0.lastFailure = lastFailure
      }
    case .activityHeartbeat(let eventID, let attempt, let time, let details):
      updateActivity(eventID) {
        guard $0.attempt == attempt else { return }
        $0.heartbeatDetails = details
        $0.lastHeartbeatTime = time
      }
    }
  }
}
