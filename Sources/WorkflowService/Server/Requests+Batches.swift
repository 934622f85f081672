internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.StartBatchRequest {
  /// The most runs that a batch may name one by one, as in Temporal's server.
  private static let mostExecutions = 1000

  /// The checked request.
  func value(_ validate: Validation) throws -> StartBatchOperationRequest {
    guard let operation else { throw MappingError("operation", "is not set on the request") }
    let (batch, identity) = try operation.value(validate)
    var value = StartBatchOperationRequest(
      namespace: namespace, jobID: try validate.name(jobID, "job_id"), query: try query(validate), operation: batch,
      reason: reason, identity: identity)
    if maxOperationsPerSecond != 0 { value.maxOperationsPerSecond = Double(maxOperationsPerSecond) }
    return value
  }

  /// The query, or one that names the given runs.
  private func query(_ validate: Validation) throws -> String {
    let named =
      try executions.enumerated().map { try validate.run($1.workflowID, $1.runID, "executions[\($0)]") }
      + targetExecutions.enumerated().map { index, target in
        let field = "target_executions[\(index)]"
        guard target.type == .workflow || target.type == .unspecified else {
          throw WorkflowServiceError(.unimplemented, "\(field) is not a workflow; batches are of workflows only")
        }
        return try validate.run(target.businessID, target.runID, field)
      }
    if named.isEmpty {
      guard !visibilityQuery.isEmpty else {
        throw MappingError("visibility_query", "is not set on the request, and no executions are")
      }
      return visibilityQuery
    }
    guard visibilityQuery.isEmpty else {
      throw MappingError("visibility_query", "and executions are both set on the request; only one of them is allowed")
    }
    guard named.count <= Self.mostExecutions else {
      throw MappingError(
        "executions", "are \(named.count), which exceeds the limit of \(Self.mostExecutions); give a query instead")
    }
    // The run ids would do; the workflow ids refuse a run that is not of its workflow.
    let runs = Set(named.map(\.runID)).sorted().map { "'\($0)'" }.joined(separator: ", ")
    let workflows = Set(named.map(\.workflowID)).sorted().map(\.quoted).joined(separator: ", ")
    return "RunId IN (\(runs)) AND WorkflowId IN (\(workflows))"
  }
}

extension Validation {
  /// A run that is named in full.
  fileprivate func run(_ workflowID: String, _ runID: String, _ field: String) throws -> WorkflowExecution {
    guard !runID.isEmpty else {
      throw MappingError("\(field).run_id", "is not set on the request; name the run, or give a query")
    }
    return WorkflowExecution(
      workflowID: try name(workflowID, "\(field).workflow_id"), runID: try self.runID(runID, "\(field).run_id"))
  }
}

extension String {
  /// The text as visibility queries spell it.
  fileprivate var quoted: String {
    let characters = map { $0 == "'" || $0 == "\\" ? "\\\($0)" : "\($0)" }
    return "'\(characters.joined())'"
  }
}

extension Wire.StartBatchRequest.OneOf_Operation {
  /// What is done, and who asks.
  fileprivate func value(_ validate: Validation) throws -> (operation: BatchOperation, identity: String) {
    switch self {
    case .terminationOperation(let terminate):
      let details = try validate.payloads(terminate.details, "termination_operation.details")
      return (.terminate(details: details), terminate.identity)
    case .signalOperation(let signal):
      let operation = BatchOperation.signal(
        name: try validate.name(signal.signal, "signal_operation.signal"),
        input: try validate.payloads(signal.input, "signal_operation.input"),
        header: try validate.header(signal.header))
      return (operation, signal.identity)
    case .cancellationOperation(let cancel): return (.cancel, cancel.identity)
    case .deletionOperation(let delete): return (.delete, delete.identity)
    case .resetOperation(let reset): return (try reset.value(), reset.identity)
    case .updateWorkflowOptionsOperation: throw notOffered("update_workflow_options_operation")
    case .unpauseActivitiesOperation: throw notOffered("unpause_activities_operation")
    case .resetActivitiesOperation: throw notOffered("reset_activities_operation")
    case .updateActivityOptionsOperation: throw notOffered("update_activity_options_operation")
    case .cancelActivitiesOperation: throw notOffered("cancel_activities_operation")
    case .terminateActivitiesOperation: throw notOffered("terminate_activities_operation")
    case .deleteActivitiesOperation: throw notOffered("delete_activities_operation")
    }
  }

  private func notOffered(_ field: String) -> WorkflowServiceError {
    WorkflowServiceError(
      .unimplemented, "\(field) is not offered; a batch may terminate, signal, cancel, delete or reset workflows")
  }
}

extension Wire.BatchReset {
  /// The options, or the older fields that they replaced.
  fileprivate func value() throws -> BatchOperation {
    guard postResetOperations.isEmpty else {
      throw WorkflowServiceError(.unimplemented, "reset_operation.post_reset_operations are not offered")
    }
    guard hasOptions else {
      return .reset(to: try point(), reapply: try .init(resetReapplyType, excluding: []))
    }
    let reapply = try ResetWorkflowExecutionRequest.Reapply(
      options.resetReapplyType, excluding: options.resetReapplyExcludeTypes)
    switch options.target {
    case .firstWorkflowTask: return .reset(to: .firstWorkflowTask, reapply: reapply)
    case .lastWorkflowTask: return .reset(to: .lastWorkflowTask, reapply: reapply)
    case .workflowTaskID(let id):
      guard id > 0 else {
        throw MappingError("reset_operation.options.workflow_task_id", "is \(id), which is no event's")
      }
      return .reset(to: .event(id), reapply: reapply)
    case .buildID(let id):
      guard !id.isEmpty else { throw MappingError("reset_operation.options.build_id", "is empty") }
      return .reset(to: .buildID(id), reapply: reapply)
    case nil: throw MappingError("reset_operation.options.target", "is not set on the request")
    }
  }

  private func point() throws -> WorkflowResetPoint {
    switch resetType {
    case .firstWorkflowTask: .firstWorkflowTask
    case .lastWorkflowTask: .lastWorkflowTask
    case .unspecified: throw MappingError("reset_operation.options", "are not set on the request")
    case .UNRECOGNIZED(let number):
      throw MappingError("reset_operation.reset_type", "is \(number), which is no known type")
    }
  }
}
