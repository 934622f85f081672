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
    25: "MarkerRecorded", 26: "WorkflowExecutionSignaled", 27: "WorkflowExecutionTerminated",
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
    }
  }

  /// Whether the event ends the run.
  public var isClosing: Bool {
    switch self {
    case .workflowExecutionCompleted, .workflowExecutionFailed, .workflowExecutionTimedOut,
      .workflowExecutionCanceled, .workflowExecutionTerminated:
      true
    default:
      false
    }
  }

  /// Whether the event is the record of a command of workflow code.
  var isCommandEvent: Bool {
    switch self {
    case .workflowExecutionCompleted, .workflowExecutionFailed, .workflowExecutionCanceled, .activityTaskScheduled,
      .activityTaskCancelRequested, .timerStarted, .timerCanceled, .markerRecorded:
      true
    default:
      false
    }
  }
}
