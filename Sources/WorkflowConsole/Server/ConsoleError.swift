/// The console cannot serve.
public struct ConsoleError: Error, CustomStringConvertible, Sendable {
  /// Why.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    private init(_ description: String) { self.description = description }

    /// The address cannot be bound.
    public static let cannotListen = Code("cannotListen")
    /// A configuration that cannot work.
    public static let invalidConfiguration = Code("invalidConfiguration")
    /// The server ended before it listened.
    public static let ended = Code("ended")
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
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
