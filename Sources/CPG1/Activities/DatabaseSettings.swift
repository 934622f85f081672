public import ODBC

/// How the queries reach their database.
public struct DatabaseSettings: Sendable {
  /// The connection. Printing it never shows a secret.
  public let connectionString: ODBCConnectionString
  /// How much the validation queries see of concurrent changes; by default all see one state of the database.
  public var isolation: ODBCIsolationLevel = .snapshot
  /// How long opening a connection may take.
  public var loginTimeout: Duration = .seconds(15)
  /// How long one statement may take; below the start-to-close timeout of the query activities.
  public var queryTimeout: Duration = .seconds(29 * 60)
  /// The name of the secret that held the connection, for the evidence; nil when none was used.
  public var secretName: String?

  /// Settings for a connection.
  public init(connectionString: ODBCConnectionString) { self.connectionString = connectionString }

  var options: ODBCConnectionOptions {
    ODBCConnectionOptions(loginTimeout: loginTimeout, queryTimeout: queryTimeout, isReadOnly: true, batchSize: 2000)
  }

  /// Connects and executes `SELECT 1`.
  ///
  /// - Parameter timeout: for the connection and for the statement.
  /// - Returns: the driver and the database.
  /// - Throws: `ODBCError`.
  public func check(timeout: Duration) async throws -> ODBCDriverInfo {
    let connection = try await ODBCConnection.connect(
      connectionString,
      options: ODBCConnectionOptions(loginTimeout: timeout, queryTimeout: timeout, isReadOnly: true)
    )
    do {
      _ = try await connection.query("SELECT 1").collect(limit: 1)
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
    return connection.info
  }
}
