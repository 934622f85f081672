/// A workflow's actor with its input, without its type.
protocol RunningWorkflow: Sendable {
  /// Runs the workflow's code.
  ///
  /// - Parameter arguments: what replaces the arguments that the workflow was made with; `nil` for those.
  func run(with arguments: [Payload]?) async throws -> [Payload]
  /// Runs a signal's handler; `false` if there is none.
  func signal(_ name: String, _ arguments: Arguments) async throws
  func query(_ name: String, _ arguments: Arguments, _ interception: QueryInterception?) async throws -> Payload
  func validate(_ update: String, _ arguments: Arguments, _ interception: ValidatorInterception?) async throws
  func update(_ name: String, _ arguments: Arguments) async throws -> [Payload]
  /// The policy of the signal's handler; `nil` if there is none.
  func signalPolicy(_ name: String) -> HandlerUnfinishedPolicy?
  /// The policy of the update's handler; `nil` if there is none.
  func updatePolicy(_ name: String) -> HandlerUnfinishedPolicy?
  var queryNames: [String] { get }
  var signalNames: [String] { get }
  var updateNames: [String] { get }
  /// Which kinds of message have a handler for all names without one.
  var dynamicHandlers: (signal: Bool, query: Bool, update: Bool) { get }
  /// Whether a signal or an update could still change something.
  var canBeWoken: Bool { get }
  /// A number that changes when the actor's stored properties do.
  func fingerprint() async -> Int
}

struct TypedWorkflow<W: WorkflowDefinition>: RunningWorkflow {
  let workflow: W
  let input: W.Input
  let handlers: WorkflowHandlers<W>
  let converter: any PayloadConverter
  let decode: WorkflowRegistration.InputDecoder<W>

  func run(with arguments: [Payload]?) async throws -> [Payload] {
    let input = try arguments.map { try decode($0, converter) } ?? self.input
    let output = try await workflow.run(input: input)
    if let raw = output as? RawPayloads { return raw.payloads }
    return output is Empty ? [] : [try converter.payload(for: output)]
  }

  func signal(_ name: String, _ arguments: Arguments) async throws {
    if let handler = handlers.signals[name] {
      try await handler.body(workflow, arguments)
    } else {
      try await handlers.dynamicSignal?.body(workflow, name, arguments)
    }
  }

  func query(_ name: String, _ arguments: Arguments, _ interception: QueryInterception?) async throws -> Payload {
    try await answer(name, arguments, interception, on: workflow)
  }

  private func answer(
    _ name: String, _ arguments: Arguments, _ interception: QueryInterception?, on workflow: isolated W
  ) throws -> Payload {
    guard let interception else { return try answer(name, arguments, on: workflow) }
    return try interception { try answer(name, $0, on: workflow) }
  }

  private func answer(_ name: String, _ arguments: Arguments, on workflow: isolated W) throws -> Payload {
    if let handler = handlers.queries[name] { return try converter.payload(for: try handler(workflow, arguments)) }
    if let handler = handlers.dynamicQuery {
      return try converter.payload(for: try handler(workflow, name, arguments))
    }
    throw WorkflowServiceError(
      .queryFailed,
      "unknown query '\(name)' of workflow '\(W.name)'; known queries: [\(queryNames.joined(separator: " "))]")
  }

  func validate(_ update: String, _ arguments: Arguments, _ interception: ValidatorInterception?) async throws {
    try await check(update, arguments, interception, on: workflow)
  }

  private func check(
    _ update: String, _ arguments: Arguments, _ interception: ValidatorInterception?, on workflow: isolated W
  ) throws {
    guard let interception else { return try check(update, arguments, on: workflow) }
    try interception { try check(update, $0, on: workflow) }
  }

