internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.StartRequest {
  /// The checked request.
  ///
  /// What the engine cannot honour is refused rather than ignored: retries, schedules and delays of whole runs.
  /// The priority and the texts of `user_metadata`, which steer nothing, are dropped.
  func value(_ validate: Validation) throws -> StartWorkflowExecutionRequest {
    var request = StartWorkflowExecutionRequest(
      namespace: namespace,
      workflowID: try validate.name(workflowID, "workflow_id"),
      workflowType: try validate.name(workflowType.name, "workflow_type.name"),
      taskQueue: try validate.name(taskQueue.name, "task_queue.name"))
    try refuse("retry_policy", if: hasRetryPolicy)
    try refuse("cron_schedule", if: !cronSchedule.isEmpty)
    try refuse("workflow_start_delay", if: try workflowStartDelay.timeout("workflow_start_delay") != nil)
    try refuse("last_completion_result", if: hasLastCompletionResult)
    try refuse("continued_failure", if: hasContinuedFailure)
    request.input = try validate.payloads(input, "input")
    request.executionTimeout = try workflowExecutionTimeout.timeout("workflow_execution_timeout")
    request.runTimeout = try workflowRunTimeout.timeout("workflow_run_timeout")
    request.taskTimeout = try workflowTaskTimeout.timeout("workflow_task_timeout")
    request.identity = identity
    request.requestID = requestID
    (request.idReusePolicy, request.idConflictPolicy) = try policies()
    try validate.size(memo.fields.byteCount, "memo", limit: validate.limits.memoSize)
    try validate.size(searchAttributes.indexedFields.byteCount, "search_attributes", limit: validate.limits.memoSize)
    try validate.size(header.fields.byteCount, "header", limit: validate.limits.blobSize)
    request.memo = memo.values
    request.searchAttributes = searchAttributes.values
    request.header = header.values
    return request
  }

  private func refuse(_ field: String, if isSet: Bool) throws {
    if isSet { throw WorkflowServiceError(.unimplemented, "\(field) of a start is not offered by this service.") }
  }

  private func policies() throws -> (WorkflowIDReusePolicy, WorkflowIDConflictPolicy) {
    let conflict: WorkflowIDConflictPolicy =
      switch workflowIDConflictPolicy {
      case .unspecified, .fail: .fail
      case .useExisting: .useExisting
      case .terminateExisting: .terminateExisting
      case .UNRECOGNIZED(let number):
        throw MappingError("workflow_id_conflict_policy", "is \(number), which is no known policy")
      }
    switch workflowIDReusePolicy {
    case .unspecified, .allowDuplicate: return (.allowDuplicate, conflict)
    case .allowDuplicateFailedOnly: return (.allowDuplicateFailedOnly, conflict)
    case .rejectDuplicate: return (.rejectDuplicate, conflict)
    case .terminateIfRunning:
      guard workflowIDConflictPolicy == .unspecified else {
        throw MappingError(
          "workflow_id_reuse_policy", "TERMINATE_IF_RUNNING cannot be used with a workflow_id_conflict_policy")
      }
      return (.allowDuplicate, .terminateExisting)
    case .UNRECOGNIZED(let number):
      throw MappingError("workflow_id_reuse_policy", "is \(number), which is no known policy")
    }
  }
}

extension Wire.SignalRequest {
  func value(_ validate: Validation) throws -> SignalWorkflowExecutionRequest {
    var request = SignalWorkflowExecutionRequest(
      namespace: namespace,
      execution: try validate.execution(workflowExecution, "workflow_execution"),
      signalName: try validate.name(signalName, "signal_name"),
      input: try validate.payloads(input, "input"),
      identity: identity,
      requestID: requestID)
    try validate.size(header.fields.byteCount, "header", limit: validate.limits.blobSize)
    request.header = header.values
    return request
  }
}

extension Wire.QueryRequest {
  func value(_ validate: Validation) throws -> QueryWorkflowRequest {
    var request = QueryWorkflowRequest(
      namespace: namespace,
      execution: try validate.execution(execution, "execution"),
      queryType: try validate.name(query.queryType, "query.query_type"),
      arguments: try validate.payloads(query.queryArgs, "query.query_args"))
    request.rejectCondition =
      switch queryRejectCondition {
      case .unspecified, .none: .none
      case .notOpen: .notOpen
      case .notCompletedCleanly: .notCompletedCleanly
      case .UNRECOGNIZED(let number):
        throw MappingError("query_reject_condition", "is \(number), which is no known condition")
      }
    return request
  }
}

extension Wire.CancelRequest {
  func value(_ validate: Validation) throws -> RequestCancelWorkflowExecutionRequest {
    RequestCancelWorkflowExecutionRequest(
      namespace: namespace,
      execution: try validate.execution(workflowExecution, firstRunID: firstExecutionRunID),
      reason: reason,
      identity: identity,
      requestID: requestID)
  }
}

extension Wire.TerminateRequest {
  func value(_ validate: Validation) throws -> TerminateWorkflowExecutionRequest {
    TerminateWorkflowExecutionRequest(
      namespace: namespace,
      execution: try validate.execution(workflowExecution, firstRunID: firstExecutionRunID),
      reason: reason,
      details: try validate.payloads(details, "details"),
      identity: identity)
  }
}

extension Validation {
  /// A reference to a run of the chain that began with a given run.
  ///
  /// Every chain of this engine is one run, so the first run of the chain is the run itself.
  fileprivate func execution(_ execution: Wire.WorkflowExecution, firstRunID: String) throws -> WorkflowExecution {
    var result = try self.execution(execution, "workflow_execution")
    let first = try runID(firstRunID, "first_execution_run_id")
    if first.isEmpty { return result }
    guard result.runID.isEmpty || result.runID == first else {
      throw WorkflowServiceError(.notFound, "workflow not found for ID: \(result.workflowID)")
    }
    result.runID = first
    return result
  }
}
