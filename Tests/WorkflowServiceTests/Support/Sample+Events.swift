import DurableWorkflows

extension Sample {
  /// One event of every type about the run itself, with all fields set, and some again with the optional ones left out.
  static let runAttributes: [EventAttributes] = [
    .workflowExecutionStarted(
      WorkflowExecutionStartedAttributes(
        workflowType: "Checkout", workflowID: "order-17", runID: runID, taskQueue: "queue", input: [payload, bytes],
        executionTimeout: .hours(2), runTimeout: .minutes(90), taskTimeout: .seconds(11), identity: "me",
        memo: ["note": payload], searchAttributes: ["Customer": bytes], header: ["trace": bytes], attempt: 2)),
    .workflowExecutionStarted(continued),
    .workflowExecutionStarted(
      WorkflowExecutionStartedAttributes(
        workflowType: "Checkout", workflowID: "order-17", runID: runID, taskQueue: "queue", input: [])),
    .workflowExecutionCompleted(result: [payload], workflowTaskCompletedEventID: 4),
    .workflowExecutionCompleted(result: [], workflowTaskCompletedEventID: 4, newExecutionRunID: otherRunID),
    .workflowExecutionFailed(failure: failures[8], retryState: .retryPolicyNotSet, workflowTaskCompletedEventID: 4),
    .workflowExecutionFailed(
      failure: failures[8], retryState: .inProgress, workflowTaskCompletedEventID: 4, newExecutionRunID: otherRunID),
    .workflowExecutionTimedOut(retryState: .timeout),
    .workflowExecutionTimedOut(retryState: .inProgress, newExecutionRunID: otherRunID),
    .workflowTaskScheduled(taskQueue: "queue", startToCloseTimeout: .seconds(10), attempt: 3),
    .workflowTaskStarted(scheduledEventID: 2, identity: "me", historySizeBytes: 789),
    .workflowTaskCompleted(scheduledEventID: 2, startedEventID: 3, identity: "me"),
    .workflowTaskFailed(
      scheduledEventID: 2, startedEventID: 3, cause: .nonDeterministicError, failure: applicationFailure,
      identity: "me"),
    .workflowTaskFailed(
      scheduledEventID: 2, startedEventID: 3, cause: .workflowWorkerUnhandledFailure, failure: failures[1],
      identity: "me"),
    .workflowTaskFailed(
      scheduledEventID: 2, startedEventID: 3, cause: .resetWorkflow,
      failure: Failure(
        message: "why",
        info: .application(type: "ResetWorkflow", isNonRetryable: false, details: [], nextRetryDelay: nil)),
      identity: "me",
      reset: WorkflowReset(baseRunID: otherRunID, newRunID: runID)),
    .activityTaskScheduled(
      ActivityTaskScheduledAttributes(
        activityID: "1", activityType: "charge", taskQueue: "queue", input: [payload, bytes],
        scheduleToCloseTimeout: .seconds(60), scheduleToStartTimeout: .seconds(20), startToCloseTimeout: .seconds(30),
        heartbeatTimeout: .milliseconds(1500), retryPolicy: retryPolicy, workflowTaskCompletedEventID: 4,
        header: ["trace": bytes], summary: "charge \"it\" \u{1F600}\n")),
    .activityTaskScheduled(
      ActivityTaskScheduledAttributes(
        activityID: "2", activityType: "ship", taskQueue: "queue", input: [], scheduleToCloseTimeout: nil,
        scheduleToStartTimeout: nil, startToCloseTimeout: nil, heartbeatTimeout: nil, retryPolicy: .standard,
        workflowTaskCompletedEventID: 4, header: [:], summary: nil)),
    .activityTaskStarted(scheduledEventID: 5, identity: "me", attempt: 2, lastFailure: applicationFailure),
    .activityTaskStarted(scheduledEventID: 5, identity: "me", attempt: 1, lastFailure: nil),
    .activityTaskCompleted(scheduledEventID: 5, startedEventID: 6, identity: "me", result: [payload]),
    .activityTaskFailed(
      scheduledEventID: 5, startedEventID: 6, identity: "me", failure: applicationFailure,
      retryState: .nonRetryableFailure),
    .activityTaskTimedOut(
      scheduledEventID: 5, startedEventID: 6, failure: failures[2], retryState: .maximumAttemptsReached),
    .activityTaskCancelRequested(scheduledEventID: 5, workflowTaskCompletedEventID: 4),
    .activityTaskCanceled(
      scheduledEventID: 5, startedEventID: 6, latestCancelRequestedEventID: 7, identity: "me", details: [bytes]),
    .timerStarted(
      timerID: "3", startToFireTimeout: .nanoseconds(1_500_000_001), workflowTaskCompletedEventID: 4, summary: "wait"),
    .timerStarted(timerID: "4", startToFireTimeout: .days(30), workflowTaskCompletedEventID: 4, summary: nil),
    .timerFired(timerID: "3", startedEventID: 8),
    .timerCanceled(timerID: "3", startedEventID: 8, workflowTaskCompletedEventID: 4, identity: "me"),
    .workflowExecutionCancelRequested(cause: "no more", identity: "me"),
    .workflowExecutionCanceled(details: [bytes], workflowTaskCompletedEventID: 4),
    .markerRecorded(
      markerName: "patch", details: ["id": [payload], "data": [bytes, payload]], workflowTaskCompletedEventID: 4,
      failure: applicationFailure),
    .markerRecorded(markerName: "patch", details: [:], workflowTaskCompletedEventID: 4, failure: nil),
    .workflowExecutionSignaled(
      signalName: "approve", input: [payload], identity: "me", header: ["trace": bytes], requestID: "request-1"),
    .workflowExecutionTerminated(reason: "enough", details: [bytes], identity: "admin"),
    .workflowExecutionPaused(reason: "look first", identity: "admin", requestID: "request-2"),
    .workflowExecutionUnpaused(reason: "looked", identity: "admin", requestID: "request-3"),
  ]

