public import ODBC

/// What differs between the databases.
public enum SQLDialect: String, Hashable, Sendable {
  /// SQLite, in a file or in memory.
  case sqlite
  /// PostgreSQL.
  case postgreSQL

  /// Replaces the types in a migration.
  public func translate(_ ddl: String) -> String {
    let types: [(String, String)] =
      switch self {
      case .sqlite:
        [
          ("{UUID}", "CHAR(36)"), ("{TIME}", "TIMESTAMP"), ("{JSON}", "TEXT"), ("{BOOL}", "INTEGER"),
          ("{TEXTS}", "TEXT"), ("{SEQUENCE}", ""), ("{FALSE}", "0"),
        ]
      case .postgreSQL:
        [
          ("{UUID}", "UUID"), ("{TIME}", "TIMESTAMPTZ"), ("{JSON}", "JSONB"), ("{BOOL}", "BOOLEAN"),
          ("{TEXTS}", "TEXT[]"), ("{SEQUENCE}", "sequence BIGINT GENERATED ALWAYS AS IDENTITY,"), ("{FALSE}", "FALSE"),
        ]
      }
    return types.reduce(ddl) { text, type in text.replacing(type.0, with: type.1) }
  }

  /// Executed on every connection before it is used.
  public var sessionStatements: [String] {
    switch self {
    case .sqlite: ["PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"]
    // ODBC knows no zones: all times are UTC.
    case .postgreSQL: ["SET TIME ZONE 'UTC'"]
    }
  }

  /// Appended to a query whose rows are about to be changed.
  public var lockSuffix: String { self == .postgreSQL ? " FOR UPDATE" : "" }

  /// Executed first in every transaction that writes. SQLite's transactions begin without a lock; one that has read
  /// could then not write any more after another process wrote.
  public var lockStatement: String? {
    self == .sqlite ? "UPDATE schema_migrations SET name = name WHERE version < 0" : nil
  }

  /// The order in which events were recorded.
  public var eventOrder: String { self == .sqlite ? "rowid" : "sequence" }

  /// Holds off other processes until the end of the transaction. SQLite's write lock has done that.
  public func advisoryLock(_ number: Int64) -> String? {
    self == .postgreSQL ? "SELECT CAST(pg_advisory_xact_lock(\(number)) AS TEXT)" : nil
  }

  /// A truth value as the database keeps it.
  public func boolean(_ value: Bool) -> ODBCValue { self == .sqlite ? .integer(value ? 1 : 0) : .boolean(value) }
}
