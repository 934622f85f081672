/// The attributes of a run that goes on as a new run.
public struct ContinuedAsNewAttributes: Hashable, Sendable {
  /// The new run.
  public var newExecutionRunID: String
  /// The new run's type.
  public var workflowType: String
  /// The new run's task queue.
  public var taskQueue: String
  /// The arguments of the new run.
  public var input: [Payload]
  /// The longest that the new run may take.
  public var runTimeout: Duration?
  /// The longest that one workflow task of the new run may take.
  public var taskTimeout: Duration
  /// How long after its start the new run's first workflow task runs.
  public var backoffStartInterval: Duration?
  /// Why.
  public var initiator: ContinueAsNewInitiator
  /// The new run's notes.
  public var memo: [String: Payload]
  /// The new run's indexed values.
  public var searchAttributes: [String: Payload]
  /// Context handed through by interceptors.
  public var header: [String: Payload]
  /// The workflow task whose command this was.
  public var workflowTaskCompletedEventID: Int64

  /// Creates attributes.
  public init(
    newExecutionRunID: String, workflowType: String, taskQueue: String, input: [Payload], runTimeout: Duration? = nil,
    taskTimeout: Duration = .seconds(10), backoffStartInterval: Duration? = nil,
    initiator: ContinueAsNewInitiator = .workflow, memo: [String: Payload] = [:],
    searchAttributes: [String: Payload] = [:], header: [String: Payload] = [:], workflowTaskCompletedEventID: Int64
  ) {
    self.newExecutionRunID = newExecutionRunID
    self.workflowType = workflowType
    self.taskQueue = taskQueue
    self.input = input
    self.runTimeout = runTimeout
    self.taskTimeout = taskTimeout
    self.backoffStartInterval = backoffStartInterval
    self.initiator = initiator
    self.memo = memo
    self.searchAttributes = searchAttributes
    self.header = header
    self.workflowTaskCompletedEventID = workflowTaskCompletedEventID
  }
}

/// What a reset did, in the event that marks it.
public struct WorkflowReset: Hashable, Sendable {
  /// The run that was reset.
  public var baseRunID: String
  /// The run that goes on from the point of the reset.
  public var newRunID: String

  /// Creates a note.
  public init(baseRunID: String, newRunID: String) {
    self.baseRunID = baseRunID
    self.newRunID = newRunID
  }
}
