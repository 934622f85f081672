/// An error of the C-PG-1 domain: what went wrong, on which thing, and what to do about it.
public struct CPG1Error: Error, Sendable, CustomStringConvertible {
  /// The kind of failure. New codes may be added in later versions.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// Stable text form, suited to logs and to error types of an activity.
    public let rawValue: String
    init(_ rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    /// A run parameter is missing, empty or not of its form.
    public static let invalidParameter = Code("InvalidParameter")
    /// A catalog item is unknown or a catalog file is missing or wrong.
    public static let invalidCatalog = Code("InvalidCatalog")
    /// A query cannot be bound to its parameters.
    public static let invalidBinding = Code("InvalidBinding")
    /// A file or a cell is not of the form that its format demands.
    public static let invalidData = Code("InvalidData")
    /// A table lacks a column that a rule needs, or a required table is absent.
    public static let missingColumn = Code("MissingColumn")
    /// An exact figure does not fit into 38 digits.
    public static let arithmeticOverflow = Code("ArithmeticOverflow")
    /// Evidence could not be written or read.
    public static let evidence = Code("EvidenceFailure")
    /// Evidence was read and is not what was written.
    public static let evidenceMismatch = Code("EvidenceMismatch")
  }

  /// The kind of failure.
  public let code: Code
  /// The thing that is wrong, named, and the remedy.
  public let message: String
  /// The error below this one, if any.
  public let cause: (any Error)?

  /// Creates an error.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  public var description: String {
    if let cause { return "\(code): \(message) (cause: \(cause))" }
    return "\(code): \(message)"
  }
}