  private func check(_ update: String, _ arguments: Arguments, on workflow: isolated W) throws {
    if let handler = handlers.updates[update] {
      try handler.validator?(workflow, arguments)
    } else if let handler = handlers.dynamicUpdate {
      try handler.validator?(workflow, update, arguments)
    } else {
      throw ApplicationError(
        "unknown update '\(update)' of workflow '\(W.name)'; known updates: [\(updateNames.joined(separator: " "))]",
        type: "UnknownUpdate", isNonRetryable: true)
    }
  }

  func update(_ name: String, _ arguments: Arguments) async throws -> [Payload] {
    let output: any Encodable & Sendable
    if let handler = handlers.updates[name] {
      output = try await handler.body(workflow, arguments)
    } else if let handler = handlers.dynamicUpdate {
      output = try await handler.body(workflow, name, arguments)
    } else {
      throw ApplicationError("update '\(name)' has no handler", type: "UnknownUpdate", isNonRetryable: true)
    }
    return output is Empty ? [] : [try converter.payload(for: output)]
  }

  func signalPolicy(_ name: String) -> HandlerUnfinishedPolicy? {
    handlers.signals[name]?.unfinishedPolicy ?? handlers.dynamicSignal?.unfinishedPolicy
  }

  func updatePolicy(_ name: String) -> HandlerUnfinishedPolicy? {
    handlers.updates[name]?.unfinishedPolicy ?? handlers.dynamicUpdate?.unfinishedPolicy
  }

  var queryNames: [String] { handlers.queryNames }
  var signalNames: [String] { handlers.signalNames }
  var updateNames: [String] { handlers.updateNames }
  var dynamicHandlers: (signal: Bool, query: Bool, update: Bool) {
    (handlers.dynamicSignal != nil, handlers.dynamicQuery != nil, handlers.dynamicUpdate != nil)
  }
  var canBeWoken: Bool {
    !handlers.signals.isEmpty || !handlers.updates.isEmpty || handlers.dynamicSignal != nil
      || handlers.dynamicUpdate != nil
  }

  func fingerprint() async -> Int { await fingerprint(of: workflow) }

  private func fingerprint(of workflow: isolated W) -> Int {
    var hasher = Hasher()
    for child in Mirror(reflecting: workflow).children where child.label != "context" {
      hasher.combine(child.label)
      hasher.combine(String(reflecting: child.value))
    }
    return hasher.finalize()
  }
}

/// A registered workflow type.
struct WorkflowRegistration: Sendable {
  typealias InputDecoder<W: WorkflowDefinition> = @Sendable ([Payload], any PayloadConverter) throws -> W.Input

  let name: String
  let version: Int
  let isDynamic: Bool
  let problems: [String]
  /// The declared handlers of messages.
  let handlerNames: WorkflowHandlerNames
  /// Decodes the input, creates the actor. Called with the run's context current.
  let make: @Sendable ([Payload], any PayloadConverter) throws -> any RunningWorkflow
  /// Decodes the input, to refuse a start whose input does not fit.
  let checkInput: @Sendable ([Payload], any PayloadConverter) throws -> Void

  init<W: WorkflowDefinition>(_ type: W.Type) {
    name = W.name
    version = W.version
    isDynamic = W.isDynamic
    let handlers = W.handlers
    problems = handlers.problems
    handlerNames = WorkflowHandlerNames(
      signals: handlers.signalNames, updates: handlers.updateNames, takesAnySignal: handlers.dynamicSignal != nil,
      takesAnyUpdate: handlers.dynamicUpdate != nil)
    let decode: InputDecoder<W> = { payloads, converter in
      if let raw = RawPayloads(payloads, converter: converter) as? W.Input { return raw }
      if payloads.isEmpty, let empty = Empty() as? W.Input { return empty }
      return try Arguments(payloads, converter: converter, subject: "workflow '\(W.name)'").decode(0)
    }
    checkInput = { payloads, converter in _ = try decode(payloads, converter) }
    make = { payloads, converter in
      TypedWorkflow(
        workflow: W(), input: try decode(payloads, converter), handlers: handlers, converter: converter,
        decode: decode)
    }
  }
}
