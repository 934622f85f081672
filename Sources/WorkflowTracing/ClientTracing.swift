internal import DurableWorkflows
internal import Tracing

/// The spans of a client's requests that reach workflow code.
struct ClientTracing: ClientOutboundInterceptor {
  let spans: SpanRecorder

  func startWorkflow(
    input: StartWorkflowExecutionRequest,
    next: (StartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse
  ) async throws -> StartWorkflowExecutionResponse {
    try await record("StartWorkflow:\(input.workflowType)", SpanTags(workflowID: input.workflowID)) { span in
      var input = input
      spans.inject(span.context, into: &input.header)
      let response = try await next(input)
      span.note(runID: response.runID)
      return response
    }
  }

  func signalWithStartWorkflow(
    input: SignalWithStartWorkflowExecutionRequest,
    next: (SignalWithStartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse
  ) async throws -> StartWorkflowExecutionResponse {
    let tags = SpanTags(workflowID: input.start.workflowID)
    return try await record("SignalWithStartWorkflow:\(input.start.workflowType)", tags) { span in
      var input = input
      spans.inject(span.context, into: &input.start.header)
      let response = try await next(input)
      span.note(runID: response.runID)
      return response
    }
  }

  func startUpdateWithStartWorkflow(
    input: UpdateWithStartWorkflowExecutionRequest,
    next: (UpdateWithStartWorkflowExecutionRequest) async throws -> UpdateWithStartWorkflowExecutionResponse
  ) async throws -> UpdateWithStartWorkflowExecutionResponse {
    let tags = SpanTags(workflowID: input.start.workflowID, updateID: input.update.updateID)
    return try await record("UpdateWithStartWorkflow:\(input.start.workflowType)", tags) { span in
      var input = input
      spans.inject(span.context, into: &input.start.header)
      spans.inject(span.context, into: &input.update.header)
      let response = try await next(input)
      span.note(runID: response.start.runID)
      span.note(response.update.outcome)
      return response
    }
  }

  func signalWorkflow(
    input: SignalWorkflowExecutionRequest, next: (SignalWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    try await record("SignalWorkflow:\(input.signalName)", SpanTags(input.execution)) { span in
      var input = input
      spans.inject(span.context, into: &input.header)
      try await next(input)
    }
  }

  func queryWorkflow(
    input: QueryWorkflowRequest, next: (QueryWorkflowRequest) async throws -> QueryWorkflowResponse
  ) async throws -> QueryWorkflowResponse {
    try await record("QueryWorkflow:\(input.queryType)", SpanTags(input.execution)) { span in
      var input = input
      spans.inject(span.context, into: &input.header)
      return try await next(input)
    }
  }

  func startWorkflowUpdate(
    input: UpdateWorkflowExecutionRequest,
    next: (UpdateWorkflowExecutionRequest) async throws -> UpdateWorkflowExecutionResponse
  ) async throws -> UpdateWorkflowExecutionResponse {
    let tags = SpanTags(input.execution, updateID: input.request.updateID)
    return try await record("UpdateWorkflow:\(input.request.name)", tags) { span in
      var input = input
      spans.inject(span.context, into: &input.request.header)
      let response = try await next(input)
      span.note(response.outcome)
      return response
    }
  }

  private func record<Answer>(
    _ name: String, _ tags: SpanTags, _ body: (any Span) async throws -> Answer
  ) async throws -> Answer {
    try await spans.record(name, kind: .client, parent: spans.current, tags, body)
  }
}

extension Span {
  fileprivate func note(runID: String) {
    attributes["temporalRunID"] = runID
  }

  /// An update that was refused or failed is an answer, not an error of the request.
  fileprivate func note(_ outcome: UpdateOutcome?) {
    if case .failure(let failure) = outcome {
      setStatus(SpanStatus(code: .error, message: failure.message))
    }
  }
}
