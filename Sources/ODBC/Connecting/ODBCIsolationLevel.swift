/// How much a transaction sees of others that run at the same time.
public enum ODBCIsolationLevel: Hashable, Sendable {
  /// Sees what others have not committed yet.
  case readUncommitted
  /// Every statement sees what was committed when it started.
  case readCommitted
  /// Rows read once do not change.
  case repeatableRead
  /// As if transactions ran one after the other.
  case serializable
  /// All statements see one state of the database: PostgreSQL's repeatable read, SQL Server's snapshot (which must be
  /// allowed in the database), SQLite's only level; serialisable elsewhere.
  case snapshot
}
