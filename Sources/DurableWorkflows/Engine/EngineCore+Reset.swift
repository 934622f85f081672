extension EngineCore {
  /// Starts a new run from a point in another run's history.
  func reset(_ request: ResetWorkflowExecutionRequest, at now: Timestamp) throws -> ResetWorkflowExecutionResponse {
    throw WorkflowServiceError(.unimplemented, "this service does not offer reset")
  }
}
