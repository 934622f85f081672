/// Whether a run that ended goes on as another, and if not, why.
struct SuccessorDecision: Sendable {
  var retryState: RetryState
  var successor: WorkflowExecutionStartedAttributes?
}

extension RunState {
  /// What follows a failure or a timeout: a retry, the next run of a cron schedule, or nothing.
  func successor(after failure: Failure, at now: Timestamp, makeRunID: () -> String) -> SuccessorDecision {
    let (retryState, delay) = retryDelay(after: failure, at: now)
    if let delay {
      var next = next(runID: makeRunID(), initiator: .retry, backoff: delay, at: now)
      next.attempt = started.attempt + 1
      next.continuedFailure = failure
      return SuccessorDecision(retryState: .inProgress, successor: next)
    }
    guard !started.cronSchedule.isEmpty, var next = cronSuccessor(result: nil, at: now, makeRunID: makeRunID) else {
      return SuccessorDecision(retryState: retryState)
    }
    next.continuedFailure = failure
    return SuccessorDecision(retryState: retryState, successor: next)
  }

  private func retryDelay(after failure: Failure, at now: Timestamp) -> (RetryState, Duration?) {
    guard let policy = started.retryPolicy else { return (.retryPolicyNotSet, nil) }
    switch failure.info {
    case .canceled, .terminated, .server(isNonRetryable: true): return (.nonRetryableFailure, nil)
    default: break
    }
    var delay = policy.interval(afterAttempt: started.attempt)
    if case .application(let type, let isNonRetryable, _, let nextRetryDelay) = failure.info {
      if isNonRetryable || policy.nonRetryableErrorTypes.contains(type) { return (.nonRetryableFailure, nil) }
      delay = nextRetryDelay ?? delay
    }
    if policy.maximumAttempts > 0, started.attempt >= policy.maximumAttempts { return (.maximumAttemptsReached, nil) }
    if let deadline = executionDeadline, now + delay >= deadline { return (.timeout, nil) }
    return (.inProgress, delay)
  }

  /// The next run of a cron schedule.
  /// - Parameter result: what the run returned; `nil` if it failed, then the last result is handed on.
  func cronSuccessor(
    result: [Payload]?, at now: Timestamp, makeRunID: () -> String
  ) -> WorkflowExecutionStartedAttributes? {
    guard let delay = CronSchedule.delay(of: started.cronSchedule, after: now, from: scheduledTime) else { return nil }
    if let deadline = executionDeadline, now + delay >= deadline { return nil }
    var next = next(runID: makeRunID(), initiator: .cronSchedule, backoff: delay, at: now)
    next.attempt = 1
    next.lastCompletionResult = result ?? started.lastCompletionResult
    return next
  }

  /// When the run's code was due to begin.
  private var scheduledTime: Timestamp { startTime + (started.firstWorkflowTaskBackoff ?? .zero) }

  /// The run that the workflow's code continues as.
  func successor(
    continuing command: ContinueAsNewCommand, at now: Timestamp, runID: String
  ) -> WorkflowExecutionStartedAttributes {
    var next = next(runID: runID, initiator: .workflow, backoff: nil, at: now)
    next.attempt = 1
    next.workflowType = command.workflowType ?? started.workflowType
    next.taskQueue = command.taskQueue ?? started.taskQueue
    next.input = command.input
    next.runTimeout = command.runTimeout ?? started.runTimeout
    next.taskTimeout = command.taskTimeout ?? started.taskTimeout
    next.retryPolicy = command.retryPolicy ?? started.retryPolicy
    next.memo = command.memo ?? memo
    next.searchAttributes = command.searchAttributes ?? searchAttributes
    if !command.header.isEmpty { next.header = command.header }
    return next
  }

  func continuedAsNew(
    _ next: WorkflowExecutionStartedAttributes, workflowTask: Int64
  ) -> ContinuedAsNewAttributes {
    ContinuedAsNewAttributes(
      newExecutionRunID: next.runID, workflowType: next.workflowType, taskQueue: next.taskQueue, input: next.input,
      runTimeout: next.runTimeout, taskTimeout: next.taskTimeout, initiator: .workflow, memo: next.memo,
      searchAttributes: next.searchAttributes, header: next.header, workflowTaskCompletedEventID: workflowTask)
  }

  private func next(
    runID: String, initiator: ContinueAsNewInitiator, backoff: Duration?, at now: Timestamp
  ) -> WorkflowExecutionStartedAttributes {
    var next = started
    next.runID = runID
    next.originalRunID = runID
    next.continuedRunID = started.runID
    next.initiator = initiator
    next.continuedFailure = nil
    next.firstWorkflowTaskBackoff = backoff
    next.executionDeadline = executionDeadline
    next.memo = memo
    next.searchAttributes = searchAttributes
    next.requestID = ""
    return next
  }
}
