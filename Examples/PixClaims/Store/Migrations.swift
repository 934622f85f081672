public import ExampleSupport

/// The tables of the claims in their versions.
enum Migrations {
  static let all: [SQLMigrations.Migration] = [
    .init(version: 1, name: "claims and entries", statements: Tables.claimsAndEntries),
    .init(version: 2, name: "infractions and sync reports", statements: Tables.infractionsAndReports),
    .init(version: 3, name: "audit and events", statements: Tables.auditAndEvents),
  ]
}

/// The database of the claims.
public typealias PixDatabase = SQLDatabase

extension SQLDatabase {
  /// Connects, and makes or updates the tables of the claims.
  ///
  /// - Throws: `ODBCError`; `SQLDatabaseError` if the database is newer than this program.
  public static func open(_ settings: Settings) async throws -> SQLDatabase {
    try await open(settings, migrations: SQLMigrations(Migrations.all, lock: 7_233_001))
  }
}
