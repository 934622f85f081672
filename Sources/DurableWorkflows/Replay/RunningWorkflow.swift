/// A workflow's actor with its input, without its type.
protocol RunningWorkflow: Sendable {
  func run() async throws -> [Payload]
  func signal(_ name: String, _ arguments: Arguments) async throws
  func query(_ name: String, _ arguments: Arguments) async throws -> Payload
  func hasSignal(_ name: String) -> Bool
  var queryNames: [String] { get }
  var hasSignals: Bool { get }
}

struct TypedWorkflow<W: WorkflowDefinition>: RunningWorkflow {
  let workflow: W
  let input: W.Input
  let handlers: WorkflowHandlers<W>
  let converter: any PayloadConverter

  func run() async throws -> [Payload] {
    let output = try await workflow.run(input: input)
    return output is Empty ? [] : [try converter.payload(for: output)]
  }

  func signal(_ name: String, _ arguments: Arguments) async throws {
    try await handlers.signals[name]?(workflow, arguments)
  }

  func query(_ name: String, _ arguments: Arguments) async throws -> Payload {
    guard let handler = handlers.queries[name] else {
      throw WorkflowServiceError(
        .queryFailed,
        "unknown query '\(name)' of workflow '\(W.name)'; known queries: [\(queryNames.joined(separator: " "))]")
    }
    return try converter.payload(for: try await handler(workflow, arguments))
  }

  func hasSignal(_ name: String) -> Bool { handlers.signals[name] != nil }
  var queryNames: [String] { handlers.queryNames }
  var hasSignals: Bool { !handlers.signals.isEmpty }
}

/// A registered workflow type.
struct WorkflowRegistration: Sendable {
  let name: String
  let duplicates: [String]
  /// Decodes the input, creates the actor. Called with the run's context current.
  let make: @Sendable ([Payload], any PayloadConverter) throws -> any RunningWorkflow
  /// Decodes the input, to refuse a start whose input does not fit.
  let checkInput: @Sendable ([Payload], any PayloadConverter) throws -> Void

  init<W: WorkflowDefinition>(_ type: W.Type) {
    name = W.name
    let handlers = W.handlers
    duplicates = handlers.duplicates
    let decode: @Sendable ([Payload], any PayloadConverter) throws -> W.Input = { payloads, converter in
      if payloads.isEmpty, let empty = Empty() as? W.Input { return empty }
      return try Arguments(payloads, converter: converter, subject: "workflow '\(W.name)'").decode(0)
    }
    checkInput = { payloads, converter in _ = try decode(payloads, converter) }
    make = { payloads, converter in
      TypedWorkflow(
        workflow: W(), input: try decode(payloads, converter), handlers: handlers, converter: converter)
    }
  }
}
