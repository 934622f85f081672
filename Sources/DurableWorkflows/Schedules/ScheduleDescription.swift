/// A schedule and what it has done and will do.
public struct ScheduleDescription: Hashable, Sendable {
  /// The schedule's id.
  public var id: String
  /// The schedule. Its cron expressions have become calendars and intervals.
  public var schedule: Schedule
  /// What it has done and will do.
  public var info: ScheduleInfo
  /// Notes.
  public var memo: [String: Payload]
  /// Indexed values.
  public var searchAttributes: [String: Payload]
  /// Names this state of the schedule: an update that gives the token is refused if the schedule has changed since.
  public var conflictToken: [UInt8]

  /// Creates a description.
  public init(
    id: String, schedule: Schedule, info: ScheduleInfo, memo: [String: Payload] = [:],
    searchAttributes: [String: Payload] = [:], conflictToken: [UInt8] = []
  ) {
    self.id = id
    self.schedule = schedule
    self.info = info
    self.memo = memo
    self.searchAttributes = searchAttributes
    self.conflictToken = conflictToken
  }
}

/// What a schedule has done and will do. Temporal's `ScheduleInfo`.
public struct ScheduleInfo: Hashable, Sendable {
  /// How many actions were taken.
  public var actionCount: Int64
  /// How many times passed too long ago to be caught up with.
  public var missedCatchupWindow: Int64
  /// How many times were skipped because a run was open.
  public var overlapSkipped: Int64
  /// How many times were dropped because too many were waiting.
  public var bufferDropped: Int64
  /// How many starts are waiting.
  public var bufferSize: Int64
  /// The open runs that the schedule started, by their first run ids, without those of
  /// ``ScheduleOverlapPolicy/allowAll``.
  public var runningWorkflows: [WorkflowExecution]
  /// The last ten actions, oldest first.
  public var recentActions: [ScheduleActionResult]
  /// The next ten times at which the schedule is due.
  public var futureActionTimes: [Timestamp]
  /// When it was created.
  public var createTime: Timestamp
  /// When it was last updated.
  public var updateTime: Timestamp?
  /// Why no time can be computed, for example because this machine does not know the time zone.
  public var invalidScheduleError: String?
  /// Why the last action that failed could not be taken.
  public var lastActionError: String?

  /// Creates an info.
  public init(
    actionCount: Int64 = 0, missedCatchupWindow: Int64 = 0, overlapSkipped: Int64 = 0, bufferDropped: Int64 = 0,
    bufferSize: Int64 = 0, runningWorkflows: [WorkflowExecution] = [], recentActions: [ScheduleActionResult] = [],
    futureActionTimes: [Timestamp] = [], createTime: Timestamp, updateTime: Timestamp? = nil,
    invalidScheduleError: String? = nil, lastActionError: String? = nil
  ) {
    self.actionCount = actionCount
    self.missedCatchupWindow = missedCatchupWindow
    self.overlapSkipped = overlapSkipped
    self.bufferDropped = bufferDropped
    self.bufferSize = bufferSize
    self.runningWorkflows = runningWorkflows
    self.recentActions = recentActions
    self.futureActionTimes = futureActionTimes
    self.createTime = createTime
    self.updateTime = updateTime
    self.invalidScheduleError = invalidScheduleError
    self.lastActionError = lastActionError
  }
}

/// An action that a schedule took.
public struct ScheduleActionResult: Hashable, Sendable {
  /// When it was due.
  public var scheduleTime: Timestamp
  /// When it was taken.
  public var actualTime: Timestamp
  /// The run that it started.
  public var startWorkflowResult: WorkflowExecution
  /// The run's status when the schedule last learnt of it.
  public var startWorkflowStatus: WorkflowExecutionStatus

  /// Creates a result.
  public init(
    scheduleTime: Timestamp, actualTime: Timestamp, startWorkflowResult: WorkflowExecution,
    startWorkflowStatus: WorkflowExecutionStatus = .running
  ) {
    self.scheduleTime = scheduleTime
    self.actualTime = actualTime
    self.startWorkflowResult = startWorkflowResult
    self.startWorkflowStatus = startWorkflowStatus
  }
}

/// A schedule in a list.
public struct ScheduleListEntry: Hashable, Sendable {
  /// The schedule's id.
  public var id: String
  /// When it acts.
  public var spec: ScheduleSpec
  /// The workflow type that it starts.
  public var workflowType: String
  /// The note for people.
  public var note: String
  /// Whether it is paused.
  public var isPaused: Bool
  /// The last five actions, oldest first.
  public var recentActions: [ScheduleActionResult]
  /// The next five times at which it is due.
  public var futureActionTimes: [Timestamp]
  /// Notes.
  public var memo: [String: Payload]
  /// Indexed values.
  public var searchAttributes: [String: Payload]

  /// Creates an entry.
  public init(
    id: String, spec: ScheduleSpec, workflowType: String, note: String = "", isPaused: Bool = false,
    recentActions: [ScheduleActionResult] = [], futureActionTimes: [Timestamp] = [], memo: [String: Payload] = [:],
    searchAttributes: [String: Payload] = [:]
  ) {
    self.id = id
    self.spec = spec
    self.workflowType = workflowType
    self.note = note
    self.isPaused = isPaused
    self.recentActions = recentActions
    self.futureActionTimes = futureActionTimes
    self.memo = memo
    self.searchAttributes = searchAttributes
  }
}
