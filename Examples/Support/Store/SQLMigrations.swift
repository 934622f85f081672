internal import ODBC

/// Makes and updates the tables. The list is append-only: a migration that has been applied is never changed.
public struct SQLMigrations: Sendable {
  /// One step.
  public struct Migration: Sendable {
    /// Its number, from 1 without gaps.
    public let version: Int
    /// What it makes.
    public let name: String
    /// The statements, with types in braces; see ``SQLDialect/translate(_:)``.
    public let statements: String

    /// Creates a migration.
    public init(version: Int, name: String, statements: String) {
      self.version = version
      self.name = name
      self.statements = statements
    }
  }

  /// The migrations in order.
  public let list: [Migration]
  /// The advisory lock under which processes migrate one after the other.
  private let lock: Int64

  /// Creates a list.
  ///
  /// - Parameter lock: a number of the program's own.
  public init(_ list: [Migration], lock: Int64) {
    self.list = list
    self.lock = lock
  }

  /// Applies what is missing, each migration in a transaction of its own.
  ///
  /// - Throws: `ODBCError`; ``SQLDatabaseError`` if the database is newer than this list.
  func apply(to connection: ODBCConnection, dialect: SQLDialect) async throws {
    try await connection.withTransaction { connection in
      if let lock = dialect.advisoryLock(lock) { _ = try await connection.query(lock).collect() }
      try await connection.execute(
        dialect.translate(
          "CREATE TABLE IF NOT EXISTS schema_migrations "
            + "(version INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL, applied_at {TIME} NOT NULL)"))
    }
    for migration in list {
      try await connection.withTransaction { connection in
        if let lock = dialect.advisoryLock(lock) { _ = try await connection.query(lock).collect() }
        if let statement = dialect.lockStatement { try await connection.execute(statement) }
        guard try await current(connection) < migration.version else { return }
        try await connection.executeScript(dialect.translate(migration.statements))
        try await connection.execute(
          "INSERT INTO schema_migrations (version, name, applied_at) VALUES (?, ?, CURRENT_TIMESTAMP)",
          parameters: [.integer(Int64(migration.version)), .text(migration.name)])
      }
    }
    let version = try await current(connection)
    if let newest = list.last?.version, version > newest {
      throw SQLDatabaseError(
        .newerSchema,
        "the database has schema version \(version), this program knows up to \(newest); deploy a newer program")
    }
  }

  private func current(_ connection: ODBCConnection) async throws -> Int {
    let rows = try await connection.query(
      "SELECT COALESCE(MAX(version), 0) AS version FROM schema_migrations", columnTypes: ["version": .integer]
    ).collect()
    return Int(try rows.first?.integer("version") ?? 0)
  }
}
