/// A service that does not offer a request refuses it.
extension WorkflowFrontend {
  public func updateWorkflowExecution(_ request: UpdateWorkflowExecutionRequest) async throws
    -> UpdateWorkflowExecutionResponse
  {
    throw notOffered("updates")
  }

  public func pollWorkflowExecutionUpdate(_ request: PollWorkflowExecutionUpdateRequest) async throws
    -> UpdateWorkflowExecutionResponse
  {
    throw notOffered("updates")
  }

  public func signalWithStartWorkflowExecution(_ request: SignalWithStartWorkflowExecutionRequest) async throws
    -> StartWorkflowExecutionResponse
  {
    throw notOffered("signal-with-start")
  }

  public func updateWithStartWorkflowExecution(_ request: UpdateWithStartWorkflowExecutionRequest) async throws
    -> UpdateWithStartWorkflowExecutionResponse
  {
    throw notOffered("update-with-start")
  }

  public func resetWorkflowExecution(_ request: ResetWorkflowExecutionRequest) async throws
    -> ResetWorkflowExecutionResponse
  {
    throw notOffered("reset")
  }

  public func respondActivityTask(_ request: RespondActivityTaskRequest) async throws {
    throw notOffered("asynchronous activity completion")
  }

  public func recordActivityTaskHeartbeat(_ request: RecordActivityTaskHeartbeatRequest) async throws -> Bool {
    throw notOffered("asynchronous activity completion")
  }

  public func describeTaskQueue(_ request: DescribeTaskQueueRequest) async throws -> TaskQueueDescription {
    throw notOffered("descriptions of task queues")
  }

  public func listNamespaces() async throws -> [NamespaceDescription] {
    throw notOffered("lists of namespaces")
  }

  private func notOffered(_ what: String) -> WorkflowServiceError {
    WorkflowServiceError(.unimplemented, "this service does not offer \(what)")
  }
}
