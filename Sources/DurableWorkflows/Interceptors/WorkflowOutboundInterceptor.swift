/// Sees the calls that workflow code makes.
///
/// Its methods run on the run's deterministic executor, in the task that makes the call, and again whenever the run is
/// replayed: what holds for workflow code holds for them. They must make the same calls of `next`, with what identifies
/// an operation unchanged, in every replay; headers and arguments may differ. What they throw, the calling code
/// catches.
public protocol WorkflowOutboundInterceptor: Sendable {
  /// Surrounds ``WorkflowContext/sleep(for:summary:)``, until the timer fires.
  func handleSleep(input: HandleSleepInput, next: (HandleSleepInput) async throws -> Void) async throws

  /// Surrounds an activity, from its scheduling to its end.
  ///
  /// - Returns: the activity's result.
  func executeActivity(
    input: ScheduleActivityInput, next: (ScheduleActivityInput) async throws -> [Payload]
  ) async throws -> [Payload]

  /// Surrounds a local activity, from the call to its end.
  ///
  /// - Returns: the activity's result.
  func executeLocalActivity(
    input: ScheduleLocalActivityInput, next: (ScheduleLocalActivityInput) async throws -> [Payload]
  ) async throws -> [Payload]

  /// Surrounds the start of a child workflow, until it runs.
  func startChildWorkflow(
    input: StartChildWorkflowInput, next: (StartChildWorkflowInput) async throws -> UntypedChildWorkflowHandle
  ) async throws -> UntypedChildWorkflowHandle

  /// Surrounds a signal to a child, until it has it.
  func signalChildWorkflow(
    input: SignalChildWorkflowInput, next: (SignalChildWorkflowInput) async throws -> Void
  ) async throws

  /// Surrounds a signal to another run, until it has it.
  func signalExternalWorkflow(
    input: SignalExternalWorkflowInput, next: (SignalExternalWorkflowInput) async throws -> Void
  ) async throws

  /// Surrounds a cancellation request to another run or a child, until it has it.
  func cancelExternalWorkflow(
    input: CancelExternalWorkflowInput, next: (CancelExternalWorkflowInput) async throws -> Void
  ) async throws

  /// Surrounds the making of the error with which a run goes on as a new one.
  func makeContinueAsNewError(
    input: MakeContinueAsNewErrorInput, next: (MakeContinueAsNewErrorInput) throws -> ContinueAsNewError
  ) throws -> ContinueAsNewError

  /// Surrounds a side effect.
  ///
  /// - Returns: the recorded value.
  func sideEffect(input: SideEffectInput, next: (SideEffectInput) throws -> Payload) throws -> Payload
}

extension WorkflowOutboundInterceptor {
  /// Goes on.
  public func handleSleep(input: HandleSleepInput, next: (HandleSleepInput) async throws -> Void) async throws {
    try await next(input)
  }

  /// Goes on.
  public func executeActivity(
    input: ScheduleActivityInput, next: (ScheduleActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    try await next(input)
  }

  /// Goes on.
  public func executeLocalActivity(
    input: ScheduleLocalActivityInput, next: (ScheduleLocalActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    try await next(input)
  }

  /// Goes on.
  public func startChildWorkflow(
    input: StartChildWorkflowInput, next: (StartChildWorkflowInput) async throws -> UntypedChildWorkflowHandle
  ) async throws -> UntypedChildWorkflowHandle {
    try await next(input)
  }

  /// Goes on.
  public func signalChildWorkflow(
    input: SignalChildWorkflowInput, next: (SignalChildWorkflowInput) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func signalExternalWorkflow(
    input: SignalExternalWorkflowInput, next: (SignalExternalWorkflowInput) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func cancelExternalWorkflow(
    input: CancelExternalWorkflowInput, next: (CancelExternalWorkflowInput) async throws -> Void
  ) async throws {
    try await next(input)
  }

  /// Goes on.
  public func makeContinueAsNewError(
    input: MakeContinueAsNewErrorInput, next: (MakeContinueAsNewErrorInput) throws -> ContinueAsNewError
  ) throws -> ContinueAsNewError {
    try next(input)
  }

  /// Goes on.
  public func sideEffect(input: SideEffectInput, next: (SideEffectInput) throws -> Payload) throws -> Payload {
    try next(input)
  }
}
