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

  /// Replays a history from its first event.
  ///
  /// - Throws: ``NonDeterminismError`` with event id, expected and actual, if the code does not match the history;
  ///   ``WorkflowServiceError`` with `invalidArgument` if the history does not begin with its start or its type is not
  ///   among the replayer's.
  @discardableResult
  public func replay(_ history: [HistoryEvent]) async throws -> Outcome {
    guard case .workflowExecutionStarted(let started)? = history.first?.attributes else {
      throw WorkflowServiceError(.invalidArgument, "the history does not begin with a WorkflowExecutionStarted event")
    }
    guard let type = workflows.first(where: { $0.name == started.workflowType }) else {
      throw WorkflowServiceError(
        .invalidArgument, "workflow type '\(started.workflowType)' is not among the replayer's: "
          + "[\(workflows.map { $0.name }.joined(separator: ", "))]")
    }
    let replayed = try await DryReplay.replay(history, of: type, converter: converter, logger: logger, interceptors: interceptors)
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
}
