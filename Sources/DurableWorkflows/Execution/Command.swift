/// What workflow code asked for during one workflow task, in the order in which it asked.
///
/// Commands are the output of an activation. Accepted, each becomes exactly one event of history.
enum Command: Sendable {
  case scheduleActivity(ScheduleActivityCommand)
  case requestCancelActivity(scheduledEventID: Int64)
  case startTimer(timerID: String, duration: Duration, summary: String?)
  case cancelTimer(timerID: String, startedEventID: Int64)
  case recordMarker(name: String, details: [String: [Payload]])
  case completeWorkflow(result: [Payload])
  case failWorkflow(Failure)
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
}

extension Command {
  /// Whether the command ends the run.
  var isClosing: Bool {
    switch self {
    case .completeWorkflow, .failWorkflow, .cancelWorkflow: true
    default: false
    }
  }

  /// The command in words, for non-determinism errors.
  var summary: String {
    switch self {
    case .scheduleActivity(let command):
      "schedule activity '\(command.activityType)' (id \(command.activityID))"
    case .requestCancelActivity(let eventID): "cancel the activity of event \(eventID)"
    case .startTimer(let timerID, let duration, _): "start timer \(timerID) for \(duration)"
    case .cancelTimer(let timerID, _): "cancel timer \(timerID)"
    case .recordMarker(let name, let details): "record marker '\(name)'\(PatchMarker(name, details).map { " of patch '\($0.id)'" } ?? "")"
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
    case .markerRecorded(let name, let details, _, _):
      "\(type) '\(name)'\(PatchMarker(name, details).map { " of patch '\($0.id)'" } ?? "")"
    default: "\(type)"
    }
  }
}

/// The marker that records a patch; name and details are those of Temporal's core SDK, so that its tools show it.
struct PatchMarker: Hashable, Sendable {
  var id: String
  var isDeprecated: Bool

  static let name = "core_patch"
  private static let key = "patch-data"

  init(id: String, isDeprecated: Bool) {
    self.id = id
    self.isDeprecated = isDeprecated
  }

  /// Reads a marker; `nil` if it is of another kind.
  init?(_ name: String, _ details: [String: [Payload]]) {
    guard name == PatchMarker.name, let payload = details[PatchMarker.key]?.first,
      let data = try? JSONPayloadConverter().value(of: payload, as: Data.self)
    else { return nil }
    self.init(id: data.id, isDeprecated: data.deprecated)
  }

  func details() throws -> [String: [Payload]] {
    [PatchMarker.key: [try JSONPayloadConverter().payload(for: Data(id: id, deprecated: isDeprecated))]]
  }

  private struct Data: Codable {
    var id: String
    var deprecated: Bool
  }
}
