extension WorkflowHandle {
  /// Keeps the run from going on until ``unpause(reason:)``: its code does not run and its activities do not start.
  /// Running attempts end, and what happens meanwhile is recorded. When it returns, the pause is durable.
  ///
  /// - Throws: ``WorkflowServiceError``; with `failedPrecondition` if the run is paused.
  public func pause(reason: String = "") async throws {
    try await client.frontend.pauseWorkflowExecution(
      PauseWorkflowExecutionRequest(
        namespace: client.namespace, execution: target, reason: reason, identity: client.identity,
        requestID: client.makeRequestID()))
  }

  /// Lets a paused run go on.
  ///
  /// - Throws: ``WorkflowServiceError``; with `failedPrecondition` if the run is not paused.
  public func unpause(reason: String = "") async throws {
    try await client.frontend.unpauseWorkflowExecution(
      PauseWorkflowExecutionRequest(
        namespace: client.namespace, execution: target, reason: reason, identity: client.identity,
        requestID: client.makeRequestID()))
  }

  /// Deletes the run of the handle, not those that it continued as; an open one is terminated first.
  ///
  /// - Throws: ``WorkflowServiceError``.
  public func delete() async throws {
    try await client.frontend.deleteWorkflowExecution(
      DeleteWorkflowExecutionRequest(namespace: client.namespace, execution: execution, identity: client.identity))
  }
}
