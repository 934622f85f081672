internal import DurableWorkflows
internal import Tracing

/// The spans of what reaches a run.
struct WorkflowInboundTracing: WorkflowInboundInterceptor {
  let spans: SpanRecorder

  func executeWorkflow(
    input: ExecuteWorkflowInput, next: (ExecuteWorkflowInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    let workflow = input.context
    let tags = SpanTags(workflow.info.execution)
    var context = spans.context(in: input.header) ?? .topLevel
    if !workflow.isReplaying {
      context = spans.mark("RunWorkflow:\(workflow.info.workflowType)", kind: .server, parent: context, tags)
    }
    return try await InstrumentationContext.$current.withValue(context) {
      do {
        let result = try await next(input)
        complete(workflow, context, tags, error: nil)
        return result
      } catch {
        if !(error is NonDeterminismError) {
          complete(workflow, context, tags, error: error is ContinueAsNewError ? nil : error)
        }
        throw error
      }
    }
  }

  /// `run` is over. Code that is only being unloaded counts as replaying, too.
  private func complete(
    _ workflow: WorkflowContext, _ context: InstrumentationContext, _ tags: SpanTags, error: (any Error)?
  ) {
    if workflow.isReplaying { return }
    _ = spans.mark(
      "CompleteWorkflow:\(workflow.info.workflowType)", kind: .internal, parent: context, tags, error: error)
  }

  func handleSignal(input: HandleSignalInput, next: (HandleSignalInput) async throws -> Void) async throws {
    let (parent, tags) = origin(of: input.header, input.context)
    let context =
      input.context.isReplaying
      ? parent : spans.mark("HandleSignal:\(input.name)", kind: .server, parent: parent, tags)
    try await InstrumentationContext.$current.withValue(context) { try await next(input) }
  }

  func handleUpdate(
    input: HandleUpdateInput, next: (HandleUpdateInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    let (parent, tags) = origin(of: input.header, input.context, updateID: input.updateID)
    let context =
      input.context.isReplaying
      ? parent : spans.mark("HandleUpdate:\(input.name)", kind: .server, parent: parent, tags)
    return try await InstrumentationContext.$current.withValue(context) { try await next(input) }
  }

  // What only looks is never replayed.

  func handleQuery(input: HandleQueryInput, next: (HandleQueryInput) throws -> Payload) throws -> Payload {
    let (parent, tags) = origin(of: input.header, input.context)
    return try spans.recordNow("HandleQuery:\(input.name)", kind: .server, parent: parent, tags) { try next(input) }
  }

  func validateUpdate(input: HandleUpdateInput, next: (HandleUpdateInput) throws -> Void) throws {
    let (parent, tags) = origin(of: input.header, input.context, updateID: input.updateID)
    try spans.recordNow("ValidateUpdate:\(input.name)", kind: .server, parent: parent, tags) { try next(input) }
  }

  /// A message belongs to its sender's trace; the run's own is linked. Without a sender's it belongs to the run's.
  private func origin(
    of header: [String: Payload], _ workflow: WorkflowContext, updateID: String = ""
  ) -> (parent: InstrumentationContext, SpanTags) {
    let tags = SpanTags(workflow.info.execution, updateID: updateID)
    let run = spans.context(in: workflow.info.header)
    guard let sender = spans.context(in: header) else { return (run ?? .topLevel, tags) }
    return (sender, tags.linked(to: run))
  }
}
