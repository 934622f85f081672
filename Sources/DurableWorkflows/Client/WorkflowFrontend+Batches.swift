/// What a batch does to each of its runs.
public enum BatchOperation: Hashable, Sendable {
  /// Ends open runs at once.
  case terminate(details: [Payload] = [])
  /// Requests the cancellation of open runs.
  case cancel
  /// Sends a signal to open runs; a closed run counts as a failure.
  case signal(name: String, input: [Payload] = [], header: [String: Payload] = [:])
  /// Deletes runs; open ones are terminated first.
  case delete
  /// Pauses open runs.
  case pause
  /// Unpauses open runs.
  case unpause
  /// Starts a new run from a point in the history of each.
  case reset(to: WorkflowResetPoint, reapply: ResetWorkflowExecutionRequest.Reapply = .all)

  /// The operation in a word.
  public var name: String {
    switch self {
    case .terminate: "terminate"
    case .cancel: "cancel"
    case .signal: "signal"
    case .delete: "delete"
    case .pause: "pause"
    case .unpause: "unpause"
    case .reset: "reset"
    }
  }
}

/// Does something to many runs.
///
/// The runs are those that match the query when their turn comes, from the newest to the oldest; runs that start after
/// the batch did are left out. What is done to a run and the batch's progress become durable together: after a restart
/// the batch goes on where it was, and does nothing twice.
public struct StartBatchOperationRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The batch's id, chosen by the caller.
  public var jobID: String
  /// A visibility query.
  public var query: String
  /// What is done.
  public var operation: BatchOperation
  /// Why, for people; the reason of terminations, cancellations and resets.
  public var reason: String
  /// Who asks.
  public var identity: String
  /// The most runs per second. Default 50, as in Temporal's server.
  public var maxOperationsPerSecond: Double = 50
  /// Whether a query that every run matches is meant so; without this it is refused.
  public var matchesEveryRun: Bool = false

  /// Creates a request.
  public init(
    namespace: String = "default", jobID: String, query: String, operation: BatchOperation, reason: String = "",
    identity: String = ""
  ) {
    self.namespace = namespace
    self.jobID = jobID
    self.query = query
    self.operation = operation
    self.reason = reason
    self.identity = identity
  }
}

/// Ends a batch; what it has done stays.
public struct StopBatchOperationRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The batch.
  public var jobID: String
  /// Why, for people.
  public var reason: String
  /// Who asks.
  public var identity: String

  /// Creates a request.
  public init(namespace: String = "default", jobID: String, reason: String = "", identity: String = "") {
    self.namespace = namespace
    self.jobID = jobID
    self.reason = reason
    self.identity = identity
  }
}

/// How far a batch is.
public struct BatchOperationDescription: Hashable, Sendable {
  /// The state of a batch; raw values are Temporal's.
  public enum State: Int, Hashable, Sendable {
    /// It goes on.
    case running = 1
    /// It has had every run.
    case completed = 2
    /// It was stopped, or its query can no longer be read.
    case failed = 3
  }

  /// The batch's id.
  public var jobID: String
  /// What it does: ``BatchOperation/name``.
  public var operation: String
  /// The query.
  public var query: String
  /// Its state.
  public var state: State
  /// When it was started.
  public var startTime: Timestamp
  /// When it ended.
  public var closeTime: Timestamp?
  /// How many runs matched when it was started; once it has completed, how many it had.
  public var totalOperationCount: Int
  /// For how many runs it is done.
  public var completeOperationCount: Int
  /// For how many runs it was refused.
  public var failureOperationCount: Int
  /// Why, for people.
  public var reason: String
  /// Who started it.
  public var identity: String
  /// Why the last run that failed did, or why the batch has failed; empty if neither.
  public var lastFailure: String

  /// Creates a description.
  public init(
    jobID: String, operation: String, query: String, state: State, startTime: Timestamp, closeTime: Timestamp?,
    totalOperationCount: Int, completeOperationCount: Int, failureOperationCount: Int, reason: String,
    identity: String, lastFailure: String
  ) {
    self.jobID = jobID
    self.operation = operation
    self.query = query
    self.state = state
    self.startTime = startTime
    self.closeTime = closeTime
    self.totalOperationCount = totalOperationCount
    self.completeOperationCount = completeOperationCount
    self.failureOperationCount = failureOperationCount
    self.reason = reason
    self.identity = identity
    self.lastFailure = lastFailure
  }
}

extension WorkflowClient {
  /// Starts a batch over the runs that match a query. When it returns, the batch is durable.
  ///
  /// - Returns: the batch's id.
  /// - Throws: ``WorkflowServiceError``; with `invalidArgument` for a query that cannot be read, or that every run
  ///   matches unless `matchesEveryRun` says so; with `alreadyStarted` if there is a batch of that id.
  @discardableResult
  public func startBatch(
    _ operation: BatchOperation, query: String, jobID: String? = nil, reason: String = "",
    maxOperationsPerSecond: Double = 50, matchesEveryRun: Bool = false
  ) async throws -> String {
    var request = StartBatchOperationRequest(
      namespace: namespace, jobID: jobID ?? makeRequestID(), query: query,
      operation: try operation.encoded(by: converter), reason: reason, identity: identity)
    request.maxOperationsPerSecond = maxOperationsPerSecond
    request.matchesEveryRun = matchesEveryRun
    try await frontend.startBatchOperation(request)
    return request.jobID
  }

  /// How far a batch is.
  public func describeBatch(_ jobID: String) async throws -> BatchOperationDescription {
    try await frontend.describeBatchOperation(namespace: namespace, jobID: jobID)
  }

  /// Ends a batch; what it has done stays.
  public func stopBatch(_ jobID: String, reason: String = "") async throws {
    try await frontend.stopBatchOperation(
      StopBatchOperationRequest(namespace: namespace, jobID: jobID, reason: reason, identity: identity))
  }

  /// The batches that run, and those that ended within the retention; the newest first.
  public func listBatches() async throws -> [BatchOperationDescription] {
    try await frontend.listBatchOperations(namespace: namespace)
  }
}
