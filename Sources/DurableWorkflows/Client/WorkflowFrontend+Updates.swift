/// Delivers an update.
public struct UpdateWorkflowExecutionRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The run.
  public var execution: WorkflowExecution
  /// The first run of the chain that is meant; empty means any.
  public var firstExecutionRunID: String = ""
  /// The update. Its id dedupes it within the run: a repeated request gets the first one's outcome.
  public var request: UpdateRequest
  /// How far the update must have come before the answer.
  public var waitStage: UpdateLifecycleStage
  /// How long to wait before an answer without outcome. Default 20 s, as Temporal's server.
  public var longPollTimeout: Duration = .seconds(20)

  /// Creates a request with the defaults of its fields.
  public init(
    namespace: String = "default", execution: WorkflowExecution, request: UpdateRequest,
    waitStage: UpdateLifecycleStage = .accepted
  ) {
    self.namespace = namespace
    self.execution = execution
    self.request = request
    self.waitStage = waitStage
  }
}

/// Waits for an update.
public struct PollWorkflowExecutionUpdateRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The run.
  public var execution: WorkflowExecution
  /// The update's id.
  public var updateID: String
  /// How far the update must have come before the answer.
  public var waitStage: UpdateLifecycleStage
  /// How long to wait before an answer without outcome.
  public var longPollTimeout: Duration = .seconds(20)

  /// Creates a request with the defaults of its fields.
  public init(
    namespace: String = "default", execution: WorkflowExecution, updateID: String,
    waitStage: UpdateLifecycleStage = .completed
  ) {
    self.namespace = namespace
    self.execution = execution
    self.updateID = updateID
    self.waitStage = waitStage
  }
}

/// How far an update has come.
public struct UpdateWorkflowExecutionResponse: Hashable, Sendable {
  /// The run that has the update.
  public var execution: WorkflowExecution
  /// The update's id.
  public var updateID: String
  /// The stage. What is accepted or completed is durable; a rejection leaves no trace.
  public var stage: UpdateLifecycleStage
  /// How it ended; `nil` while it has not. A rejection is a failure too.
  public var outcome: UpdateOutcome?

  /// Creates a response.
  public init(
    execution: WorkflowExecution, updateID: String, stage: UpdateLifecycleStage, outcome: UpdateOutcome? = nil
  ) {
    self.execution = execution
    self.updateID = updateID
    self.stage = stage
    self.outcome = outcome
  }
}

/// Delivers a signal, starting the run if its id has none open.
public struct SignalWithStartWorkflowExecutionRequest: Hashable, Sendable {
  /// How the run is started. An open run gets the signal, unless the conflict policy is `terminateExisting`.
  public var start: StartWorkflowExecutionRequest
  /// The signal's name.
  public var signalName: String
  /// The signal's arguments.
  public var signalInput: [Payload]

  /// Creates a request.
  public init(start: StartWorkflowExecutionRequest, signalName: String, signalInput: [Payload] = []) {
    self.start = start
    self.signalName = signalName
    self.signalInput = signalInput
  }
}

/// Delivers an update, starting the run if its id has none open.
public struct UpdateWithStartWorkflowExecutionRequest: Hashable, Sendable {
  /// How the run is started. Its conflict policy decides what an open run means.
  public var start: StartWorkflowExecutionRequest
  /// The update.
  public var update: UpdateRequest
  /// How far the update must have come before the answer.
  public var waitStage: UpdateLifecycleStage
  /// How long to wait before an answer without outcome.
  public var longPollTimeout: Duration = .seconds(20)

  /// Creates a request.
  public init(
    start: StartWorkflowExecutionRequest, update: UpdateRequest, waitStage: UpdateLifecycleStage = .accepted
  ) {
    self.start = start
    self.update = update
    self.waitStage = waitStage
  }
}

/// The answers to a start and an update that were sent as one.
public struct UpdateWithStartWorkflowExecutionResponse: Hashable, Sendable {
  /// The start's answer.
  public var start: StartWorkflowExecutionResponse
  /// The update's answer.
  public var update: UpdateWorkflowExecutionResponse

  /// Creates a response.
  public init(start: StartWorkflowExecutionResponse, update: UpdateWorkflowExecutionResponse) {
    self.start = start
    self.update = update
  }
}
