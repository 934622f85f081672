/// What happens to a handler that is still running when `run` returns.
public enum HandlerUnfinishedPolicy: Hashable, Sendable {
  /// It finishes first, then the run closes. The default.
  case finish
  /// It is left behind, with a warning in the log.
  case warnAndAbandon
  /// It is left behind.
  case abandon
}

/// The signal, query and update handlers of a workflow type, in the order in which they were declared.
public struct WorkflowHandlers<W: WorkflowDefinition>: Sendable {
  /// Handles a signal on the workflow's actor.
  public typealias SignalHandler = @Sendable (isolated W, Arguments) async throws -> Void
  /// Answers a query on the workflow's actor, synchronously and without side effects.
  public typealias QueryHandler = @Sendable (isolated W, Arguments) throws -> any Encodable & Sendable
  /// Refuses an update by throwing, synchronously and without side effects.
  public typealias UpdateValidator = @Sendable (isolated W, Arguments) throws -> Void
  /// Handles an update on the workflow's actor.
  public typealias UpdateHandler = @Sendable (isolated W, Arguments) async throws -> any Encodable & Sendable
  /// Handles every signal that has no handler of its own; it gets the signal's name.
  public typealias DynamicSignalHandler = @Sendable (isolated W, String, Arguments) async throws -> Void
  /// Answers every query that has no handler of its own; it gets the query's name.
  public typealias DynamicQueryHandler = @Sendable (isolated W, String, Arguments) throws -> any Encodable & Sendable
  /// Refuses updates that have no handler of their own by throwing; it gets the update's name.
  public typealias DynamicUpdateValidator = @Sendable (isolated W, String, Arguments) throws -> Void
  /// Handles every update that has no handler of its own; it gets the update's name.
  public typealias DynamicUpdateHandler =
    @Sendable (isolated W, String, Arguments) async throws -> any Encodable & Sendable

  struct Signal: Sendable {
    var body: SignalHandler
    var unfinishedPolicy: HandlerUnfinishedPolicy
  }

  struct Update: Sendable {
    var validator: UpdateValidator?
    var body: UpdateHandler
    var unfinishedPolicy: HandlerUnfinishedPolicy
  }

  struct DynamicSignal: Sendable {
    var body: DynamicSignalHandler
    var unfinishedPolicy: HandlerUnfinishedPolicy
  }

  struct DynamicUpdate: Sendable {
    var validator: DynamicUpdateValidator?
    var body: DynamicUpdateHandler
    var unfinishedPolicy: HandlerUnfinishedPolicy
  }

  var signals: [String: Signal] = [:]
  var queries: [String: QueryHandler] = [:]
  var updates: [String: Update] = [:]
  var dynamicSignal: DynamicSignal?
  var dynamicQuery: DynamicQueryHandler?
  var dynamicUpdate: DynamicUpdate?
  var queryNames: [String] = []
  var signalNames: [String] = []
  var updateNames: [String] = []
  var problems: [String] = []

  /// Creates an empty table.
  public init() {}

  /// Adds a signal handler.
  public func signal(
    _ name: String, unfinishedPolicy: HandlerUnfinishedPolicy = .finish, _ handler: @escaping SignalHandler
  ) -> WorkflowHandlers {
    var handlers = self
    let entry = Signal(body: handler, unfinishedPolicy: unfinishedPolicy)
    handlers.note(name, kind: "signal", isTaken: handlers.signals.updateValue(entry, forKey: name) != nil)
    handlers.signalNames.append(name)
    return handlers
  }

  /// Adds a query handler.
  public func query(_ name: String, _ handler: @escaping QueryHandler) -> WorkflowHandlers {
    var handlers = self
    handlers.note(name, kind: "query", isTaken: handlers.queries.updateValue(handler, forKey: name) != nil)
    handlers.queryNames.append(name)
    return handlers
  }

  /// Adds an update handler; `validator` runs first and refuses the update by throwing, without a trace in history.
  public func update(
    _ name: String, unfinishedPolicy: HandlerUnfinishedPolicy = .finish, validator: UpdateValidator? = nil,
    _ handler: @escaping UpdateHandler
  ) -> WorkflowHandlers {
    var handlers = self
    let entry = Update(validator: validator, body: handler, unfinishedPolicy: unfinishedPolicy)
    handlers.note(name, kind: "update", isTaken: handlers.updates.updateValue(entry, forKey: name) != nil)
    handlers.updateNames.append(name)
    return handlers
  }

  /// Sets the handler of all signals without one.
  public func dynamicSignal(
    unfinishedPolicy: HandlerUnfinishedPolicy = .finish, _ handler: @escaping DynamicSignalHandler
  ) -> WorkflowHandlers {
    var handlers = self
    if handlers.dynamicSignal != nil { handlers.problems.append("declares two dynamic signal handlers") }
    handlers.dynamicSignal = DynamicSignal(body: handler, unfinishedPolicy: unfinishedPolicy)
    return handlers
  }

  /// Sets the handler of all queries without one.
  public func dynamicQuery(_ handler: @escaping DynamicQueryHandler) -> WorkflowHandlers {
    var handlers = self
    if handlers.dynamicQuery != nil { handlers.problems.append("declares two dynamic query handlers") }
    handlers.dynamicQuery = handler
    return handlers
  }

  /// Sets the handler of all updates without one.
  public func dynamicUpdate(
    unfinishedPolicy: HandlerUnfinishedPolicy = .finish, validator: DynamicUpdateValidator? = nil,
    _ handler: @escaping DynamicUpdateHandler
  ) -> WorkflowHandlers {
    var handlers = self
    if handlers.dynamicUpdate != nil { handlers.problems.append("declares two dynamic update handlers") }
    handlers.dynamicUpdate = DynamicUpdate(validator: validator, body: handler, unfinishedPolicy: unfinishedPolicy)
    return handlers
  }

  private mutating func note(_ name: String, kind: String, isTaken: Bool) {
    if isTaken { problems.append("declares the \(kind) '\(name)' twice; rename one of them") }
    if name.isEmpty { problems.append("declares a \(kind) without a name") }
    if name.hasPrefix("__") {
      problems.append("declares the \(kind) '\(name)': names that begin with two underscores are reserved")
    }
  }
}

/// A typed reference to a signal, for ``WorkflowHandle/signal(_:_:)``; `@WorkflowSignal` declares one per handler.
public struct WorkflowSignalReference<W: WorkflowDefinition, each Argument: Codable & Sendable>: Sendable {
  /// The signal's name.
  public let name: String

  /// Creates a reference.
  public init(_ name: String) { self.name = name }
}

/// A typed reference to a query, for ``WorkflowHandle/query(_:_:)``; `@WorkflowQuery` declares one per handler.
public struct WorkflowQueryReference<W: WorkflowDefinition, Output: Codable & Sendable, each Argument: Codable & Sendable>:
  Sendable
{
  /// The query's name.
  public let name: String

  /// Creates a reference.
  public init(_ name: String, returning: Output.Type = Output.self) { self.name = name }
}

/// A typed reference to an update, for ``WorkflowHandle/executeUpdate(_:_:)``; `@WorkflowUpdate` declares one per
/// handler.
public struct WorkflowUpdateReference<
  W: WorkflowDefinition, Output: Codable & Sendable, each Argument: Codable & Sendable
>: Sendable {
  /// The update's name.
  public let name: String

  /// Creates a reference.
  public init(_ name: String, returning: Output.Type = Output.self) { self.name = name }
}
