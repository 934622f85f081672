internal import DurableWorkflows
internal import Tracing

/// The spans of what a run asks for. While history is replayed none is recorded; the headers that are made then count
/// only for local activities, which are not in history.
struct WorkflowOutboundTracing: WorkflowOutboundInterceptor {
  let spans: SpanRecorder

  func executeActivity(
    input: ScheduleActivityInput, next: (ScheduleActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    var input = input
    mark("StartActivity:\(input.name)", input.context, into: &input.header)
    return try await next(input)
  }

  func executeLocalActivity(
    input: ScheduleLocalActivityInput, next: (ScheduleLocalActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    var input = input
    mark("StartActivity:\(input.name)", input.context, into: &input.header)
    return try await next(input)
  }

  func startChildWorkflow(
    input: StartChildWorkflowInput, next: (StartChildWorkflowInput) async throws -> UntypedChildWorkflowHandle
  ) async throws -> UntypedChildWorkflowHandle {
    var input = input
    mark("StartChildWorkflow:\(input.name)", input.context, into: &input.header)
    return try await next(input)
  }

  func signalChildWorkflow(
    input: SignalChildWorkflowInput, next: (SignalChildWorkflowInput) async throws -> Void
  ) async throws {
    var input = input
    mark("SignalChildWorkflow:\(input.name)", input.context, into: &input.header)
    try await next(input)
  }

  func signalExternalWorkflow(
    input: SignalExternalWorkflowInput, next: (SignalExternalWorkflowInput) async throws -> Void
  ) async throws {
    var input = input
    mark("SignalExternalWorkflow:\(input.name)", input.context, into: &input.header)
    try await next(input)
  }

  /// The new run is a child of the code that asked for it.
  func makeContinueAsNewError(
    input: MakeContinueAsNewErrorInput, next: (MakeContinueAsNewErrorInput) throws -> ContinueAsNewError
  ) throws -> ContinueAsNewError {
    var input = input
    spans.inject(spans.current, into: &input.header)
    return try next(input)
  }

  private func mark(_ name: String, _ workflow: WorkflowContext, into header: inout [String: Payload]) {
    var context = spans.current
    if !workflow.isReplaying {
      context = spans.mark(name, kind: .client, parent: context, SpanTags(workflow.info.execution))
    }
    spans.inject(context, into: &header)
  }
}
