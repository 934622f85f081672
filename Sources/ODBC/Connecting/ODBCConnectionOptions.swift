/// How a connection is opened and used.
public struct ODBCConnectionOptions: Sendable {
  /// The longest time to wait for the connection to open; `nil` waits for ever.
  public var loginTimeout: Duration?
  /// The longest time for each execution and each fetch; `nil` waits for ever. Statements can override it.
  public var queryTimeout: Duration?
  /// Whether the session must refuse to write. PostgreSQL and SQLite enforce it; for other databases it is a hint
  /// (`SQL_MODE_READ_ONLY`), so give the account no right to write either.
  public var isReadOnly: Bool
  /// How many rows a batch holds at most.
  public var batchSize: Int
  /// The memory, in bytes, that one array of rows may take in the buffers bound to the driver.
  public var bufferSize: Int

  /// Creates options.
  public init(
    loginTimeout: Duration? = .seconds(15),
    queryTimeout: Duration? = nil,
    isReadOnly: Bool = false,
    batchSize: Int = 1000,
    bufferSize: Int = 1 << 20
  ) {
    self.loginTimeout = loginTimeout
    self.queryTimeout = queryTimeout
    self.isReadOnly = isReadOnly
    self.batchSize = batchSize
    self.bufferSize = bufferSize
  }
}
