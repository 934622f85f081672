internal import DurableWorkflows

/// An interceptor made of closures; what is `nil` goes on.
struct Hooks: WorkerInterceptor, WorkflowInboundInterceptor, WorkflowOutboundInterceptor, ActivityInboundInterceptor {
  typealias Around<Input, Answer> = @Sendable (Input, (Input) async throws -> Answer) async throws -> Answer
  typealias AroundNow<Input, Answer> = @Sendable (Input, (Input) throws -> Answer) throws -> Answer

  var run: Around<ExecuteWorkflowInput, [Payload]>?
  var signal: Around<HandleSignalInput, Void>?
  var query: AroundNow<HandleQueryInput, Payload>?
  var validator: AroundNow<HandleUpdateInput, Void>?
  var update: Around<HandleUpdateInput, [Payload]>?
  var schedule: Around<ScheduleActivityInput, [Payload]>?
  var attempt: Around<ExecuteActivityInput, [Payload]>?
  var sideEffect: AroundNow<SideEffectInput, Payload>?

  func executeWorkflow(
    input: ExecuteWorkflowInput, next: (ExecuteWorkflowInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    guard let run else { return try await next(input) }
    return try await run(input, next)
  }

  func handleSignal(input: HandleSignalInput, next: (HandleSignalInput) async throws -> Void) async throws {
    guard let signal else { return try await next(input) }
    try await signal(input, next)
  }

  func handleQuery(input: HandleQueryInput, next: (HandleQueryInput) throws -> Payload) throws -> Payload {
    guard let query else { return try next(input) }
    return try query(input, next)
  }

  func validateUpdate(input: HandleUpdateInput, next: (HandleUpdateInput) throws -> Void) throws {
    guard let validator else { return try next(input) }
    try validator(input, next)
  }

  func handleUpdate(
    input: HandleUpdateInput, next: (HandleUpdateInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    guard let update else { return try await next(input) }
    return try await update(input, next)
  }

  func executeActivity(
    input: ScheduleActivityInput, next: (ScheduleActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    guard let schedule else { return try await next(input) }
    return try await schedule(input, next)
  }

  func executeActivity(
    input: ExecuteActivityInput, next: (ExecuteActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    guard let attempt else { return try await next(input) }
    return try await attempt(input, next)
  }

  func sideEffect(input: SideEffectInput, next: (SideEffectInput) throws -> Payload) throws -> Payload {
    guard let sideEffect else { return try next(input) }
    return try sideEffect(input, next)
  }
}
