/// Reads history.
public struct GetWorkflowExecutionHistoryRequest: Hashable, Sendable {
  /// Which events are wanted; raw values are Temporal's.
  public enum Filter: Int, Hashable, Sendable {
    /// All.
    case allEvents = 1
    /// Only the event that ends the run.
    case closeEvent = 2
  }

  /// The namespace.
  public var namespace: String
  /// The run.
  public var execution: WorkflowExecution
  /// The most events in a page; 0 means the service's own limit.
  public var maximumPageSize: Int = 0
  /// Where to go on: the last response's token, or empty for the beginning. A token pins its run.
  public var nextPageToken: [UInt8] = []
  /// At the end of an open run's history: wait for a new event.
  public var waitNewEvent: Bool = false
  /// Which events.
  public var filter: Filter = .allEvents
  /// How long to wait before an empty page with a token is returned. Default 20 s, as Temporal's server.
  public var longPollTimeout: Duration = .seconds(20)

  /// Creates a request with the defaults of its fields.
  public init(namespace: String = "default", execution: WorkflowExecution) {
    self.namespace = namespace
    self.execution = execution
  }
}

/// A page of history.
public struct GetWorkflowExecutionHistoryResponse: Hashable, Sendable {
  /// The events, in order of id.
  public var events: [HistoryEvent]
  /// Where to go on; empty means that nothing more will come.
  public var nextPageToken: [UInt8]
  /// The run that was read.
  public var runID: String

  /// Creates a response.
  public init(events: [HistoryEvent], nextPageToken: [UInt8], runID: String) {
    self.events = events
    self.nextPageToken = nextPageToken
    self.runID = runID
  }
}

/// What is known of a run without reading its history.
public struct WorkflowExecutionInfo: Hashable, Sendable {
  /// The run.
  public var execution: WorkflowExecution
  /// The registered name.
  public var workflowType: String
  /// The task queue.
  public var taskQueue: String
  /// When it was started.
  public var startTime: Timestamp
  /// When it ended.
  public var closeTime: Timestamp?
  /// Its status.
  public var status: WorkflowExecutionStatus
  /// The number of events.
  public var historyLength: Int64
  /// The recorded size of the history in bytes.
  public var historySizeBytes: Int64
  /// Notes.
  public var memo: [String: Payload]
  /// Indexed values.
  public var searchAttributes: [String: Payload]

  /// Creates an info.
  public init(
    execution: WorkflowExecution, workflowType: String, taskQueue: String, startTime: Timestamp,
    closeTime: Timestamp?, status: WorkflowExecutionStatus, historyLength: Int64, historySizeBytes: Int64,
    memo: [String: Payload] = [:], searchAttributes: [String: Payload] = [:]
  ) {
    self.execution = execution
    self.workflowType = workflowType
    self.taskQueue = taskQueue
    self.startTime = startTime
    self.closeTime = closeTime
    self.status = status
    self.historyLength = historyLength
    self.historySizeBytes = historySizeBytes
    self.memo = memo
    self.searchAttributes = searchAttributes
  }
}

