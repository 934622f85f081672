/// One event of a run's history: Temporal's `history.v1.HistoryEvent`.
public struct HistoryEvent: Hashable, Sendable {
  /// The position in the run's history, from 1 without gaps.
  public var id: Int64
  /// When the event was recorded. Only ids order events.
  public var time: Timestamp
  /// What happened.
  public var attributes: EventAttributes

  /// Creates an event.
  public init(id: Int64, time: Timestamp, attributes: EventAttributes) {
    self.id = id
    self.time = time
    self.attributes = attributes
  }
}

/// What happened, by event type. Cases and fields are those of Temporal's event attributes.
public enum EventAttributes: Hashable, Sendable {
  /// The run began.
  indirect case workflowExecutionStarted(WorkflowExecutionStartedAttributes)
  /// `run` returned.
  case workflowExecutionCompleted(
    result: [Payload], workflowTaskCompletedEventID: Int64, newExecutionRunID: String = "")
  /// `run` threw.
  indirect case workflowExecutionFailed(
    failure: Failure, retryState: RetryState, workflowTaskCompletedEventID: Int64, newExecutionRunID: String = "")
  /// The execution or run timeout passed.
  case workflowExecutionTimedOut(retryState: RetryState, newExecutionRunID: String = "")
  /// A workflow task is due.
  case workflowTaskScheduled(taskQueue: String, startToCloseTimeout: Duration, attempt: Int)
  /// The workflow's code is about to run; its time is the workflow's `now`.
  case workflowTaskStarted(scheduledEventID: Int64, identity: String, historySizeBytes: Int64)
  /// The workflow's code ran until idle; the events that follow are its commands.
  case workflowTaskCompleted(scheduledEventID: Int64, startedEventID: Int64, identity: String)
  /// The workflow's code could not run or does not match history.
  indirect case workflowTaskFailed(
    scheduledEventID: Int64, startedEventID: Int64, cause: WorkflowTaskFailedCause, failure: Failure, identity: String,
    reset: WorkflowReset? = nil)
  /// An activity was scheduled.
  indirect case activityTaskScheduled(ActivityTaskScheduledAttributes)
  /// The activity's last attempt began. Written together with the activity's close.
  case activityTaskStarted(scheduledEventID: Int64, identity: String, attempt: Int, lastFailure: Failure?)
  /// The activity returned.
  case activityTaskCompleted(scheduledEventID: Int64, startedEventID: Int64, identity: String, result: [Payload])
  /// The activity failed and is not retried further.
  indirect case activityTaskFailed(
    scheduledEventID: Int64, startedEventID: Int64, identity: String, failure: Failure, retryState: RetryState)
  /// A deadline of the activity passed and it is not retried further.
  indirect case activityTaskTimedOut(
    scheduledEventID: Int64, startedEventID: Int64, failure: Failure, retryState: RetryState)
  /// The workflow asked for the activity's cancellation.
  case activityTaskCancelRequested(scheduledEventID: Int64, workflowTaskCompletedEventID: Int64)
  /// The activity honoured cancellation.
  case activityTaskCanceled(
    scheduledEventID: Int64, startedEventID: Int64, latestCancelRequestedEventID: Int64, identity: String,
    details: [Payload])
  /// A timer was started.
  case timerStarted(timerID: String, startToFireTimeout: Duration, workflowTaskCompletedEventID: Int64, summary: String?)
  /// A timer fired.
  case timerFired(timerID: String, startedEventID: Int64)
  /// The workflow cancelled a timer.
  case timerCanceled(timerID: String, startedEventID: Int64, workflowTaskCompletedEventID: Int64, identity: String)
  /// Cancellation of the run was requested.
  case workflowExecutionCancelRequested(cause: String, identity: String)
  /// The run ended as cancelled.
  case workflowExecutionCanceled(details: [Payload], workflowTaskCompletedEventID: Int64)
  /// The workflow recorded a marker: a patch or a side effect.
  indirect case markerRecorded(
    markerName: String, details: [String: [Payload]], workflowTaskCompletedEventID: Int64, failure: Failure?)
  /// A signal arrived.
  case workflowExecutionSignaled(
    signalName: String, input: [Payload], identity: String, header: [String: Payload], requestID: String)
  /// The run was terminated.
  case workflowExecutionTerminated(reason: String, details: [Payload], identity: String)
  /// The workflow asked for the cancellation of another run, or of a child.
  indirect case requestCancelExternalWorkflowExecutionInitiated(ExternalWorkflowRequestAttributes)
  /// The other run could not be found.
  case requestCancelExternalWorkflowExecutionFailed(ExternalWorkflowFailedAttributes)
  /// The other run has the request.
  case externalWorkflowExecutionCancelRequested(initiatedEventID: Int64, execution: WorkflowExecution)
  /// The run ended and goes on as a new run.
  indirect case workflowExecutionContinuedAsNew(ContinuedAsNewAttributes)
  /// The workflow asked for a child.
  indirect case startChildWorkflowExecutionInitiated(StartChildWorkflowAttributes)
  /// The child could not be started.
  case startChildWorkflowExecutionFailed(
    workflowID: String, workflowType: String, cause: StartChildWorkflowFailedCause, initiatedEventID: Int64,
    workflowTaskCompletedEventID: Int64)
  /// The child runs.
  case childWorkflowExecutionStarted(initiatedEventID: Int64, execution: WorkflowExecution, workflowType: String)
  /// The child's `run` returned.
  case childWorkflowExecutionCompleted(ChildWorkflowReference, result: [Payload])
  /// The child's `run` threw and is not retried further.
  indirect case childWorkflowExecutionFailed(ChildWorkflowReference, failure: Failure, retryState: RetryState)
  /// The child was cancelled.
  case childWorkflowExecutionCanceled(ChildWorkflowReference, details: [Payload])
  /// The child's timeout passed.
  case childWorkflowExecutionTimedOut(ChildWorkflowReference, retryState: RetryState)
  /// The child was terminated.
  case childWorkflowExecutionTerminated(ChildWorkflowReference)
  /// The workflow sent a signal to another run, or to a child.
  indirect case signalExternalWorkflowExecutionInitiated(ExternalWorkflowRequestAttributes)
  /// The other run could not be found.
  case signalExternalWorkflowExecutionFailed(ExternalWorkflowFailedAttributes)
  /// The other run has the signal.
  case externalWorkflowExecutionSignaled(initiatedEventID: Int64, execution: WorkflowExecution)
  /// The workflow changed its search attributes.
  case upsertWorkflowSearchAttributes(searchAttributes: [String: Payload], workflowTaskCompletedEventID: Int64)
  /// An update passed its validator.
  case workflowExecutionUpdateAccepted(UpdateAcceptedAttributes)
  /// An update's handler returned or threw.
  case workflowExecutionUpdateCompleted(
    updateID: String, identity: String, acceptedEventID: Int64, outcome: UpdateOutcome)
  /// The workflow changed its memo.
  case workflowPropertiesModified(upsertedMemo: [String: Payload], workflowTaskCompletedEventID: Int64)
  /// An update of the run that this one was reset from; it is delivered again.
  case workflowExecutionUpdateAdmitted(UpdateRequest)
  /// The run does not go on until it is unpaused.
  case workflowExecutionPaused(reason: String, identity: String, requestID: String)
  /// The run goes on.
  case workflowExecutionUnpaused(reason: String, identity: String, requestID: String)
}

