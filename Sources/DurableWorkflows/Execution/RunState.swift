/// The state of one run: everything that its events and state records amount to.
///
/// A value without I/O, clock or randomness. ``apply(_:)`` folds an event in, live and at recovery alike; the
/// transitions in `RunState+Transitions` decide which events and effects an input has.
struct RunState: Sendable {
  let key: RunKey
  private let start: Shared<WorkflowExecutionStartedAttributes>
  var startTime: Timestamp
  var closeTime: Timestamp?
  var status: WorkflowExecutionStatus = .running
  var nextEventID: Int64 = 1
  var historySizeBytes: Int64 = 0

  /// Open activities in order of their scheduled event.
  var activities: [PendingActivity] = []
  /// Open timers in order of their started event.
  var timers: [PendingTimer] = []
  /// Children that have not closed, in order of their initiated event.
  var children: [PendingChild] = []
  /// Signals and cancellation requests to other runs that have no answer yet.
  var externalRequests: [PendingExternalRequest] = []
  /// Whether local activities run.
  var hasLocalActivities = false
  /// Accepted updates by id.
  var updates: [String: UpdateState] = [:]
  /// The order in which updates were accepted.
  var updateIDs: [String] = []
  /// Updates of the run that this one was reset from, which have yet to be delivered again.
  var admittedUpdates: [UpdateRequest] = []
  /// Notes shown with the run, as changed by the workflow.
  var memo: [String: Payload]
  /// Indexed values, as changed by the workflow.
  var searchAttributes: [String: Payload]
  /// Before this time no workflow task runs; `nil` means at once.
  var firstTaskTime: Timestamp?
  /// When the last workflow task completed.
  var lastTaskTime: Timestamp?
  /// When the run was reset, if it was: its timeouts count from here.
  var resetTime: Timestamp?

  /// Whether events arrived that no completed workflow task has seen.
  var hasNewEvents = false
  /// Why the last workflow task failed; the run is blocked until one completes.
  var blocked: PendingWorkflowTaskInfo?
  var cancelRequested = false
  private var sharedPause: Shared<WorkflowPauseInfo>?
  /// Whether somebody has deleted the run: nothing of it is kept.
  var isDeleted = false
  /// Why the run's code is not run any more, if it is not.
  var quarantine: RunQuarantine?
  /// Where the parts of the builds that ran the run's code begin, if builds are told apart.
  var resetPoints: [ResetPointInfo] = []
  /// The request ids of the signals that arrived, for deduplication; the oldest are dropped beyond 1,000.
  var signalRequestIDs: [String] = []

  /// What the run began with.
  var started: WorkflowExecutionStartedAttributes { start.value }
  // Always inlined: a call would copy the state of a run that is in memory.
  @inline(__always) var isOpen: Bool { status == .running }
  /// Why the run does not go on, if it is paused.
  var pause: WorkflowPauseInfo? {
    get { sharedPause?.value }
    set { sharedPause = newValue.map(Shared.init) }
  }
  @inline(__always) var isPaused: Bool { sharedPause != nil }
  /// The status that clients see.
  @inline(__always) var visibleStatus: WorkflowExecutionStatus { isPaused ? .paused : status }
  var execution: WorkflowExecution { WorkflowExecution(workflowID: started.workflowID, runID: started.runID) }

  init(key: RunKey, started: WorkflowExecutionStartedAttributes, startTime: Timestamp) {
    self.key = key
    self.start = Shared(started)
    self.startTime = startTime
    self.memo = started.memo
    self.searchAttributes = started.searchAttributes
    self.firstTaskTime = started.firstWorkflowTaskBackoff.map { startTime + $0 }
  }
}

/// What is large and never changes: copies of the value that holds it share it.
private final class Shared<Value: Sendable>: Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}

/// The number of a run within a journal, in order of start.
struct RunKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  var rawValue: UInt64

  /// More runs than an engine can ever start, and far from the end of the integers.
  static let limit: UInt64 = 1 << 62

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
  private let schedule: Shared<ActivityTaskScheduledAttributes>
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
  /// Whether the attempt's code has ended and somebody else will report the outcome.
  var completesAsynchronously = false

  init(scheduledEventID: Int64, scheduledTime: Timestamp, attributes: ActivityTaskScheduledAttributes) {
    self.scheduledEventID = scheduledEventID
    self.scheduledTime = scheduledTime
    self.schedule = Shared(attributes)
    self.readyTime = scheduledTime
  }

  var attributes: ActivityTaskScheduledAttributes { schedule.value }

  /// Whether an attempt that was lost must not simply be repeated.
  var mustNotRepeat: Bool { !attributes.isIdempotent || attributes.retryPolicy.maximumAttempts == 1 }
}

/// A timer that has neither fired nor been cancelled.
struct PendingTimer: Hashable, Sendable {
  var startedEventID: Int64
  var timerID: String
  var deadline: Timestamp
}

/// A child that has not closed.
struct PendingChild: Sendable {
  var initiatedEventID: Int64
  var attributes: StartChildWorkflowAttributes
  var startedEventID: Int64 = 0
  /// The child's first run, once it runs.
  var execution: WorkflowExecution?
}

/// A signal or cancellation request to another run that has no answer yet.
struct PendingExternalRequest: Hashable, Sendable {
  var initiatedEventID: Int64
  var isCancelRequest: Bool
  var attributes: ExternalWorkflowRequestAttributes
}

/// An update that was accepted.
struct UpdateState: Sendable {
  var request: UpdateRequest
  var acceptedEventID: Int64
  var outcome: UpdateOutcome?
}
