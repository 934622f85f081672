/// The state of one run: everything that its events and state records amount to.
///
/// A value without I/O, clock or randomness. ``apply(_:)`` folds an event in, live and at recovery alike; the
/// transitions in `RunState+Transitions` decide which events and effects an input has.
struct RunState: Sendable {
  let key: RunKey
  var started: WorkflowExecutionStartedAttributes
  var startTime: Timestamp
  var closeTime: Timestamp?
  var status: WorkflowExecutionStatus = .running
  var nextEventID: Int64 = 1
  var historySizeBytes: Int64 = 0

  /// Open activities in order of their scheduled event.
  var activities: [PendingActivity] = []
  /// Open timers in order of their started event.
  var timers: [PendingTimer] = []

  /// Whether events arrived that no completed workflow task has seen.
  var hasNewEvents = false
  /// Why the last workflow task failed; the run is blocked until one completes.
  var blocked: PendingWorkflowTaskInfo?
  var cancelRequested = false
  /// The request ids of the signals that arrived, for deduplication; the oldest are dropped beyond 1,000.
  var signalRequestIDs: [String] = []

  var isOpen: Bool { status == .running }
  var execution: WorkflowExecution { WorkflowExecution(workflowID: started.workflowID, runID: started.runID) }

  init(key: RunKey, started: WorkflowExecutionStartedAttributes, startTime: Timestamp) {
    self.key = key
    self.started = started
    self.startTime = startTime
  }
}

/// The number of a run within a journal, in order of start.
struct RunKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  var rawValue: UInt64

  static func < (left: RunKey, right: RunKey) -> Bool { left.rawValue < right.rawValue }
  var description: String { "\(rawValue)" }
}

/// A scheduled activity that has not closed.
struct PendingActivity: Sendable {
  enum Stage: Hashable, Sendable {
    /// Waiting for a slot.
    case scheduled
    /// An attempt is running.
    case started(at: Timestamp)
    /// Waiting for the next attempt.
    case backingOff(until: Timestamp)
  }

  var scheduledEventID: Int64
  var scheduledTime: Timestamp
  var attributes: ActivityTaskScheduledAttributes
  var stage: Stage = .scheduled
  /// The current attempt, from 1.
  var attempt = 1
  /// When the current attempt became ready to run.
  var readyTime: Timestamp
  var lastStartedTime: Timestamp?
  var lastFailure: Failure?
  var heartbeatDetails: [Payload] = []
  var lastHeartbeatTime: Timestamp?
  var cancelRequestedEventID: Int64?
}

/// A timer that has neither fired nor been cancelled.
struct PendingTimer: Hashable, Sendable {
  var startedEventID: Int64
  var timerID: String
  var deadline: Timestamp
}

extension RunState {
  /// Folds the next event in.
  mutating func apply(_ event: HistoryEvent) {
    nextEventID = event.id + 1
    switch event.attributes {
    case .workflowExecutionStarted, .workflowExecutionSignaled, .workflowExecutionCancelRequested, .timerFired,
      .activityTaskCompleted, .activityTaskFailed, .activityTaskTimedOut, .activityTaskCanceled:
      applyInput(event)
    case .workflowTaskCompleted:
      hasNewEvents = false
      blocked = nil
    case .workflowTaskFailed(_, _, _, let failure, _):
      blocked = PendingWorkflowTaskInfo(scheduledTime: event.time, attempt: 1, failure: failure)
    case .activityTaskScheduled(let attributes):
      activities.append(
        PendingActivity(
          scheduledEventID: event.id, scheduledTime: event.time, attributes: attributes, readyTime: event.time))
    case .activityTaskCancelRequested(let scheduledEventID, _):
      updateActivity(scheduledEventID) { $0.cancelRequestedEventID = event.id }
    case .timerStarted(let timerID, let duration, _, _):
      timers.append(PendingTimer(startedEventID: event.id, timerID: timerID, deadline: event.time + duration))
    case .timerCanceled(_, let startedEventID, _, _):
      timers.removeAll { $0.startedEventID == startedEventID }
    case .workflowExecutionCompleted: close(.completed, at: event.time)
    case .workflowExecutionFailed: close(.failed, at: event.time)
    case .workflowExecutionTimedOut: close(.timedOut, at: event.time)
    case .workflowExecutionCanceled: close(.canceled, at: event.time)
    case .workflowExecutionTerminated: close(.terminated, at: event.time)
    case .workflowTaskScheduled, .workflowTaskStarted, .activityTaskStarted, .markerRecorded:
      break
    }
  }

  /// Folds in an event that the workflow's code has yet to see.
  private mutating func applyInput(_ event: HistoryEvent) {
    hasNewEvents = true
    switch event.attributes {
    case .workflowExecutionSignaled(_, _, _, _, let requestID) where !requestID.isEmpty:
      if signalRequestIDs.count >= 1000 { signalRequestIDs.removeFirst() }
      signalRequestIDs.append(requestID)
    case .workflowExecutionCancelRequested:
      cancelRequested = true
    case .timerFired(_, let startedEventID):
      timers.removeAll { $0.startedEventID == startedEventID }
    case .activityTaskCompleted(let scheduledEventID, _, _, _),
      .activityTaskFailed(let scheduledEventID, _, _, _, _),
      .activityTaskTimedOut(let scheduledEventID, _, _, _),
      .activityTaskCanceled(let scheduledEventID, _, _, _, _):
      activities.removeAll { $0.scheduledEventID == scheduledEventID }
    default:
      break
    }
  }

  private mutating func close(_ newStatus: WorkflowExecutionStatus, at time: Timestamp) {
    status = newStatus
    closeTime = time
    activities = []
    timers = []
    hasNewEvents = false
    blocked = nil
  }

  /// Changes an open activity in place.
  /// - Returns: whether the activity is open.
  @discardableResult
  mutating func updateActivity(_ scheduledEventID: Int64, _ change: (inout PendingActivity) -> Void) -> Bool {
    guard let index = activities.firstIndex(where: { $0.scheduledEventID == scheduledEventID }) else { return false }
    change(&activities[index])
    return true
  }

  func activity(_ scheduledEventID: Int64) -> PendingActivity? {
    activities.first { $0.scheduledEventID == scheduledEventID }
  }
}