/// The description of a run.
public struct WorkflowExecutionDescription: Hashable, Sendable {
  /// The run's info.
  public var info: WorkflowExecutionInfo
  /// The longest that the chain of runs may take.
  public var executionTimeout: Duration?
  /// The longest that the run may take.
  public var runTimeout: Duration?
  /// The longest that a workflow task may take.
  public var taskTimeout: Duration
  /// The open activities.
  public var pendingActivities: [PendingActivityInfo]
  /// The workflow task that cannot complete, if the run is blocked.
  public var pendingWorkflowTask: PendingWorkflowTaskInfo?
  /// Whether cancellation was requested.
  public var cancelRequested: Bool
  /// The open children.
  public var pendingChildren: [PendingChildInfo] = []
  /// The open timers; a remote service does not tell them.
  public var pendingTimers: [PendingTimerInfo] = []
  /// The updates that were accepted and have no outcome.
  public var pendingUpdates: [UpdateRequest] = []
  /// The run that started this one as its child.
  public var parent: ParentWorkflow?
  /// The root of the tree of children; `nil` for the root itself.
  public var root: WorkflowExecution?
  /// The first run of the chain.
  public var firstRunID: String = ""
  /// The version of the workflow type that the run is pinned to; 0 for types without versions.
  public var version: Int = 0
  /// Before this time no workflow task runs: start delay, retry backoff or cron.
  public var firstTaskTime: Timestamp?
  /// The attempt of the run, from 1.
  public var attempt: Int = 1
  /// Why the run continues another; `nil` if it does not.
  public var initiator: ContinueAsNewInitiator?
  /// The cron expression of the chain; empty if there is none.
  public var cronSchedule: String = ""
  /// Why the run's code is not run any more, if it is not; a remote service does not tell it.
  public var quarantine: RunQuarantine?
  /// When the workflow's code ran last.
  public var lastTaskTime: Timestamp?
  /// When the run times out.
  public var deadline: Timestamp?
  /// The local activities that run or wait for their next attempt; a remote service does not tell them.
  public var pendingLocalActivities: [PendingActivityInfo] = []
  /// Which messages the workflow's code takes; `nil` if the service does not tell, or the code is not registered.
  public var handlers: WorkflowHandlerNames?
  /// Why the run does not go on, if it is paused; a remote service does not tell the request's id.
  public var pause: WorkflowPauseInfo?
  /// Where the parts of the builds that ran the run's code begin, the oldest first.
  public var resetPoints: [ResetPointInfo] = []
  /// Whether ``pendingTimers`` and ``pendingLocalActivities`` are told.
  public var tellsTimers: Bool = false

  /// Creates a description.
  public init(
    info: WorkflowExecutionInfo, executionTimeout: Duration?, runTimeout: Duration?, taskTimeout: Duration,
    pendingActivities: [PendingActivityInfo], pendingWorkflowTask: PendingWorkflowTaskInfo?, cancelRequested: Bool
  ) {
    self.info = info
    self.executionTimeout = executionTimeout
    self.runTimeout = runTimeout
    self.taskTimeout = taskTimeout
    self.pendingActivities = pendingActivities
    self.pendingWorkflowTask = pendingWorkflowTask
    self.cancelRequested = cancelRequested
  }
}

/// An open activity.
public struct PendingActivityInfo: Hashable, Sendable {
  /// The state of an open activity; raw values are Temporal's.
  public enum State: Int, Hashable, Sendable {
    /// Waiting for a slot or for its next attempt.
    case scheduled = 1
    /// An attempt is running.
    case started = 2
    /// Running, with cancellation requested.
    case cancelRequested = 3
  }

  /// The activity's id.
  public var activityID: String
  /// The activity's type.
  public var activityType: String
  /// Its state.
  public var state: State
  /// The current attempt, from 1.
  public var attempt: Int
  /// How many attempts there may be; 0 means no limit.
  public var maximumAttempts: Int
  /// When it was scheduled.
  public var scheduledTime: Timestamp
  /// When the next attempt is due, while backing off.
  public var nextAttemptTime: Timestamp?
  /// When the current attempt began.
  public var lastStartedTime: Timestamp?
  /// The last heartbeat's time.
  public var lastHeartbeatTime: Timestamp?
  /// The last heartbeat's details.
  public var heartbeatDetails: [Payload]
  /// How the last attempt failed.
  public var lastFailure: Failure?
  /// Whether the attempt's code has ended and somebody else will report the outcome; a remote service does not tell.
  public var completesAsynchronously: Bool = false
  /// When the current attempt, or its wait, times out; a remote service does not tell.
  public var deadline: Timestamp?

  /// Creates an info.
  public init(
    activityID: String, activityType: String, state: State, attempt: Int, maximumAttempts: Int,
    scheduledTime: Timestamp, nextAttemptTime: Timestamp?, lastStartedTime: Timestamp?, lastHeartbeatTime: Timestamp?,
    heartbeatDetails: [Payload], lastFailure: Failure?
  ) {
    self.activityID = activityID
    self.activityType = activityType
    self.state = state
    self.attempt = attempt
    self.maximumAttempts = maximumAttempts
    self.scheduledTime = scheduledTime
    self.nextAttemptTime = nextAttemptTime
    self.lastStartedTime = lastStartedTime
    self.lastHeartbeatTime = lastHeartbeatTime
    self.heartbeatDetails = heartbeatDetails
    self.lastFailure = lastFailure
  }
}

