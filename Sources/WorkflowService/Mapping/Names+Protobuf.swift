internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.WorkflowExecution {
  init(_ execution: WorkflowExecution) {
    self.init()
    workflowID = execution.workflowID
    runID = execution.runID
  }

  var value: WorkflowExecution { WorkflowExecution(workflowID: workflowID, runID: runID) }
}

extension Wire.WorkflowType {
  init(named name: String) {
    self.init()
    self.name = name
  }
}

extension Wire.ActivityType {
  init(named name: String) {
    self.init()
    self.name = name
  }
}

extension Wire.TaskQueue {
  init(named name: String) {
    self.init()
    self.name = name
    kind = .normal
  }
}

extension Wire.UserMetadata {
  init(summary text: String) throws {
    self.init()
    summary = try Wire.Payload(text: text)
  }
}

extension Wire.WorkflowExecutionStatus {
  init(_ status: WorkflowExecutionStatus) {
    self =
      switch status {
      case .running: .running
      case .completed: .completed
      case .failed: .failed
      case .canceled: .canceled
      case .terminated: .terminated
      case .continuedAsNew: .continuedAsNew
      case .timedOut: .timedOut
      case .paused: .paused
      }
  }

  func value(_ field: String) throws -> WorkflowExecutionStatus {
    switch self {
    case .running: .running
    case .paused: .paused
    case .completed: .completed
    case .failed: .failed
    case .canceled: .canceled
    case .terminated: .terminated
    case .continuedAsNew: .continuedAsNew
    case .timedOut: .timedOut
    case .unspecified, .UNRECOGNIZED: throw MappingError(field, "is \(rawValue), which is no known status")
    }
  }
}

extension Temporal_Api_Enums_V1_RetryState {
  init(_ state: RetryState) {
    self = Self(rawValue: state.rawValue) ?? .unspecified
  }

  /// The state; a number that only a newer service knows is `unspecified`.
  var value: RetryState { RetryState(rawValue: rawValue) ?? .unspecified }
}

extension Temporal_Api_Enums_V1_TimeoutType {
  init(_ type: TimeoutType) {
    self =
      switch type {
      case .startToClose: .startToClose
      case .scheduleToStart: .scheduleToStart
      case .scheduleToClose: .scheduleToClose
      case .heartbeat: .heartbeat
      }
  }

  func value(_ field: String) throws -> TimeoutType {
    guard let type = TimeoutType(rawValue: rawValue) else {
      throw MappingError(field, "is \(rawValue), which is no known timeout type")
    }
    return type
  }
}

extension Temporal_Api_Enums_V1_WorkflowTaskFailedCause {
  init(_ cause: WorkflowTaskFailedCause) {
    self = Self(rawValue: cause.rawValue) ?? .unspecified
  }

  /// The cause; those that only a cluster's other SDKs and server produce are `unspecified`, the failure tells more.
  var value: WorkflowTaskFailedCause { WorkflowTaskFailedCause(rawValue: rawValue) ?? .unspecified }
}

extension Temporal_Api_Enums_V1_ContinueAsNewInitiator {
  init(_ initiator: ContinueAsNewInitiator?) {
    self = initiator.flatMap { Self(rawValue: $0.rawValue) } ?? .unspecified
  }

  /// The initiator; `nil` if none is set.
  var value: ContinueAsNewInitiator? { ContinueAsNewInitiator(rawValue: rawValue) }
}

extension Temporal_Api_Enums_V1_ParentClosePolicy {
  init(_ policy: ParentClosePolicy) {
    self = Self(rawValue: policy.rawValue) ?? .unspecified
  }

  /// The policy; Temporal's default if none is set.
  var value: ParentClosePolicy { ParentClosePolicy(rawValue: rawValue) ?? .terminate }
}

extension Temporal_Api_Enums_V1_WorkflowIdReusePolicy {
  init(_ policy: WorkflowIDReusePolicy) {
    self =
      switch policy {
      case .allowDuplicate: .allowDuplicate
      case .allowDuplicateFailedOnly: .allowDuplicateFailedOnly
      case .rejectDuplicate: .rejectDuplicate
      }
  }

  /// The policy; Temporal's default if none is set. An open run is the conflict policy's matter.
  func value(_ field: String) throws -> WorkflowIDReusePolicy {
    switch self {
    case .unspecified, .allowDuplicate, .terminateIfRunning: .allowDuplicate
    case .allowDuplicateFailedOnly: .allowDuplicateFailedOnly
    case .rejectDuplicate: .rejectDuplicate
    case .UNRECOGNIZED(let number): throw MappingError(field, "is \(number), which is no known policy")
    }
  }
}

extension Temporal_Api_Enums_V1_StartChildWorkflowExecutionFailedCause {
  init(_ cause: StartChildWorkflowFailedCause) {
    self = Self(rawValue: cause.rawValue) ?? .unspecified
  }

  /// The cause; a number that only a newer service knows is `unspecified`.
  var value: StartChildWorkflowFailedCause { StartChildWorkflowFailedCause(rawValue: rawValue) ?? .unspecified }
}

extension Temporal_Api_Deployment_V1_WorkerDeploymentVersion {
  /// A version of a workflow type, as a version of a deployment of the type's name.
  init(_ version: Int, of workflowType: String) {
    self.init()
    deploymentName = workflowType
    buildID = "\(version)"
  }

  /// The version of a workflow type; 0 if this is something else.
  func number(of workflowType: String) -> Int {
    deploymentName == workflowType ? Int(buildID) ?? 0 : 0
  }
}
