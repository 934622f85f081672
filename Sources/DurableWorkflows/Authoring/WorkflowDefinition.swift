/// A workflow: an actor whose `run` survives process death, because everything it waits for is recorded.
///
/// The `@Workflow` macro writes the conformance; by hand it is:
///
/// ```swift
/// actor Greeting: WorkflowDefinition {
///   nonisolated let context = WorkflowContext.current
///   func run(input name: String) async throws -> String { "Hello, \(name)" }
/// }
/// ```
///
/// `run` and all handlers run on the run's own deterministic executor. Throwing from `run` fails the run, with the
/// error's type, message, details and causes recorded.
public protocol WorkflowDefinition: Actor {
  /// What `run` takes; ``Empty`` if nothing.
  associatedtype Input: Codable & Sendable = Empty
  /// What `run` returns; ``Empty`` if nothing.
  associatedtype Output: Codable & Sendable = Empty

  /// Creates the actor at the start of a run and whenever the run is replayed.
  init()

  /// The run's context: `nonisolated let context = WorkflowContext.current`.
  nonisolated var context: WorkflowContext { get }

  /// The workflow's code.
  func run(input: Input) async throws -> Output

  /// The registered name; the type's name by default.
  static var name: String { get }

  /// The version of the workflow type; 0 by default, for a type without versions.
  ///
  /// Several versions of a type can be registered side by side. A run stays on the version that it began with; new runs
  /// take the newest.
  static var version: Int { get }

  /// Whether runs of every type that is not registered are given to this one; its input is ``RawPayloads``.
  static var isDynamic: Bool { get }

  /// The signal, query and update handlers; none by default.
  static var handlers: WorkflowHandlers<Self> { get }
}

extension WorkflowDefinition {
  /// The run's deterministic executor. Part of how determinism works; never override it.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    context.executor.asUnownedSerialExecutor()
  }

  /// The type's name.
  public static var name: String { String(describing: Self.self) }

  /// No versions.
  public static var version: Int { 0 }

  /// Not dynamic.
  public static var isDynamic: Bool { false }

  /// No handlers.
  public static var handlers: WorkflowHandlers<Self> { WorkflowHandlers() }
}

/// The arguments of a handler or an activity as they arrived.
public struct Arguments: Sendable {
  /// The payloads, one per parameter.
  public let payloads: [Payload]
  let converter: any PayloadConverter
  private let owner: String
  private let name: String
  /// What errors name.
  var subject: String { name.isEmpty ? owner : "\(owner) '\(name)'" }

  /// Creates arguments; `subject` names their owner in errors, for example `signal 'approve'`.
  public init(_ payloads: [Payload], converter: any PayloadConverter, subject: String) {
    self.init(payloads, converter: converter, owner: subject, name: "")
  }

  /// Creates arguments of an owner with a name; both are put together only if an error names them.
  init(_ payloads: [Payload], converter: any PayloadConverter, owner: String, name: String) {
    self.payloads = payloads
    self.converter = converter
    self.owner = owner
    self.name = name
  }

  /// Decodes the argument at `index` (from 0). A missing argument decodes as `nil` where the type allows it.
  /// - Throws: ``PayloadConversionError`` that names the argument.
  public func decode<Value: Decodable>(_ index: Int, as type: Value.Type = Value.self) throws -> Value {
    guard index < payloads.count else {
      if let missing = try? converter.value(of: .null, as: type) { return missing }
      throw PayloadConversionError(
        subject: "argument \(index + 1) of \(subject)",
        reason: "it is missing: \(payloads.count) of at least \(index + 1) arguments arrived")
    }
    do {
      return try converter.value(of: payloads[index], as: type)
    } catch let error as PayloadConversionError {
      throw PayloadConversionError(subject: "argument \(index + 1) of \(subject) as \(type)", reason: error.reason)
    }
  }
}