/// The attributes of the first event of every history.
public struct WorkflowExecutionStartedAttributes: Hashable, Sendable {
  /// The registered name of the workflow.
  public var workflowType: String
  /// The caller-chosen id.
  public var workflowID: String
  /// The run's own id, also of the first run of the chain.
  public var runID: String
  /// The task queue.
  public var taskQueue: String
  /// The arguments of `run`.
  public var input: [Payload]
  /// The longest that the chain of runs may take; `nil` means no limit.
  public var executionTimeout: Duration?
  /// The longest that this run may take; `nil` means no limit.
  public var runTimeout: Duration?
  /// The longest that one workflow task may take.
  public var taskTimeout: Duration
  /// Who started it.
  public var identity: String
  /// Notes shown with the run.
  public var memo: [String: Payload]
  /// Indexed values.
  public var searchAttributes: [String: Payload]
  /// Context handed through by interceptors.
  public var header: [String: Payload]
  /// The start request's id, which dedupes retried requests.
  public var requestID: String
  /// The attempt of the run, from 1.
  public var attempt: Int
  /// The first run of the chain that retries, cron and continue-as-new make; the run itself if it is the first.
  public var firstRunID: String
  /// The run id whose numbers the run draws: its own, or after a reset that of the run that was reset.
  public var originalRunID: String
  /// The run that this one continues; empty if none.
  public var continuedRunID: String = ""
  /// Why this run continues another; `nil` if it does not.
  public var initiator: ContinueAsNewInitiator?
  /// How the run before failed, if this is a retry.
  public var continuedFailure: Failure?
  /// What the last completed run of a cron chain returned.
  public var lastCompletionResult: [Payload] = []
  /// The run that started this one as its child.
  public var parent: ParentWorkflow?
  /// The run at the root of the tree of children; `nil` for the root itself.
  public var root: WorkflowExecution?
  /// How failures of the run are retried; `nil` means not at all.
  public var retryPolicy: RetryPolicy?
  /// When the next run of the chain begins, as a cron expression; empty means never.
  public var cronSchedule: String = ""
  /// How long after the start the first workflow task runs.
  public var firstWorkflowTaskBackoff: Duration?
  /// When the chain of runs times out.
  public var executionDeadline: Timestamp?
  /// The version of the workflow type that the run is pinned to; 0 for types without versions.
  public var version: Int = 0
  /// How urgent the run's activities are, and whom they are done for.
  public var priority = Priority()
  /// The namespace of the run.
  var namespace = NamespaceKey.own

