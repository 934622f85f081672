public import DurableWorkflows
public import Logging

/// Replays recorded histories against the present code, without an engine: the check that a change of a workflow does
/// not break the runs that are open.
public struct WorkflowReplayer: Sendable {
  /// What a replay found.
  public struct Outcome: Sendable {
    /// How many workflow tasks were replayed and compared.
    public let workflowTasks: Int
    /// Whether the code has returned or thrown by the end of the history.
    public let isClosed: Bool
    /// What the code returned, if it did.
    public let result: [Payload]?
    /// What the code threw, if it did.
    public let failure: (any Error)?
  }

  private let workflows: [any WorkflowDefinition.Type]
  private let converter: any PayloadConverter
  private let logger: Logger
  private let interceptors: [any WorkerInterceptor]

  /// Creates a replayer for workflow types.
  ///
  /// - Parameter interceptors: those of the engine that ran the workflows, if they do more than look on.
  public init(
    workflows: [any WorkflowDefinition.Type], payloadConverter: any PayloadConverter = JSONPayloadConverter(),
    logger: Logger = Logger(label: "replayer") { _ in SwiftLogNoOpLogHandler() },
    interceptors: [any WorkerInterceptor] = []
  ) {
    self.interceptors = interceptors
    self.workflows = workflows
    self.converter = payloadConverter
    self.logger = logger
  }

  /// Replays a history from its first event, against the version of its type that it is pinned to. A history without a
  /// version, for example one of another SDK, is replayed against the type without one, or else the newest.
  ///
  /// - Throws: ``NonDeterminismError`` with event id, expected and actual, if the code does not match the history;
  ///   ``WorkflowServiceError`` with `invalidArgument` if the history does not begin with its start or its type or
  ///   version is not among the replayer's; ``WorkflowEngineError`` if the types could not be registered together.
  @discardableResult
  public func replay(_ history: [HistoryEvent]) async throws -> Outcome {
    let replayed = try await DryReplay.replay(
      history, of: workflows, converter: converter, logger: logger, interceptors: interceptors)
    var result: [Payload]?
    var failure: (any Error)?
    switch replayed.outcome {
    case .success(let payloads)?: result = payloads
    case .failure(let error)?: failure = error
    case nil: break
    }
    return Outcome(
      workflowTasks: replayed.workflowTasks, isClosed: replayed.outcome != nil, result: result, failure: failure)
  }

  /// Reads a history and replays it: `replay(json, as: HistoryJSON.events)` takes what `temporal workflow show -o json`
  /// prints and what the engine exports.
  ///
  /// - Parameters:
  ///   - source: the history in some format.
  ///   - read: reads the format.
  /// - Throws: what `read` throws; what ``replay(_:)`` throws.
  @discardableResult
  public func replay<Source>(_ source: Source, as read: (Source) throws -> [HistoryEvent]) async throws -> Outcome {
    try await replay(try read(source))
  }
}
