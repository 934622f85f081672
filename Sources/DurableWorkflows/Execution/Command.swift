/// What workflow code asked for during one workflow task, in the order in which it asked.
///
/// Commands are the output of an activation. Accepted, each becomes exactly one event of history.
enum Command: Sendable {
  indirect case scheduleActivity(ScheduleActivityCommand)
  case requestCancelActivity(scheduledEventID: Int64)
  case startTimer(timerID: String, duration: Duration, summary: String?)
  case cancelTimer(timerID: String, startedEventID: Int64)
  indirect case recordMarker(name: String, details: [String: [Payload]], failure: Failure? = nil)
  indirect case startChildWorkflow(StartChildWorkflowAttributes)
  indirect case signalExternalWorkflow(ExternalWorkflowRequestAttributes)
  indirect case requestCancelExternalWorkflow(ExternalWorkflowRequestAttributes)
  case upsertSearchAttributes([String: Payload])
  case modifyProperties(memo: [String: Payload])
  indirect case acceptUpdate(UpdateAcceptedAttributes)
  indirect case completeUpdate(updateID: String, outcome: UpdateOutcome)
  indirect case continueAsNew(ContinueAsNewCommand)
  case completeWorkflow(result: [Payload])
  indirect case failWorkflow(Failure)
  case cancelWorkflow(details: [Payload])
}

/// Everything that the event of a scheduled activity records.
struct ScheduleActivityCommand: Sendable {
  var activityID: String
  var activityType: String
  var taskQueue: String?
  var input: [Payload]
  var scheduleToCloseTimeout: Duration?
  var scheduleToStartTimeout: Duration?
  var startToCloseTimeout: Duration?
  var heartbeatTimeout: Duration?
  var retryPolicy: RetryPolicy
  var summary: String?
  var isIdempotent = true
  var priority = Priority()
  var header: [String: Payload] = [:]
}

/// How a run goes on as a new one. What is `nil` is taken over from the run.
struct ContinueAsNewCommand: Sendable {
  var workflowType: String?
  var taskQueue: String?
  var input: [Payload]
  var runTimeout: Duration?
  var taskTimeout: Duration?
  var retryPolicy: RetryPolicy?
  var memo: [String: Payload]?
  var searchAttributes: [String: Payload]?
  var header: [String: Payload] = [:]
  /// Signals that the run received but had no handler for: the new run receives them.
  var signals: [CarriedSignal] = []
}

/// A signal that outlives the run that received it.
struct CarriedSignal: Hashable, Sendable {
  var name: String
  var input: [Payload]
  var identity: String
  var header: [String: Payload]
}

extension Command {
  /// Whether the command ends the run.
  var isClosing: Bool {
    switch self {
    case .completeWorkflow, .failWorkflow, .cancelWorkflow, .continueAsNew: true
    default: false
    }
  }

  /// Whether the command records the result of a local activity or a side effect.
  var isLocalActivityMarker: Bool {
    if case .recordMarker(LocalActivityMarker.name, _, _) = self { true } else { false }
  }

  /// The command in words, for non-determinism errors.
  var summary: String {
    switch self {
    case .scheduleActivity(let command):
      "schedule activity '\(command.activityType)' (id \(command.activityID))"
    case .requestCancelActivity(let eventID): "cancel the activity of event \(eventID)"
    case .startTimer(let timerID, let duration, _): "start timer \(timerID) for \(duration)"
    case .cancelTimer(let timerID, _): "cancel timer \(timerID)"
    case .recordMarker(let name, let details, _): "record marker \(markerSummary(name, details))"
    case .startChildWorkflow(let child): "start child workflow '\(child.workflowType)' (id \(child.workflowID))"
    case .signalExternalWorkflow(let request):
      "send signal '\(request.signalName)' to workflow '\(request.execution.workflowID)'"
    case .requestCancelExternalWorkflow(let request):
      "request the cancellation of workflow '\(request.execution.workflowID)'"
    case .upsertSearchAttributes(let map): "upsert the search attributes \(map.keys.sorted())"
    case .modifyProperties(let memo): "upsert the memo \(memo.keys.sorted())"
    case .acceptUpdate(let accepted): "accept update '\(accepted.request.name)' (id \(accepted.request.updateID))"
    case .completeUpdate(let updateID, _): "complete update \(updateID)"
    case .continueAsNew: "continue as new"
    case .completeWorkflow: "complete the workflow"
    case .failWorkflow(let failure): "fail the workflow: \(failure.message)"
    case .cancelWorkflow: "close the workflow as canceled"
    }
  }
}

extension EventAttributes {
  /// The event in words, for non-determinism errors.
  var summary: String {
    switch self {
    case .activityTaskScheduled(let attributes):
      "\(type) of '\(attributes.activityType)' (id \(attributes.activityID))"
    case .activityTaskCancelRequested(let scheduledEventID, _): "\(type) for event \(scheduledEventID)"
    case .timerStarted(let timerID, let duration, _, _): "\(type) of timer \(timerID) for \(duration)"
    case .timerCanceled(let timerID, _, _, _): "\(type) of timer \(timerID)"
    case .markerRecorded(let name, let details, _, _): "\(type) \(markerSummary(name, details))"
    case .startChildWorkflowExecutionInitiated(let child):
      "\(type) of '\(child.workflowType)' (id \(child.workflowID))"
    case .signalExternalWorkflowExecutionInitiated(let request):
      "\(type) of '\(request.signalName)' to '\(request.execution.workflowID)'"
    case .requestCancelExternalWorkflowExecutionInitiated(let request):
      "\(type) for '\(request.execution.workflowID)'"
    case .workflowExecutionUpdateAccepted(let accepted):
      "\(type) of '\(accepted.request.name)' (id \(accepted.request.updateID))"
    case .workflowExecutionUpdateCompleted(let updateID, _, _, _): "\(type) of \(updateID)"
    default: "\(type)"
    }
  }
}

private func markerSummary(_ name: String, _ details: [String: [Payload]]) -> String {
  if let patch = PatchMarker(name, details) { return "'\(name)' of patch '\(patch.id)'" }
  if let local = LocalActivityMarker(name, details) { return "'\(name)' of '\(local.activityType)' (number \(local.seq))" }
  return "'\(name)'"
}