  /// Creates attributes.
  public init(
    workflowType: String, workflowID: String, runID: String, taskQueue: String, input: [Payload],
    executionTimeout: Duration? = nil, runTimeout: Duration? = nil, taskTimeout: Duration = .seconds(10),
    identity: String = "", memo: [String: Payload] = [:], searchAttributes: [String: Payload] = [:],
    header: [String: Payload] = [:], requestID: String = "", attempt: Int = 1
  ) {
    self.workflowType = workflowType
    self.workflowID = workflowID
    self.runID = runID
    self.taskQueue = taskQueue
    self.input = input
    self.executionTimeout = executionTimeout
    self.runTimeout = runTimeout
    self.taskTimeout = taskTimeout
    self.identity = identity
    self.memo = memo
    self.searchAttributes = searchAttributes
    self.header = header
    self.requestID = requestID
    self.attempt = attempt
    self.firstRunID = runID
    self.originalRunID = runID
  }
}

/// The attributes of a scheduled activity.
public struct ActivityTaskScheduledAttributes: Hashable, Sendable {
  /// The id, unique among the run's open activities.
  public var activityID: String
  /// The registered name of the activity.
  public var activityType: String
  /// The task queue.
  public var taskQueue: String
  /// The arguments.
  public var input: [Payload]
  /// The longest from scheduling to the end; `nil` means no limit.
  public var scheduleToCloseTimeout: Duration?
  /// The longest from scheduling to the start of an attempt; `nil` means no limit.
  public var scheduleToStartTimeout: Duration?
  /// The longest that one attempt may take; `nil` means the schedule-to-close timeout.
  public var startToCloseTimeout: Duration?
  /// The longest between heartbeats; `nil` means none are expected.
  public var heartbeatTimeout: Duration?
  /// How failures are retried.
  public var retryPolicy: RetryPolicy
  /// The workflow task whose command this was.
  public var workflowTaskCompletedEventID: Int64
  /// Context handed through by interceptors.
  public var header: [String: Payload]
  /// A line for people.
  public var summary: String?
  /// Whether an attempt whose outcome is unknown may simply be repeated.
  public var isIdempotent: Bool
  /// How urgent it is, and whom it is done for; what is unset is that of the run.
  public var priority: Priority

  /// Creates attributes.
  public init(
    activityID: String, activityType: String, taskQueue: String, input: [Payload],
    scheduleToCloseTimeout: Duration? = nil, scheduleToStartTimeout: Duration? = nil,
    startToCloseTimeout: Duration? = nil, heartbeatTimeout: Duration? = nil, retryPolicy: RetryPolicy = .standard,
    workflowTaskCompletedEventID: Int64, header: [String: Payload] = [:], summary: String? = nil,
    isIdempotent: Bool = true, priority: Priority = Priority()
  ) {
    self.activityID = activityID
    self.activityType = activityType
    self.taskQueue = taskQueue
    self.input = input
    self.scheduleToCloseTimeout = scheduleToCloseTimeout
    self.scheduleToStartTimeout = scheduleToStartTimeout
    self.startToCloseTimeout = startToCloseTimeout
    self.heartbeatTimeout = heartbeatTimeout
    self.retryPolicy = retryPolicy
    self.workflowTaskCompletedEventID = workflowTaskCompletedEventID
    self.header = header
    self.summary = summary
    self.isIdempotent = isIdempotent
    self.priority = priority
  }
}

/// Why a workflow task failed; raw values are Temporal's.
public enum WorkflowTaskFailedCause: Int, Hashable, Sendable {
  /// Not known.
  case unspecified = 0
  /// The workflow continues as new with a memo or search attributes that are too large.
  case badContinueAsNewAttributes = 11
  /// Workflow code failed outside `run`'s own errors: an unregistered type, undecodable input, a misuse.
  case workflowWorkerUnhandledFailure = 14
  /// The workflow starts a child with a memo or search attributes that are too large.
  case badStartChildExecutionAttributes = 16
  /// The run was reset to this point.
  case resetWorkflow = 20
  /// The workflow gives itself search attributes that are too large.
  case badSearchAttributes = 23
  /// The code no longer matches history.
  case nonDeterministicError = 24
  /// The workflow gives itself a memo that is too large.
  case badModifyWorkflowPropertiesAttributes = 25
  /// The run would have more open children than it may.
  case pendingChildWorkflowsLimitExceeded = 26
  /// The run would have more open activities than it may.
  case pendingActivitiesLimitExceeded = 27
  /// The run would have more signals on their way than it may.
  case pendingSignalsLimitExceeded = 28
  /// The run would have more cancellation requests on their way than it may.
  case pendingRequestCancelLimitExceeded = 29
}
