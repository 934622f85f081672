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

  static let description: WorkflowExecutionDescription = {
    var description = WorkflowExecutionDescription(
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
    description.pendingChildren = [
      PendingChildInfo(
        execution: WorkflowExecution(workflowID: "child", runID: otherRunID), workflowType: "Child",
        initiatedEventID: 9, parentClosePolicy: .requestCancel)
    ]
    description.parent = ParentWorkflow(
      namespace: "default", execution: WorkflowExecution(workflowID: "parent", runID: otherRunID), initiatedEventID: 0)
    description.root = WorkflowExecution(workflowID: "root", runID: otherRunID)
    description.firstRunID = otherRunID
    description.version = 3
    description.resetPoints = [
      ResetPointInfo(buildID: "build", firstWorkflowTaskCompletedID: 4, createTime: time + .seconds(1))
    ]
    description.firstTaskTime = time + .minutes(1)
    description.deadline = time + .minutes(90)
    description.pause = WorkflowPauseInfo(pausedTime: time + .seconds(4), reason: "look first", identity: "admin")
    return description
  }()

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
