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
  /// An attempt began. Recorded before its code runs if the attempt must not be repeated, else with the next append.
  case activityAttemptStarted(scheduledEventID: Int64, attempt: Int, time: Timestamp)
  /// An attempt's code ended without an outcome: somebody will report it with the attempt's token.
  case activityCompletesAsynchronously(scheduledEventID: Int64, attempt: Int, time: Timestamp)
  /// Local activities run, or none does any more: history shows them only when they have ended, and after a crash the
  /// run's code must be replayed to run them again.
  case localActivities(areOpen: Bool)
  /// The run was deleted.
  case deleted(at: Timestamp)
  /// The run's code is not run any more.
  case quarantined(reason: String, time: Timestamp)
  /// It is run again.
  case released(time: Timestamp)
  /// A build completed its first workflow task of the run.
  indirect case resetPoint(ResetPointInfo)
}

/// What the engine does for a run once the transition is durable.
enum Effect: Hashable, Sendable {
  /// Put the activity's current attempt into its task queue.
  case enqueueActivity(scheduledEventID: Int64)
  /// Tell a running attempt to stop.
  case cancelActivity(scheduledEventID: Int64, reason: ActivityCancellationReason)
  /// Wake the run at a time.
  case armTimer(RunTimer, deadline: Timestamp)
  /// Run the code of an attempt whose start is recorded.
  case launchActivity(scheduledEventID: Int64, attempt: Int)
  /// Start the child that an event asks for.
  indirect case startChild(initiatedEventID: Int64, StartChildWorkflowAttributes)
  /// Deliver the signal or the cancellation request of an event to its run.
  indirect case requestExternal(PendingExternalRequest)
  /// Apply a closed parent's policy to a child.
  indirect case closeChild(WorkflowExecution, ParentClosePolicy)
  /// Start the run that continues this one.
  indirect case continueRun(WorkflowExecutionStartedAttributes, signals: [CarriedSignal])
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
  /// The end of the wait before the first workflow task.
  case firstWorkflowTask
}

extension RunState {
  /// Folds a state record in.
  mutating func apply(_ record: StateRecord) {
    switch record {
    case .activityRetryScheduled(let eventID, let attempt, let dueTime, let lastFailure):
      updateActivity(eventID) {
        $0.attempt = attempt
        $0.completesAsynchronously = false
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
    case .activityAttemptStarted(let eventID, let attempt, let time):
      updateActivity(eventID) {
        $0.attempt = attempt
        $0.stage = .started(at: time)
        $0.lastStartedTime = time
        $0.lastHeartbeatTime = nil
      }
    case .activityCompletesAsynchronously(let eventID, let attempt, let time):
      updateActivity(eventID) {
        guard $0.attempt == attempt else { return }
        $0.stage = .started(at: time)
        $0.lastStartedTime = time
        $0.completesAsynchronously = true
      }
    case .localActivities(let areOpen):
      hasLocalActivities = areOpen
    case .deleted:
      isDeleted = true
    case .quarantined(let reason, let time):
      quarantine = RunQuarantine(reason: reason, time: time)
    case .released:
      quarantine = nil
    case .resetPoint(let point):
      resetPoints.note(point)
    }
  }
}
