/// The number and name of an event type, as in Temporal's `EventType`.
public struct EventType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// Temporal's number.
  public let rawValue: Int

  /// Creates a type from Temporal's number.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The name in upper camel case, for example `ActivityTaskScheduled`.
  public var description: String { EventType.names[rawValue] ?? "EventType\(rawValue)" }

  private static let names: [Int: String] = [
    1: "WorkflowExecutionStarted", 2: "WorkflowExecutionCompleted", 3: "WorkflowExecutionFailed",
    4: "WorkflowExecutionTimedOut", 5: "WorkflowTaskScheduled", 6: "WorkflowTaskStarted",
    7: "WorkflowTaskCompleted", 9: "WorkflowTaskFailed", 10: "ActivityTaskScheduled", 11: "ActivityTaskStarted",
    12: "ActivityTaskCompleted", 13: "ActivityTaskFailed", 14: "ActivityTaskTimedOut",
    15: "ActivityTaskCancelRequested", 16: "ActivityTaskCanceled", 17: "TimerStarted", 18: "TimerFired",
    19: "TimerCanceled", 20: "WorkflowExecutionCancelRequested", 21: "WorkflowExecutionCanceled",
    22: "RequestCancelExternalWorkflowExecutionInitiated", 23: "RequestCancelExternalWorkflowExecutionFailed",
    24: "ExternalWorkflowExecutionCancelRequested", 25: "MarkerRecorded", 26: "WorkflowExecutionSignaled",
    27: "WorkflowExecutionTerminated", 28: "WorkflowExecutionContinuedAsNew",
    29: "StartChildWorkflowExecutionInitiated", 30: "StartChildWorkflowExecutionFailed",
    31: "ChildWorkflowExecutionStarted", 32: "ChildWorkflowExecutionCompleted", 33: "ChildWorkflowExecutionFailed",
    34: "ChildWorkflowExecutionCanceled", 35: "ChildWorkflowExecutionTimedOut",
    36: "ChildWorkflowExecutionTerminated", 37: "SignalExternalWorkflowExecutionInitiated",
    38: "SignalExternalWorkflowExecutionFailed", 39: "ExternalWorkflowExecutionSignaled",
    40: "UpsertWorkflowSearchAttributes", 41: "WorkflowExecutionUpdateAccepted",
    43: "WorkflowExecutionUpdateCompleted", 46: "WorkflowPropertiesModified", 47: "WorkflowExecutionUpdateAdmitted",
    58: "WorkflowExecutionPaused", 59: "WorkflowExecutionUnpaused",
  ]
}

extension EventAttributes {
  /// The event's type.
  public var type: EventType {
    switch self {
    case .workflowExecutionStarted: EventType(rawValue: 1)
    case .workflowExecutionCompleted: EventType(rawValue: 2)
    case .workflowExecutionFailed: EventType(rawValue: 3)
    case .workflowExecutionTimedOut: EventType(rawValue: 4)
    case .workflowTaskScheduled: EventType(rawValue: 5)
    case .workflowTaskStarted: EventType(rawValue: 6)
    case .workflowTaskCompleted: EventType(rawValue: 7)
    case .workflowTaskFailed: EventType(rawValue: 9)
    case .activityTaskScheduled: EventType(rawValue: 10)
    case .activityTaskStarted: EventType(rawValue: 11)
    case .activityTaskCompleted: EventType(rawValue: 12)
    case .activityTaskFailed: EventType(rawValue: 13)
    case .activityTaskTimedOut: EventType(rawValue: 14)
    case .activityTaskCancelRequested: EventType(rawValue: 15)
    case .activityTaskCanceled: EventType(rawValue: 16)
    case .timerStarted: EventType(rawValue: 17)
    case .timerFired: EventType(rawValue: 18)
    case .timerCanceled: EventType(rawValue: 19)
    case .workflowExecutionCancelRequested: EventType(rawValue: 20)
    case .workflowExecutionCanceled: EventType(rawValue: 21)
    case .markerRecorded: EventType(rawValue: 25)
    case .workflowExecutionSignaled: EventType(rawValue: 26)
    case .workflowExecutionTerminated: EventType(rawValue: 27)
    case .requestCancelExternalWorkflowExecutionInitiated: EventType(rawValue: 22)
    case .requestCancelExternalWorkflowExecutionFailed: EventType(rawValue: 23)
    case .externalWorkflowExecutionCancelRequested: EventType(rawValue: 24)
    case .workflowExecutionContinuedAsNew: EventType(rawValue: 28)
    case .startChildWorkflowExecutionInitiated: EventType(rawValue: 29)
    case .startChildWorkflowExecutionFailed: EventType(rawValue: 30)
    case .childWorkflowExecutionStarted: EventType(rawValue: 31)
    case .childWorkflowExecutionCompleted: EventType(rawValue: 32)
    case .childWorkflowExecutionFailed: EventType(rawValue: 33)
    case .childWorkflowExecutionCanceled: EventType(rawValue: 34)
    case .childWorkflowExecutionTimedOut: EventType(rawValue: 35)
    case .childWorkflowExecutionTerminated: EventType(rawValue: 36)
    case .signalExternalWorkflowExecutionInitiated: EventType(rawValue: 37)
    case .signalExternalWorkflowExecutionFailed: EventType(rawValue: 38)
    case .externalWorkflowExecutionSignaled: EventType(rawValue: 39)
    case .upsertWorkflowSearchAttributes: EventType(rawValue: 40)
    case .workflowExecutionUpdateAccepted: EventType(rawValue: 41)
    case .workflowExecutionUpdateCompleted: EventType(rawValue: 43)
    case .workflowPropertiesModified: EventType(rawValue: 46)
    case .workflowExecutionUpdateAdmitted: EventType(rawValue: 47)
    case .workflowExecutionPaused: EventType(rawValue: 58)
    case .workflowExecutionUnpaused: EventType(rawValue: 59)
    }
  }

  /// The run that continues the one that this event ends; `nil` if none does.
  public var newExecutionRunID: String? {
    let runID =
      switch self {
      case .workflowExecutionCompleted(_, _, let runID), .workflowExecutionFailed(_, _, _, let runID),
        .workflowExecutionTimedOut(_, let runID):
        runID
      case .workflowExecutionContinuedAsNew(let attributes): attributes.newExecutionRunID
      default: ""
      }
    return runID.isEmpty ? nil : runID
  }

  /// Whether the event ends the run.
  public var isClosing: Bool {
    switch self {
    case .workflowExecutionCompleted, .workflowExecutionFailed, .workflowExecutionTimedOut,
      .workflowExecutionCanceled, .workflowExecutionTerminated, .workflowExecutionContinuedAsNew:
      true
    default:
      false
    }
  }

  /// Whether the event is the record of a command of workflow code.
  var isCommandEvent: Bool {
    switch self {
    case .workflowExecutionCompleted, .workflowExecutionFailed, .workflowExecutionCanceled, .activityTaskScheduled,
      .activityTaskCancelRequested, .timerStarted, .timerCanceled, .markerRecorded, .workflowExecutionContinuedAsNew,
      .startChildWorkflowExecutionInitiated, .requestCancelExternalWorkflowExecutionInitiated,
      .signalExternalWorkflowExecutionInitiated, .upsertWorkflowSearchAttributes, .workflowPropertiesModified,
      .workflowExecutionUpdateAccepted, .workflowExecutionUpdateCompleted:
      true
    default:
      false
    }
  }
}
