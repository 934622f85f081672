internal import DurableWorkflows

/// Notes every call that it sees, when it begins and when it ends.
struct Marking: WorkerInterceptor, WorkflowInboundInterceptor, WorkflowOutboundInterceptor, ActivityInboundInterceptor,
  ActivityOutboundInterceptor
{
  let name: String
  let notes: Notes

  init(_ name: String, _ notes: Notes) {
    self.name = name
    self.notes = notes
  }

  private func around<Answer>(_ call: String, _ body: () async throws -> Answer) async throws -> Answer {
    notes.add("\(name)> \(call)")
    defer { notes.add("\(name)< \(call)") }
    return try await body()
  }

  private func aroundNow<Answer>(_ call: String, _ body: () throws -> Answer) rethrows -> Answer {
    notes.add("\(name)> \(call)")
    defer { notes.add("\(name)< \(call)") }
    return try body()
  }

  func executeWorkflow(
    input: ExecuteWorkflowInput, next: (ExecuteWorkflowInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    try await around("run \(input.context.info.execution.workflowID)") { try await next(input) }
  }

  func handleSignal(input: HandleSignalInput, next: (HandleSignalInput) async throws -> Void) async throws {
    try await around("handle signal \(input.name)") { try await next(input) }
  }

  func handleQuery(input: HandleQueryInput, next: (HandleQueryInput) throws -> Payload) throws -> Payload {
    try aroundNow("handle query \(input.name)") { try next(input) }
  }

  func validateUpdate(input: HandleUpdateInput, next: (HandleUpdateInput) throws -> Void) throws {
    try aroundNow("validate \(input.name)") { try next(input) }
  }

  func handleUpdate(
    input: HandleUpdateInput, next: (HandleUpdateInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    try await around("handle update \(input.name)") { try await next(input) }
  }

  func handleSleep(input: HandleSleepInput, next: (HandleSleepInput) async throws -> Void) async throws {
    try await around("sleep \(input.duration)") { try await next(input) }
  }

  func executeActivity(
    input: ScheduleActivityInput, next: (ScheduleActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    try await around("schedule \(input.name)") { try await next(input) }
  }

  func executeLocalActivity(
    input: ScheduleLocalActivityInput, next: (ScheduleLocalActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    try await around("schedule local \(input.name)") { try await next(input) }
  }

  func startChildWorkflow(
    input: StartChildWorkflowInput, next: (StartChildWorkflowInput) async throws -> UntypedChildWorkflowHandle
  ) async throws -> UntypedChildWorkflowHandle {
    try await around("start child \(input.workflowID)") { try await next(input) }
  }

  func signalChildWorkflow(
    input: SignalChildWorkflowInput, next: (SignalChildWorkflowInput) async throws -> Void
  ) async throws {
    try await around("signal child \(input.execution.workflowID)") { try await next(input) }
  }

  func signalExternalWorkflow(
    input: SignalExternalWorkflowInput, next: (SignalExternalWorkflowInput) async throws -> Void
  ) async throws {
    try await around("signal \(input.execution.workflowID)") { try await next(input) }
  }

  func cancelExternalWorkflow(
    input: CancelExternalWorkflowInput, next: (CancelExternalWorkflowInput) async throws -> Void
  ) async throws {
    try await around("cancel \(input.execution.workflowID)") { try await next(input) }
  }

  func makeContinueAsNewError(
    input: MakeContinueAsNewErrorInput, next: (MakeContinueAsNewErrorInput) throws -> ContinueAsNewError
  ) throws -> ContinueAsNewError {
    try aroundNow("continue as new") { try next(input) }
  }

  func sideEffect(input: SideEffectInput, next: (SideEffectInput) throws -> Payload) throws -> Payload {
    try aroundNow("side effect") { try next(input) }
  }

  func executeActivity(
    input: ExecuteActivityInput, next: (ExecuteActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    try await around("execute \(input.info.activityType)") { try await next(input) }
  }

  func heartbeat(input: HeartbeatInput, next: (HeartbeatInput) -> Void) {
    aroundNow("heartbeat") { next(input) }
  }

  func info(input: ActivityInfo, next: (ActivityInfo) -> ActivityInfo) -> ActivityInfo {
    aroundNow("info") { next(input) }
  }
}
