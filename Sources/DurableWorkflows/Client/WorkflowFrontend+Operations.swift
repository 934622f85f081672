/// Why a run does not go on.
public struct WorkflowPauseInfo: Hashable, Sendable {
  /// Since when.
  public var pausedTime: Timestamp
  /// Why, for people.
  public var reason: String
  /// Who paused it.
  public var identity: String
  /// The request that paused it.
  public var requestID: String

  /// Creates an info.
  public init(pausedTime: Timestamp, reason: String = "", identity: String = "", requestID: String = "") {
    self.pausedTime = pausedTime
    self.reason = reason
    self.identity = identity
    self.requestID = requestID
  }
}

/// Pauses or unpauses a run.
///
/// A paused run stays open: its code does not run and its activities do not start, while attempts that run already may
/// end. Signals, cancellation requests and timers are recorded and are seen when the run is unpaused; updates wait; the
/// run's timeouts go on.
public struct PauseWorkflowExecutionRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The run.
  public var execution: WorkflowExecution
  /// Why, for people.
  public var reason: String
  /// Who asks.
  public var identity: String
  /// Dedupes repeated requests.
  public var requestID: String

  /// Creates a request.
  public init(
    namespace: String = "default", execution: WorkflowExecution, reason: String = "", identity: String = "",
    requestID: String = ""
  ) {
    self.namespace = namespace
    self.execution = execution
    self.reason = reason
    self.identity = identity
    self.requestID = requestID
  }
}

/// Deletes a run.
///
/// An open run is terminated first. From then on nobody finds the run; the next checkpoint leaves its records and the
/// files of its payloads out.
public struct DeleteWorkflowExecutionRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The run.
  public var execution: WorkflowExecution
  /// Who asks.
  public var identity: String

  /// Creates a request.
  public init(namespace: String = "default", execution: WorkflowExecution, identity: String = "") {
    self.namespace = namespace
    self.execution = execution
    self.identity = identity
  }
}

/// A service that does not offer a request refuses it.
extension WorkflowFrontend {
  public func pauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws {
    throw WorkflowServiceError(.unimplemented, "this service does not offer pausing runs")
  }

  public func unpauseWorkflowExecution(_ request: PauseWorkflowExecutionRequest) async throws {
    throw WorkflowServiceError(.unimplemented, "this service does not offer pausing runs")
  }

  public func deleteWorkflowExecution(_ request: DeleteWorkflowExecutionRequest) async throws {
    throw WorkflowServiceError(.unimplemented, "this service does not offer deleting runs")
  }

  public func startBatchOperation(_ request: StartBatchOperationRequest) async throws {
    throw WorkflowServiceError(.unimplemented, "this service does not offer batch operations")
  }

  public func stopBatchOperation(_ request: StopBatchOperationRequest) async throws {
    throw WorkflowServiceError(.unimplemented, "this service does not offer batch operations")
  }

  public func describeBatchOperation(namespace: String, jobID: String) async throws -> BatchOperationDescription {
    throw WorkflowServiceError(.unimplemented, "this service does not offer batch operations")
  }

  public func listBatchOperations(namespace: String) async throws -> [BatchOperationDescription] {
    throw WorkflowServiceError(.unimplemented, "this service does not offer batch operations")
  }
}
