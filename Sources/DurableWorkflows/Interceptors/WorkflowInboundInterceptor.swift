/// Sees the calls that reach workflow code.
///
/// Its methods run on the run's deterministic executor, inside the run's own tasks, and again whenever the run is
/// replayed: what holds for workflow code holds for them. ``WorkflowContext/isReplaying`` tells whether a call is a
/// replayed one; use it for what leaves no trace in the run, such as logs and spans. `handleQuery` and `validateUpdate`
/// are never replayed.
public protocol WorkflowInboundInterceptor: Sendable {
  /// Surrounds the whole of `run`. What it throws ends the run as if `run` had thrown it.
  ///
  /// - Returns: the run's result.
  func executeWorkflow(
    input: ExecuteWorkflowInput, next: (ExecuteWorkflowInput) async throws -> [Payload]
  ) async throws -> [Payload]

  /// Surrounds a signal's handler. What it throws fails the run, as an error of the handler does.
  func handleSignal(input: HandleSignalInput, next: (HandleSignalInput) async throws -> Void) async throws

  /// Surrounds a query's handler. What it throws is the query's answer.
  func handleQuery(input: HandleQueryInput, next: (HandleQueryInput) throws -> Payload) throws -> Payload

  /// Surrounds an update's validator. What it throws refuses the update, without a trace in history.
  func validateUpdate(input: HandleUpdateInput, next: (HandleUpdateInput) throws -> Void) throws

  /// Surrounds an update's handler. What it throws is the update's outcome.
  ///
  /// - Returns: the update's result.
  func handleUpdate(
    input: HandleUpdateInput, next: (HandleUpdateInput) async throws -> [Payload]
  ) async throws -> [Payload]
}

extension WorkflowInboundInterceptor {
  /// Goes on.
  public func executeWorkflow(
    input: ExecuteWorkflowInput, next: (ExecuteWorkflowInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    try await next(input)
  }

  /// Goes on.
  public func handleSignal(input: HandleSignalInput, next: (HandleSignalInput) async throws -> Void) async throws {
    try await next(input)
  }

  /// Goes on.
  public func handleQuery(input: HandleQueryInput, next: (HandleQueryInput) throws -> Payload) throws -> Payload {
    try next(input)
  }

  /// Goes on.
  public func validateUpdate(input: HandleUpdateInput, next: (HandleUpdateInput) throws -> Void) throws {
    try next(input)
  }

  /// Goes on.
  public func handleUpdate(
    input: HandleUpdateInput, next: (HandleUpdateInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    try await next(input)
  }
}

/// A workflow's `run` is about to be called.
public struct ExecuteWorkflowInput: Sendable {
  /// The run's context.
  public let context: WorkflowContext
  /// The arguments. What arrived has been decoded already; what an interceptor changes is decoded again.
  public var arguments: [Payload]
  /// Context that came with the start.
  public var header: [String: Payload]

  /// Creates an input.
  public init(context: WorkflowContext, arguments: [Payload] = [], header: [String: Payload] = [:]) {
    self.context = context
    self.arguments = arguments
    self.header = header
  }
}

/// A signal's handler is about to be called.
public struct HandleSignalInput: Sendable {
  /// The run's context.
  public let context: WorkflowContext
  /// The signal's name.
  public let name: String
  /// The arguments.
  public var arguments: [Payload]
  /// Context that came with the signal.
  public var header: [String: Payload]

  /// Creates an input.
  public init(
    context: WorkflowContext, name: String, arguments: [Payload] = [], header: [String: Payload] = [:]
  ) {
    self.context = context
    self.name = name
    self.arguments = arguments
    self.header = header
  }
}

/// A query's handler is about to be called.
public struct HandleQueryInput: Sendable {
  /// The run's context.
  public let context: WorkflowContext
  /// The query's name.
  public let name: String
  /// The arguments.
  public var arguments: [Payload]
  /// Context that came with the query.
  public var header: [String: Payload]

  /// Creates an input.
  public init(
    context: WorkflowContext, name: String, arguments: [Payload] = [], header: [String: Payload] = [:]
  ) {
    self.context = context
    self.name = name
    self.arguments = arguments
    self.header = header
  }
}

/// An update's validator or handler is about to be called.
public struct HandleUpdateInput: Sendable {
  /// The run's context.
  public let context: WorkflowContext
  /// The update's id.
  public let updateID: String
  /// The update's name.
  public let name: String
  /// The arguments.
  public var arguments: [Payload]
  /// Context that came with the update.
  public var header: [String: Payload]

  /// Creates an input.
  public init(
    context: WorkflowContext, updateID: String, name: String, arguments: [Payload] = [],
    header: [String: Payload] = [:]
  ) {
    self.context = context
    self.updateID = updateID
    self.name = name
    self.arguments = arguments
    self.header = header
  }
}