/// A workflow task that keeps failing: the run is blocked until matching code is deployed.
public struct PendingWorkflowTaskInfo: Hashable, Sendable {
  /// When the task was first scheduled.
  public var scheduledTime: Timestamp
  /// How often it was tried.
  public var attempt: Int
  /// Why it fails.
  public var failure: Failure

  /// Creates an info.
  public init(scheduledTime: Timestamp, attempt: Int, failure: Failure) {
    self.scheduledTime = scheduledTime
    self.attempt = attempt
    self.failure = failure
  }

  /// Event id, expected and actual, if the code does not match history or did what replay cannot repeat; else `nil`.
  public var nonDeterminismError: NonDeterminismError? {
    guard case .application("NonDeterminismError", _, let details, _) = failure.info, let payload = details.first
    else { return nil }
    return try? JSONPayloadConverter().value(of: payload, as: NonDeterminismError.self)
  }
}

/// Lists runs.
public struct ListWorkflowExecutionsRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The most runs in a page; 0 means the service's own limit.
  public var pageSize: Int
  /// The last response's token, or empty.
  public var nextPageToken: [UInt8]
  /// A visibility query; empty lists all.
  public var query: String

  /// Creates a request.
  public init(namespace: String = "default", pageSize: Int = 0, nextPageToken: [UInt8] = [], query: String = "") {
    self.namespace = namespace
    self.pageSize = pageSize
    self.nextPageToken = nextPageToken
    self.query = query
  }
}

/// A page of runs, newest first.
public struct ListWorkflowExecutionsResponse: Hashable, Sendable {
  /// The runs.
  public var executions: [WorkflowExecutionInfo]
  /// Where to go on; empty means the end.
  public var nextPageToken: [UInt8]

  /// Creates a response.
  public init(executions: [WorkflowExecutionInfo], nextPageToken: [UInt8]) {
    self.executions = executions
    self.nextPageToken = nextPageToken
  }
}

/// What the service is.
public struct WorkflowSystemInfo: Hashable, Sendable {
  /// The service's version.
  public var serverVersion: String
  /// The engine's identity, `pid@host`.
  public var identity: String
  /// The journal's UUID, shown as cluster id.
  public var clusterID: String

  /// Creates an info.
  public init(serverVersion: String, identity: String, clusterID: String) {
    self.serverVersion = serverVersion
    self.identity = identity
    self.clusterID = clusterID
  }
}

/// A namespace.
public struct NamespaceDescription: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Its id.
  public var id: String
  /// How long closed runs are kept; `nil` means for ever.
  public var retention: Duration?
  /// What it is for, for people.
  public var description: String

  /// Creates a description.
  public init(name: String, id: String, retention: Duration?, description: String = "") {
    self.name = name
    self.id = id
    self.retention = retention
    self.description = description
  }
}

/// An open child.
public struct PendingChildInfo: Hashable, Sendable {
  /// The child's first run; the run id is empty until it runs.
  public var execution: WorkflowExecution
  /// The child's type.
  public var workflowType: String
  /// The event that asked for it.
  public var initiatedEventID: Int64
  /// What happens to it when its parent closes.
  public var parentClosePolicy: ParentClosePolicy

  /// Creates an info.
  public init(
    execution: WorkflowExecution, workflowType: String, initiatedEventID: Int64, parentClosePolicy: ParentClosePolicy
  ) {
    self.execution = execution
    self.workflowType = workflowType
    self.initiatedEventID = initiatedEventID
    self.parentClosePolicy = parentClosePolicy
  }
}

/// An open timer of a workflow.
public struct PendingTimerInfo: Hashable, Sendable {
  /// The timer's id.
  public var timerID: String
  /// The event that started it.
  public var startedEventID: Int64
  /// When it fires.
  public var deadline: Timestamp

  /// Creates an info.
  public init(timerID: String, startedEventID: Int64, deadline: Timestamp) {
    self.timerID = timerID
    self.startedEventID = startedEventID
    self.deadline = deadline
  }
}
