import DurableWorkflows

/// Values that tests send around. Every field differs from its default, so that a forgotten one shows.
enum Sample {
  static let runID = "5f2b6f0e-9d5c-4c8e-8f5a-0a6b1c2d3e4f"
  static let otherRunID = "00000000-0000-4000-8000-000000000001"
  static let execution = WorkflowExecution(workflowID: "order-17", runID: runID)
  static let time = Timestamp(nanosecondsSinceEpoch: 1_759_233_600_123_456_789)
  static let payload = Payload(encoding: Payload.jsonPlain, data: Array(#"{"a":1}"#.utf8))
  static let bytes = Payload(metadata: ["encoding": Array("binary/plain".utf8), "k": [0, 255]], data: [0, 1, 254, 255])

  static let retryPolicy = RetryPolicy(
    initialInterval: .milliseconds(250), backoffCoefficient: 1.5, maximumInterval: .seconds(7), maximumAttempts: 9,
    nonRetryableErrorTypes: ["A", "B"])

  static let info = WorkflowExecutionInfo(
    execution: execution, workflowType: "Checkout", taskQueue: "queue", startTime: time, closeTime: time + .seconds(5),
    status: .failed, historyLength: 12, historySizeBytes: 3456, memo: ["note": payload],
    searchAttributes: ["Customer": bytes])

  static let description = WorkflowExecutionDescription(
    info: info, executionTimeout: .hours(2), runTimeout: .minutes(90), taskTimeout: .seconds(11),
    pendingActivities: [
      PendingActivityInfo(
        activityID: "1", activityType: "charge", state: .started, attempt: 3, maximumAttempts: 9, scheduledTime: time,
        nextAttemptTime: time + .seconds(1), lastStartedTime: time + .seconds(2), lastHeartbeatTime: time + .seconds(3),
        heartbeatDetails: [payload], lastFailure: applicationFailure),
      PendingActivityInfo(
        activityID: "2", activityType: "ship", state: .cancelRequested, attempt: 1, maximumAttempts: 0,
        scheduledTime: time, nextAttemptTime: nil, lastStartedTime: nil, lastHeartbeatTime: nil, heartbeatDetails: [],
        lastFailure: nil),
    ],
    pendingWorkflowTask: nil, cancelRequested: true)

  static let applicationFailure = Failure(
    message: "no money",
    info: .application(
      type: "PaymentError", isNonRetryable: true, details: [payload, bytes], nextRetryDelay: .milliseconds(1500)),
    source: "test", stackTrace: "at a\nat b")

  /// One failure of every kind, each caused by the one before.
  static let failures: [Failure] = {
    let kinds: [Failure.Info] = [
      .application(type: "Plain", isNonRetryable: false, details: [], nextRetryDelay: nil),
      .timeout(.heartbeat, lastHeartbeatDetails: [payload]),
      .timeout(.scheduleToClose, lastHeartbeatDetails: []),
      .canceled(details: [bytes]),
      .terminated(identity: "admin"),
      .server(isNonRetryable: true),
      .activity(
        scheduledEventID: 5, startedEventID: 6, identity: "me", activityType: "charge", activityID: "1",
        retryState: .maximumAttemptsReached),
      .childWorkflow(
        namespace: "default", workflowID: "child", runID: otherRunID, workflowType: "Child", initiatedEventID: 7,
        startedEventID: 8, retryState: .nonRetryableFailure),
    ]
    var failures = [applicationFailure]
    for info in kinds {
      failures.append(Failure(message: "because of \(failures.count)", info: info, cause: failures.last))
    }
    return failures
  }()

  /// One event of every type, with all fields set, and some again with the optional ones left out.
  static let allAttributes: [EventAttributes] = [
    .workflowExecutionStarted(
      WorkflowExecutionStartedAttributes(
        workflowType: "Checkout", workflowID: "order-17", runID: runID, taskQueue: "queue", input: [payload, bytes],
        executionTimeout: .hours(2), runTimeout: .minutes(90), taskTimeout: .seconds(11), identity: "me",
        memo: ["note": payload], searchAttributes: ["Customer": bytes], header: ["trace": bytes], attempt: 2)),
    .workflowExecutionStarted(
      WorkflowExecutionStartedAttributes(
        workflowType: "Checkout", workflowID: "order-17", runID: runID, taskQueue: "queue", input: [])),
    .workflowExecutionCompleted(result: [payload], workflowTaskCompletedEventID: 4),
    .workflowExecutionCompleted(result: [], workflowTaskCompletedEventID: 4),
    .workflowExecutionFailed(failure: failures[8], retryState: .retryPolicyNotSet, workflowTaskCompletedEventID: 4),
    .workflowExecutionTimedOut(retryState: .timeout),
    .workflowTaskScheduled(taskQueue: "queue", startToCloseTimeout: .seconds(10), attempt: 3),
    .workflowTaskStarted(scheduledEventID: 2, identity: "me", historySizeBytes: 789),
    .workflowTaskCompleted(scheduledEventID: 2, startedEventID: 3, identity: "me"),
    .workflowTaskFailed(
      scheduledEventID: 2, startedEventID: 3, cause: .nonDeterministicError, failure: applicationFailure,
      identity: "me"),
    .workflowTaskFailed(
      scheduledEventID: 2, startedEventID: 3, cause: .workflowWorkerUnhandledFailure, failure: failures[1],
      identity: "me"),
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
  ]

  static let allEvents: [HistoryEvent] = allAttributes.enumerated().map {
    HistoryEvent(id: Int64($0.offset + 1), time: time + .milliseconds($0.offset), attributes: $0.element)
  }

  /// A small closed history: started, `count` signals, completed.
  static func history(signals count: Int) -> [HistoryEvent] {
    var attributes = [allAttributes[1]]
    for number in 0..<count {
      attributes.append(
        .workflowExecutionSignaled(signalName: "s\(number)", input: [], identity: "", header: [:], requestID: ""))
    }
    attributes.append(.workflowExecutionCompleted(result: [payload], workflowTaskCompletedEventID: 1))
    return attributes.enumerated().map {
      HistoryEvent(id: Int64($0.offset + 1), time: time + .seconds($0.offset), attributes: $0.element)
    }
  }
}
