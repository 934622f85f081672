/// One diagnostic record of the driver manager, the driver or the server.
public struct ODBCDiagnostic: Hashable, Sendable, CustomStringConvertible {
  /// The five characters of SQLSTATE, such as `42P01`.
  public var sqlState: String
  /// The code of the driver or server, such as SQL Server's message number.
  public var nativeCode: Int
  /// The text, without secrets of the connection string.
  public var message: String

  /// Creates a record.
  public init(sqlState: String, nativeCode: Int, message: String) {
    self.sqlState = sqlState
    self.nativeCode = nativeCode
    self.message = message
  }

  /// `[SQLSTATE] message (native code)`.
  public var description: String { "[\(self.sqlState)] \(self.message) (\(self.nativeCode))" }
}
