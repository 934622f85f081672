/// Why a database cannot be used, besides what the driver says.
public struct SQLDatabaseError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong. New codes may be added.
  public struct Code: Hashable, Sendable {
    private let name: String

    private init(_ name: String) { self.name = name }

    /// The pool is closed.
    public static let closed = Code("closed")
    /// The tables are those of a newer program.
    public static let newerSchema = Code("newerSchema")
    /// A column holds what the program does not know.
    public static let unexpectedValue = Code("unexpectedValue")
  }

  /// What is wrong.
  public let code: Code
  /// Why, and what helps.
  public let message: String

  /// Creates an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
