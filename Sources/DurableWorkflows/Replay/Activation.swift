/// What goes into a run's code for one workflow task: the time, and what happened, in history order.
///
/// This is the one seam between an engine and workflow code: an activation goes in, the code runs until idle, commands
/// come out. Live execution, replay, queries and a cluster worker all drive it. The jobs are in a fixed order: events
/// in history order, then accepted updates, then results of local activities.
struct Activation: Sendable {
  enum Job: Sendable {
    case start(input: [Payload])
    case signal(CarriedSignal)
    case cancel(reason: String)
    case resolve(eventID: Int64, Outcome)
    case childStarted(eventID: Int64, WorkflowExecution)
    /// An update that passed its validator.
    indirect case update(UpdateRequest)
    indirect case resolveLocalActivity(seq: Int, LocalActivityResolution)
    /// A reset: from here on the run draws other random numbers.
    case reseed(runID: String)
  }

  enum Outcome: Sendable {
    case succeeded([Payload])
    indirect case failed(Failure, RetryState)
    case canceled(details: [Payload])
  }

  /// The workflow's `now`.
  var time: Timestamp
  var jobs: [Job]
  /// Whether the commands are already in history.
  var isReplaying: Bool
  /// The patches whose markers history holds for this very task.
  var patches: [PatchMarker] = []
  /// The side effects whose markers history holds for this very task, by number.
  var sideEffects: [Int: Outcome] = [:]
  /// The number of events up to this task.
  var historyLength: Int64
  /// The recorded size of the history before this task, in bytes.
  var historySizeBytes: Int64 = 0

  /// The job of an event; `nil` for events that workflow code does not see.
  static func job(for event: HistoryEvent) -> Job? {
    switch event.attributes {
    case .workflowExecutionStarted(let attributes): .start(input: attributes.input)
    case .workflowExecutionSignaled(let name, let input, let identity, let header, _):
      .signal(CarriedSignal(name: name, input: input, identity: identity, header: header))
    case .workflowExecutionCancelRequested(let cause, _): .cancel(reason: cause)
    case .workflowTaskFailed(_, _, _, _, _, let reset?): .reseed(runID: reset.newRunID)
    case .timerFired(_, let startedEventID): .resolve(eventID: startedEventID, .succeeded([]))
    case .activityTaskCompleted(let eventID, _, _, let result): .resolve(eventID: eventID, .succeeded(result))
    case .activityTaskFailed(let eventID, _, _, let failure, let state):
      .resolve(eventID: eventID, .failed(failure, state))
    case .activityTaskTimedOut(let eventID, _, let failure, let state):
      .resolve(eventID: eventID, .failed(failure, state))
    case .activityTaskCanceled(let eventID, _, _, _, let details): .resolve(eventID: eventID, .canceled(details: details))
    default: linkJob(for: event)
    }
  }

  private static func linkJob(for event: HistoryEvent) -> Job? {
    switch event.attributes {
    case .childWorkflowExecutionStarted(let eventID, let execution, _): .childStarted(eventID: eventID, execution)
    case .startChildWorkflowExecutionFailed(let id, let type, let cause, let eventID, _):
      .resolve(eventID: eventID, .failed(cause.failure(id: id, type: type), .nonRetryableFailure))
    case .childWorkflowExecutionCompleted(let child, let result):
      .resolve(eventID: child.initiatedEventID, .succeeded(result))
    case .childWorkflowExecutionFailed(let child, let failure, let state):
      .resolve(eventID: child.initiatedEventID, .failed(failure, state))
    case .childWorkflowExecutionCanceled(let child, let details):
      .resolve(eventID: child.initiatedEventID, .canceled(details: details))
    case .childWorkflowExecutionTimedOut(let child, let state):
      .resolve(
        eventID: child.initiatedEventID,
        .failed(
          Failure(message: "the workflow timed out", info: .timeout(.startToClose, lastHeartbeatDetails: [])), state))
    case .childWorkflowExecutionTerminated(let child):
      .resolve(
        eventID: child.initiatedEventID,
        .failed(Failure(message: "the workflow was terminated", info: .terminated(identity: "")), .unspecified))
    case .externalWorkflowExecutionSignaled(let eventID, _), .externalWorkflowExecutionCancelRequested(let eventID, _):
      .resolve(eventID: eventID, .succeeded([]))
    case .signalExternalWorkflowExecutionFailed(let failed), .requestCancelExternalWorkflowExecutionFailed(let failed):
      .resolve(
        eventID: failed.initiatedEventID,
        .failed(
          Failure(
            message: "workflow '\(failed.execution.workflowID)' has no open run to receive it",
            info: .server(isNonRetryable: true)),
          .unspecified))
    default: nil
    }
  }
}

extension HistoryEvent {
  /// Whether the run's code has to see the event.
  var isInput: Bool {
    switch attributes {
    case .workflowExecutionUpdateAdmitted, .activityTaskCompleted: true
    case .workflowTaskScheduled, .workflowTaskStarted, .workflowTaskCompleted, .activityTaskScheduled,
      .activityTaskStarted:
      false
    default: Activation.job(for: self) != nil
    }
  }
}

extension StartChildWorkflowFailedCause {
  /// What the parent's code gets.
  func failure(id: String, type: String) -> Failure {
    let (message, errorType) =
      switch self {
      case .workflowAlreadyExists:
        ("a workflow with the id '\(id)' is already running, or its id must not be used again",
          ChildWorkflowError.alreadyStarted)
      case .namespaceNotFound:
        ("the namespace of child workflow '\(id)' does not exist", "NamespaceNotFound")
      case .unspecified:
        ("child workflow '\(id)' cannot be started: its type '\(type)' is not registered, or its input does not fit",
          "InvalidChildWorkflow")
      }
    return Failure(
      message: message,
      info: .application(type: errorType, isNonRetryable: true, details: [], nextRetryDelay: nil))
  }
}

/// How a local activity or its wait ended, with what its marker records.
struct LocalActivityResolution: Sendable {
  var outcome: Activation.Outcome
  var attempt: Int
  var completeTime: Timestamp

  var result: [Payload]? {
    if case .succeeded(let result) = outcome { result } else { nil }
  }
}
