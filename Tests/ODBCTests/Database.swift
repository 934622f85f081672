internal import ODBC
internal import TestSupport
internal import Testing

/// The databases that the tests run on.
enum Database: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqlite, postgreSQL
  /// Without cursors: the driver binds parameters and fetches in ways of their own.
  case postgreSQLWithoutCursor

  var testDescription: String { self.rawValue }

  func connectionString() async throws -> ODBCConnectionString {
    switch self {
    case .sqlite:
      return try .sqlite(path: ":memory:")
    case .postgreSQL, .postgreSQLWithoutCursor:
      let server = try await PostgresServer.shared()
      return try .postgreSQL(
        server: server.host, port: server.port, database: server.database, user: server.user, password: server.password,
        fetchSize: self == .postgreSQL ? 1000 : nil
      )
    }
  }

  /// Opens a connection, runs `body` and closes the connection.
  @discardableResult
  func withConnection<Result>(
    _ options: ODBCConnectionOptions = .init(),
    _ body: (ODBCConnection) async throws -> Result
  ) async throws -> Result {
    let connection = try await ODBCConnection.connect(await self.connectionString(), options: options)
    do {
      let result = try await body(connection)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }

  /// The type for bytes.
  var binaryType: String { self == .sqlite ? "BLOB" : "BYTEA" }
}
