/// Thrown out of `run` to end the run and go on as a new one, with a fresh history, under the same id.
///
/// Throw it with ``WorkflowContext/continueAsNew(_:options:)``. Signals that nobody has handled go with it.
public struct ContinueAsNewError: Error, Sendable {
  /// The new run's type; `nil` means the same.
  public var workflowType: String?
  /// The arguments of the new run.
  public var input: [Payload]
  /// What changes with the new run.
  public var options: ContinueAsNewOptions
  /// Context for the new run; empty means that of this run.
  public var header: [String: Payload] = [:]

  /// Creates an error.
  public init(workflowType: String? = nil, input: [Payload], options: ContinueAsNewOptions = ContinueAsNewOptions()) {
    self.workflowType = workflowType
    self.input = input
    self.options = options
  }
}

/// What changes when a run continues as new; what is `nil` is taken over.
public struct ContinueAsNewOptions: Hashable, Sendable {
  /// The task queue.
  public var taskQueue: String?
  /// The longest that the new run may take.
  public var runTimeout: Duration?
  /// The longest that one workflow task may take.
  public var taskTimeout: Duration?
  /// How failures of the new run are retried.
  public var retryPolicy: RetryPolicy?
  /// Notes shown with the new run.
  public var memo: [String: Payload]?
  /// Indexed values.
  public var searchAttributes: [String: Payload]?

  /// Creates options.
  public init(
    taskQueue: String? = nil, runTimeout: Duration? = nil, taskTimeout: Duration? = nil,
    retryPolicy: RetryPolicy? = nil, memo: [String: Payload]? = nil, searchAttributes: [String: Payload]? = nil
  ) {
    self.taskQueue = taskQueue
    self.runTimeout = runTimeout
    self.taskTimeout = taskTimeout
    self.retryPolicy = retryPolicy
    self.memo = memo
    self.searchAttributes = searchAttributes
  }
}

extension WorkflowContext {
  /// Ends the run and goes on as a new one with these arguments. Running handlers finish first.
  ///
  /// A new run takes the newest registered version of its type.
  /// - Throws: ``ContinueAsNewError``, always, unless an argument cannot be encoded.
  public func continueAsNew<each Argument: Encodable & Sendable>(
    _ arguments: repeat each Argument, options: ContinueAsNewOptions = ContinueAsNewOptions()
  ) throws -> Never {
    let instance = try require("context.continueAsNew")
    var input: [Payload] = []
    for argument in repeat each arguments { input.append(try instance.converter.payload(for: argument)) }
    throw try instance.makeContinueAsNewError(nil, input, options)
  }

  /// Ends the run and goes on as a run of another workflow type.
  /// - Throws: ``ContinueAsNewError``, always, unless the input cannot be encoded.
  public func continueAsNew<W: WorkflowDefinition>(
    as type: W.Type, input: W.Input, options: ContinueAsNewOptions = ContinueAsNewOptions()
  ) throws -> Never {
    let instance = try require("context.continueAsNew")
    let payloads = input is Empty ? [] : [try instance.converter.payload(for: input)]
    throw try instance.makeContinueAsNewError(W.name, payloads, options)
  }

  /// What the last completed run of the cron chain returned; `nil` if there was none.
  public func lastCompletionResult<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value? {
    guard let payload = info.lastCompletionResult.first, let instance else { return nil }
    return try instance.converter.value(of: payload, as: type)
  }
}
