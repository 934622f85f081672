internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.StartRequest {
  /// The checked request. The texts of `user_metadata`, which steer nothing, are dropped.
  func value(_ validate: Validation) throws -> StartWorkflowExecutionRequest {
    var request = StartWorkflowExecutionRequest(
      namespace: namespace,
      workflowID: try validate.name(workflowID, "workflow_id"),
      workflowType: try validate.name(workflowType.name, "workflow_type.name"),
      taskQueue: try validate.name(taskQueue.name, "task_queue.name"))
    request.input = try validate.payloads(input, "input")
    request.executionTimeout = try workflowExecutionTimeout.timeout("workflow_execution_timeout")
    request.runTimeout = try workflowRunTimeout.timeout("workflow_run_timeout")
    request.taskTimeout = try workflowTaskTimeout.timeout("workflow_task_timeout")
    request.identity = identity
    request.requestID = requestID
    (request.idReusePolicy, request.idConflictPolicy) = try policies()
    request.retryPolicy = hasRetryPolicy ? try retryPolicy.value("retry_policy") : nil
    request.cronSchedule = cronSchedule
    request.startDelay = try workflowStartDelay.timeout("workflow_start_delay")
    request.lastCompletionResult = try validate.payloads(lastCompletionResult, "last_completion_result")
    request.continuedFailure = hasContinuedFailure ? try continuedFailure.value("continued_failure") : nil
    request.memo = try validate.fields(memo.fields, "memo", limit: validate.limits.memoSize)
    request.searchAttributes = try validate.fields(
      searchAttributes.indexedFields, "search_attributes", limit: validate.limits.memoSize)
    request.header = try validate.header(header)
    request.priority = priority.value
    return request
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
    request.header = try validate.header(header)
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
    request.header = try validate.header(query.header)
    return request
  }
}

extension Wire.CancelRequest {
  func value(_ validate: Validation) throws -> RequestCancelWorkflowExecutionRequest {
    var request = RequestCancelWorkflowExecutionRequest(
      namespace: namespace,
      execution: try validate.execution(workflowExecution, "workflow_execution"),
      reason: reason,
      identity: identity,
      requestID: requestID)
    request.firstExecutionRunID = try validate.runID(firstExecutionRunID, "first_execution_run_id")
    return request
  }
}

extension Wire.TerminateRequest {
  func value(_ validate: Validation) throws -> TerminateWorkflowExecutionRequest {
    var request = TerminateWorkflowExecutionRequest(
      namespace: namespace,
      execution: try validate.execution(workflowExecution, "workflow_execution"),
      reason: reason,
      details: try validate.payloads(details, "details"),
      identity: identity)
    request.firstExecutionRunID = try validate.runID(firstExecutionRunID, "first_execution_run_id")
    return request
  }
}

extension Wire.ListRequest {
  func value(_ validate: Validation) throws -> ListWorkflowExecutionsRequest {
    ListWorkflowExecutionsRequest(
      namespace: namespace, pageSize: try validate.pageSize(pageSize, "page_size"),
      nextPageToken: Array(nextPageToken), query: query)
  }
}

extension Wire.ResetRequest {
  func value(_ validate: Validation) throws -> ResetWorkflowExecutionRequest {
    ResetWorkflowExecutionRequest(
      namespace: namespace,
      execution: try validate.execution(workflowExecution, "workflow_execution"),
      workflowTaskFinishEventID: workflowTaskFinishEventID,
      reason: reason,
      requestID: requestID,
      reapply: try .init(resetReapplyType, excluding: resetReapplyExcludeTypes),
      identity: identity)
  }
}

extension ResetWorkflowExecutionRequest.Reapply {
  /// What is delivered again follows Temporal's server: everything, less what the older field or the newer list
  /// excludes.
  init(
    _ type: Temporal_Api_Enums_V1_ResetReapplyType, excluding excluded: [Temporal_Api_Enums_V1_ResetReapplyExcludeType]
  ) throws {
    self = .all
    switch type {
    case .unspecified, .allEligible: break
    case .signal: remove(.updates)
    case .none: self = []
    case .UNRECOGNIZED(let number):
      throw MappingError("reset_reapply_type", "is \(number), which is no known type")
    }
    for type in excluded {
      switch type {
      case .signal: remove(.signals)
      case .update: remove(.updates)
      case .unspecified, .nexus, .cancelRequest: break  // never delivered again
      case .UNRECOGNIZED(let number):
        throw MappingError("reset_reapply_exclude_types", "has \(number), which is no known type")
      }
    }
  }

  /// What is not delivered again.
  var excluded: [Temporal_Api_Enums_V1_ResetReapplyExcludeType] {
    (contains(.signals) ? [] : [.signal]) + (contains(.updates) ? [] : [.update])
  }
}
