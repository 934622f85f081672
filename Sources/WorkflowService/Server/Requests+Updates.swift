internal import DurableWorkflows
internal import FoundationEssentials
internal import GRPCCore
internal import GRPCProtobuf
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.UpdateRequest {
  /// The checked request. An update without an id gets one; without a stage its outcome is waited for.
  func value(_ validate: Validation, longPollTimeout: Duration) throws -> UpdateWorkflowExecutionRequest {
    var value = UpdateWorkflowExecutionRequest(
      namespace: namespace,
      execution: try validate.execution(workflowExecution, "workflow_execution"),
      request: try update(validate),
      waitStage: try stage())
    value.firstExecutionRunID = try validate.runID(firstExecutionRunID, "first_execution_run_id")
    value.longPollTimeout = longPollTimeout
    return value
  }

  private func update(_ validate: Validation) throws -> UpdateRequest {
    let id = request.meta.updateID
    return UpdateRequest(
      updateID: id.isEmpty
        ? UUID().uuidString.lowercased() : try validate.name(id, "request.meta.update_id"),
      name: try validate.name(request.input.name, "request.input.name"),
      input: try validate.payloads(request.input.args, "request.input.args"),
      header: try validate.header(request.input.header),
      identity: request.meta.identity)
  }

  private func stage() throws -> UpdateLifecycleStage {
    switch waitPolicy.lifecycleStage {
    case .unspecified, .completed: return .completed
    case .accepted: return .accepted
    case .admitted:
      throw try GoogleRPCStatus(
        temporal: .permissionDenied, "waiting until an update is admitted is not supported; wait until it is accepted",
        detail: Wire.PermissionDenied())
    case .UNRECOGNIZED(let number):
      throw MappingError("wait_policy.lifecycle_stage", "is \(number), which is no known stage")
    }
  }
}

extension Wire.PollUpdateRequest {
  /// The checked request. Without a stage the answer comes at once.
  func value(_ validate: Validation, longPollTimeout: Duration) throws -> PollWorkflowExecutionUpdateRequest {
    let stage: UpdateLifecycleStage =
      switch waitPolicy.lifecycleStage {
      case .unspecified, .admitted: .admitted
      case .accepted: .accepted
      case .completed: .completed
      case .UNRECOGNIZED(let number):
        throw MappingError("wait_policy.lifecycle_stage", "is \(number), which is no known stage")
      }
    var value = PollWorkflowExecutionUpdateRequest(
      namespace: namespace,
      execution: try validate.execution(updateRef.workflowExecution, "update_ref.workflow_execution"),
      updateID: try validate.name(updateRef.updateID, "update_ref.update_id"),
      waitStage: stage)
    value.longPollTimeout = longPollTimeout
    return value
  }
}

extension Wire.SignalWithStartRequest {
  /// The checked request. Its start has the fields of a start and is checked like one.
  func value(_ validate: Validation) throws -> SignalWithStartWorkflowExecutionRequest {
    SignalWithStartWorkflowExecutionRequest(
      start: try start.value(validate),
      signalName: try validate.name(signalName, "signal_name"),
      signalInput: try validate.payloads(signalInput, "signal_input"))
  }

  private var start: Wire.StartRequest {
    .with {
      $0.namespace = namespace
      $0.workflowID = workflowID
      $0.workflowType = workflowType
      $0.taskQueue = taskQueue
      if hasInput { $0.input = input }
      $0.workflowExecutionTimeout = workflowExecutionTimeout
      $0.workflowRunTimeout = workflowRunTimeout
      $0.workflowTaskTimeout = workflowTaskTimeout
      $0.identity = identity
      $0.requestID = requestID
      $0.workflowIDReusePolicy = workflowIDReusePolicy
      $0.workflowIDConflictPolicy = workflowIDConflictPolicy
      if hasRetryPolicy { $0.retryPolicy = retryPolicy }
      $0.cronSchedule = cronSchedule
      $0.workflowStartDelay = workflowStartDelay
      if hasMemo { $0.memo = memo }
      if hasSearchAttributes { $0.searchAttributes = searchAttributes }
      if hasHeader { $0.header = header }
      if hasPriority { $0.priority = priority }
    }
  }
}
