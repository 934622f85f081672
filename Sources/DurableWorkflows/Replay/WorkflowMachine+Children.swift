extension WorkflowMachine {
  mutating func startChild(
    _ attributes: StartChildWorkflowAttributes, cancellationType: ChildWorkflowCancellationType
  ) -> (start: OperationID, end: OperationID) {
    let start = add(Operation(kind: .childStart(of: OperationID(rawValue: 0))))
    let end = add(
      Operation(
        kind: .child(
          ChildOperation(
            execution: WorkflowExecution(workflowID: attributes.workflowID), type: attributes.workflowType,
            cancellationType: cancellationType, start: start))))
    operations[start]?.kind = .childStart(of: end)
    commands.append(PendingCommand(command: .startChildWorkflow(attributes), operation: end))
    return (start, end)
  }

  /// The child that an event asked for runs.
  mutating func childStarted(eventID: Int64, _ execution: WorkflowExecution) -> [Resumption] {
    guard let id = operationOfEvent[eventID], case .child(var child)? = operations[id]?.kind else { return [] }
    child.execution = execution
    operations[id]?.kind = .child(child)
    return settle(child.start, .success([Payload(metadata: [:], data: Array(execution.runID.utf8))]))
  }

  /// Whoever waits for a child's start or end was cancelled.
  mutating func cancelChild(_ waiting: OperationID) -> [Resumption] {
    var id = waiting
    if case .childStart(let end)? = operations[waiting]?.kind { id = end }
    guard let operation = operations[id], case .child(var child) = operation.kind, operation.outcome == nil else {
      return []
    }
    let error = CanceledError("child workflow '\(child.type)' (id \(child.execution.workflowID)) was canceled")
    guard let eventID = operation.eventID else {
      revokeCommand(of: id)
      return settle(child.start, .failure(error)) + settle(id, .failure(error))
    }
    if child.cancellationType != .abandon, !child.isCancelRequested {
      child.isCancelRequested = true
      operations[id]?.kind = .child(child)
      let request = add(Operation(kind: .childCancel(of: id)))
      commands.append(
        PendingCommand(
          command: .requestCancelExternalWorkflow(
            ExternalWorkflowRequestAttributes(
              execution: WorkflowExecution(workflowID: child.execution.workflowID), isChildOnly: true)),
          operation: request))
    }
    switch child.cancellationType {
    case .abandon, .tryCancel:
      operationOfEvent[eventID] = nil
      return settle(child.start, .failure(error)) + settle(id, .failure(error))
    case .waitCancellationRequested, .waitCancellationCompleted:
      return []
    }
  }

  /// A child has the cancellation request; one whose caller waits for no more is over.
  mutating func cancelRequestDelivered(to id: OperationID) -> [Resumption] {
    guard let operation = operations[id], case .child(let child) = operation.kind,
      child.cancellationType == .waitCancellationRequested
    else { return [] }
    if let eventID = operation.eventID { operationOfEvent[eventID] = nil }
    let error = CanceledError("child workflow '\(child.type)' (id \(child.execution.workflowID)) was canceled")
    return settle(child.start, .failure(error)) + settle(id, .failure(error))
  }

  /// Sends a signal or a cancellation request to another run.
  mutating func requestExternal(_ command: Command, to execution: WorkflowExecution) -> OperationID {
    let operation = add(Operation(kind: .external(execution)))
    commands.append(PendingCommand(command: command, operation: operation))
    return operation
  }
}
