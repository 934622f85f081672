/// A failure of a database operation.
///
/// The message and the diagnostics never hold a secret of the connection string: what the driver says is searched
/// for those secrets first.
public struct ODBCError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure this is. New codes may be added; handle unknown ones like ``Code/statementFailed``.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The name of the code.
    public let description: String

    private init(_ description: String) { self.description = description }

    /// The connection string cannot be parsed or lacks something.
    public static let invalidConnectionString = Code("invalidConnectionString")
    /// The driver, or the data source, that the connection string names is not installed.
    public static let driverMissing = Code("driverMissing")
    /// The connection could not be opened.
    public static let connectionFailed = Code("connectionFailed")
    /// The driver or the server rejected or aborted an operation; see ``ODBCError/diagnostics``.
    public static let statementFailed = Code("statementFailed")
    /// A commit or rollback failed: the outcome of the transaction must be looked up in the database.
    public static let transactionFailed = Code("transactionFailed")
    /// The login or query timeout of the options passed.
    public static let timeout = Code("timeout")
    /// ``ODBCConnection/cancelRunningOperation()`` ended the operation (SQLSTATE HY008).
    public static let cancelled = Code("cancelled")
    /// A value cannot be represented exactly in the type that was asked for.
    public static let conversionFailed = Code("conversionFailed")
    /// The caller asked for something that cannot be done; the message says what to do instead.
    public static let invalidArgument = Code("invalidArgument")
    /// The connection, the statement or the result was closed before.
    public static let closed = Code("closed")
    /// The operating system or the driver manager has no more threads, memory or handles.
    public static let resourceExhausted = Code("resourceExhausted")
  }

  /// What kind of failure this is.
  public var code: Code
  /// What was being done: the name of the ODBC function or of the operation.
  public var operation: String
  /// What happened, and the remedy where one is known.
  public var message: String
  /// What the driver reported, most important record first; empty if the failure did not come from the driver.
  public var diagnostics: [ODBCDiagnostic]
  /// The error that led to this one, such as the one that made a transaction roll back.
  public var cause: (any Error)?

  /// Whether the driver of the connection reports lock contention under states of its own (SQLite's HY000).
  var isDriverBusy = false

  init(
    code: Code,
    operation: String,
    message: String,
    diagnostics: [ODBCDiagnostic] = [],
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.operation = operation
    self.message = message
    self.diagnostics = diagnostics
    self.cause = cause
  }

  static func closedConnection(_ operation: String) -> ODBCError {
    ODBCError(code: .closed, operation: operation, message: "The connection is closed. Open a new one.")
  }

  /// The SQLSTATE of the first diagnostic record, or the one ODBC defines for the code.
  public var sqlState: String? {
    if let first = self.diagnostics.first { return first.sqlState }
    switch self.code {
    case .timeout: return "HYT00"
    case .cancelled: return "HY008"
    default: return nil
    }
  }

  /// The driver's own code of the first diagnostic record.
  public var nativeCode: Int? { self.diagnostics.first?.nativeCode }

  /// Whether the connection could not be opened or is lost: class 08, or the server is shutting down or starting
  /// (PostgreSQL's 57P01, 57P02 and 57P03). The connection must be opened again.
  public var isConnectionFailure: Bool {
    if self.code == .connectionFailed, self.diagnostics.isEmpty { return true }
    return self.diagnostics.contains {
      $0.sqlState.hasPrefix("08") || ["57P01", "57P02", "57P03"].contains($0.sqlState)
    }
  }

  /// Whether the same operation may succeed when it is tried again: connection failures, timeouts (HYT00, HYT01),
  /// deadlocks and serialisation failures (40001, PostgreSQL's 40P01, SQLite's busy and locked).
  public var isTransient: Bool {
    if self.isConnectionFailure || self.code == .timeout || self.isDriverBusy { return true }
    return self.diagnostics.contains { ["HYT00", "HYT01", "40001", "40P01"].contains($0.sqlState) }
  }

  /// Code, operation, message and all diagnostic records.
  public var description: String {
    var text = "\(self.operation): \(self.message) (\(self.code.description))"
    for diagnostic in self.diagnostics { text += "\n  \(diagnostic)" }
    if let cause { text += "\n  caused by: \(cause)" }
    return text
  }
}
