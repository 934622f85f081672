/// An engine cannot be opened or go on.
public struct WorkflowEngineError: Error, CustomStringConvertible, Sendable {
  /// Why.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    enum Value: String { case invalidConfiguration, journal, cannotStart, taskQueueRefused }
    let value: Value

    /// The registered types or options are invalid.
    public static let invalidConfiguration = Code(value: .invalidConfiguration)
    /// The journal cannot be opened, read or written; the cause says where.
    public static let journal = Code(value: .journal)
    /// A worker serves a task queue that the options refuse.
    public static let taskQueueRefused = Code(value: .taskQueueRefused)
    /// The system refused a resource.
    public static let cannotStart = Code(value: .cannotStart)

    /// The code's name.
    public var description: String { value.rawValue }
  }

  /// Why.
  public var code: Code
  /// What is wrong and what helps.
  public var message: String
  /// The error behind it.
  public var cause: (any Error)?

  /// Creates an error.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message and the cause.
  public var description: String {
    cause.map { "\(message): \($0)" } ?? message
  }
}
