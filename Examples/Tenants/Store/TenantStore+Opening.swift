public import ExampleSupport
internal import ODBC

extension TenantStore {
  /// Connects, and makes or updates the tables.
  ///
  /// - Parameters:
  ///   - settings: how the server's user connects.
  ///   - administration: how the administrator connects, who makes the tables and says what the server's user may do;
  ///     `nil` if there is only one user, as on SQLite.
  /// - Throws: `ODBCError`; `SQLDatabaseError` if the database is newer than this program; `ConfigurationProblems` if
  ///   the server's user does not exist.
  public static func open(
    _ settings: SQLDatabase.Settings, administration: SQLDatabase.Settings? = nil
  ) async throws -> TenantStore {
    guard let administration else {
      return TenantStore(database: try await SQLDatabase.open(settings, migrations: Tables.migrations))
    }
    let administrator = try await SQLDatabase.open(administration, migrations: Tables.migrations)
    do {
      try await grant(settings, by: administrator)
      let server = try await SQLDatabase.open(settings, migrations: nil)
      return TenantStore(database: server, administration: administrator)
    } catch {
      await administrator.close()
      throw error
    }
  }

  /// Connects as the server's user only, for programs that neither add nor remove tenants. On PostgreSQL the tables
  /// must be there.
  ///
  /// - Throws: like ``open(_:administration:)``.
  public static func connect(_ settings: SQLDatabase.Settings) async throws -> TenantStore {
    let migrations = settings.dialect == .sqlite ? Tables.migrations : nil
    return TenantStore(database: try await SQLDatabase.open(settings, migrations: migrations))
  }

  /// Closes all connections.
  public func close() async {
    await database.close()
    if hasAdministrator { await administration.close() }
  }

  /// Whether tenants are added and removed as a user of their own.
  public var hasAdministrator: Bool { administration !== database }

  /// Looks whether the administrator can work.
  ///
  /// - Throws: `ODBCError`, `CancellationError`.
  public func pingAdministration() async throws { try await administration.ping() }

  /// Lets the server's user work with all rows, but neither add nor remove tenants.
  private static func grant(_ settings: SQLDatabase.Settings, by administrator: SQLDatabase) async throws {
    guard let name = settings.connectionString.value(for: "Username"),
      name != administrator.settings.connectionString.value(for: "Username")
    else { return }
    let user = "\"\(name.replacing("\"", with: "\"\""))\""
    try await administrator.withConnection { connection in
      try await connection.withTransaction { connection in
        // Two processes that grant at once would be in each other's way.
        if let lock = administrator.settings.dialect.advisoryLock(Tables.lock) {
          _ = try await connection.query(lock).collect()
        }
        let roles = try await connection.query(
          "SELECT rolname FROM pg_roles WHERE rolname = ?", parameters: [.text(name)]
        ).collect()
        if roles.isEmpty {
          throw ConfigurationProblems(list: [
            "DB_USER_SERVER is '\(name)', a user that the database does not have; make it: CREATE ROLE \(user) LOGIN "
              + "PASSWORD '…'"
          ])
        }
        for statement in [
          "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \(user)",
          "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO \(user)",
          "REVOKE INSERT, DELETE ON tenants FROM \(user)",
          "REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM \(user)",
        ] { try await connection.execute(statement) }
      }
    }
  }
}
