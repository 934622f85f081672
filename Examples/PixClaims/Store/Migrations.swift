internal import ODBC

/// Makes and updates the tables. The list is append-only: a migration that has been applied is never changed.
enum Migrations {
  struct Migration: Sendable {
    let version: Int
    let name: String
    let statements: String
  }

  /// The advisory lock under which processes migrate one after the other.
  private static let lock: Int64 = 7_233_001

  static let all = [
    Migration(version: 1, name: "claims and entries", statements: Tables.claimsAndEntries),
    Migration(version: 2, name: "infractions and sync reports", statements: Tables.infractionsAndReports),
    Migration(version: 3, name: "audit and events", statements: Tables.auditAndEvents),
  ]

  /// Applies what is missing, each migration in a transaction of its own.
  ///
  /// - Throws: `ODBCError`; ``PixError`` if the database is newer than this list.
  static func apply(to connection: ODBCConnection, dialect: SQLDialect) async throws {
    try await connection.withTransaction { connection in
      if let lock = dialect.advisoryLock(lock) { _ = try await connection.query(lock).collect() }
      try await connection.execute(
        dialect.translate(
          "CREATE TABLE IF NOT EXISTS schema_migrations "
            + "(version INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL, applied_at {TIME} NOT NULL)"))
    }
    for migration in all {
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
    if let newest = all.last?.version, version > newest {
      throw PixError(
        .invalidState,
        "the database has schema version \(version), this program knows up to \(newest); deploy a newer program")
    }
  }

  private static func current(_ connection: ODBCConnection) async throws -> Int {
    let rows = try await connection.query(
      "SELECT COALESCE(MAX(version), 0) AS version FROM schema_migrations", columnTypes: ["version": .integer]
    ).collect()
    return Int(try rows.first?.integer("version") ?? 0)
  }
}