  /// A run in the middle of everything: a retry in a chain, child of a child, pinned to a version.
  private static let continued: WorkflowExecutionStartedAttributes = {
    var started = WorkflowExecutionStartedAttributes(
      workflowType: "Checkout", workflowID: "order-17", runID: runID, taskQueue: "queue", input: [])
    started.firstRunID = otherRunID
    started.originalRunID = runID
    started.continuedRunID = otherRunID
    started.initiator = .cronSchedule
    started.continuedFailure = applicationFailure
    started.lastCompletionResult = [payload]
    started.parent = ParentWorkflow(
      namespace: "default", execution: WorkflowExecution(workflowID: "parent", runID: otherRunID), initiatedEventID: 7)
    started.root = WorkflowExecution(workflowID: "root", runID: otherRunID)
    started.retryPolicy = retryPolicy
    started.cronSchedule = "0 12 * * *"
    started.firstWorkflowTaskBackoff = .milliseconds(2500)
    started.executionDeadline = time + .hours(2)
    started.version = 3
    return started
  }()

  private static let child = ChildWorkflowReference(
    initiatedEventID: 7, startedEventID: 8, execution: WorkflowExecution(workflowID: "child", runID: otherRunID),
    workflowType: "Child")

  private static let external = ExternalWorkflowFailedAttributes(
    cause: .externalWorkflowExecutionNotFound, initiatedEventID: 9, execution: execution,
    workflowTaskCompletedEventID: 4)

  static let update = UpdateRequest(
    updateID: "update-1", name: "raise", input: [payload], header: ["trace": bytes], identity: "me")

  /// One event of every type about other runs, updates and changes of what is shown with the run.
  static let linkAttributes: [EventAttributes] = [
    .workflowExecutionContinuedAsNew(
      ContinuedAsNewAttributes(
        newExecutionRunID: otherRunID, workflowType: "Checkout2", taskQueue: "queue2", input: [payload],
        runTimeout: .minutes(90), taskTimeout: .seconds(11), backoffStartInterval: .seconds(3), initiator: .retry,
        memo: ["note": payload], searchAttributes: ["Customer": bytes], header: ["trace": bytes],
        workflowTaskCompletedEventID: 4)),
    .startChildWorkflowExecutionInitiated(
      StartChildWorkflowAttributes(
        workflowID: "child", workflowType: "Child", taskQueue: "queue", input: [payload], executionTimeout: .hours(2),
        runTimeout: .minutes(90), taskTimeout: .seconds(11), parentClosePolicy: .abandon,
        idReusePolicy: .allowDuplicateFailedOnly, retryPolicy: retryPolicy, cronSchedule: "@daily",
        memo: ["note": payload], searchAttributes: ["Customer": bytes], header: ["trace": bytes],
        workflowTaskCompletedEventID: 4, summary: "the child")),
    .startChildWorkflowExecutionInitiated(
      StartChildWorkflowAttributes(workflowID: "child", workflowType: "Child", taskQueue: "queue")),
    .startChildWorkflowExecutionFailed(
      workflowID: "child", workflowType: "Child", cause: .workflowAlreadyExists, initiatedEventID: 7,
      workflowTaskCompletedEventID: 4),
    .childWorkflowExecutionStarted(initiatedEventID: 7, execution: execution, workflowType: "Child"),
    .childWorkflowExecutionCompleted(child, result: [payload]),
    .childWorkflowExecutionFailed(child, failure: failures[8], retryState: .maximumAttemptsReached),
    .childWorkflowExecutionCanceled(child, details: [bytes]),
    .childWorkflowExecutionTimedOut(child, retryState: .timeout),
    .childWorkflowExecutionTerminated(child),
    .requestCancelExternalWorkflowExecutionInitiated(
      ExternalWorkflowRequestAttributes(
        execution: execution, isChildOnly: true, reason: "enough", workflowTaskCompletedEventID: 4)),
    .requestCancelExternalWorkflowExecutionFailed(external),
    .externalWorkflowExecutionCancelRequested(initiatedEventID: 9, execution: execution),
    .signalExternalWorkflowExecutionInitiated(
      ExternalWorkflowRequestAttributes(
        execution: execution, isChildOnly: true, signalName: "approve", input: [payload], header: ["trace": bytes],
        workflowTaskCompletedEventID: 4)),
    .signalExternalWorkflowExecutionFailed(external),
    .externalWorkflowExecutionSignaled(initiatedEventID: 9, execution: execution),
    .upsertWorkflowSearchAttributes(searchAttributes: ["Customer": bytes], workflowTaskCompletedEventID: 4),
    .workflowExecutionUpdateAccepted(UpdateAcceptedAttributes(request: update, sequencingEventID: 5)),
    .workflowExecutionUpdateCompleted(
      updateID: "update-1", identity: "me", acceptedEventID: 9, outcome: .success([payload])),
    .workflowExecutionUpdateCompleted(
      updateID: "update-1", identity: "me", acceptedEventID: 9, outcome: .failure(applicationFailure)),
    .workflowPropertiesModified(upsertedMemo: ["note": payload, "gone": .null], workflowTaskCompletedEventID: 4),
    .workflowExecutionUpdateAdmitted(update),
  ]

  static let allAttributes = runAttributes + linkAttributes
}
