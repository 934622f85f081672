internal import CUnixODBC

extension ConnectionHandle {
  /// SQL Server's own attribute and value for snapshot isolation (`SQL_COPT_SS_TXN_ISOLATION`, `SQL_TXN_SS_SNAPSHOT`).
  private static let sqlServerIsolation: (attribute: Int32, snapshot: Int) = (1227, 32)

  /// Turns automatic commits off: the next statement starts a transaction.
  func begin(_ isolation: ODBCIsolationLevel?) throws {
    let raw = try self.requireRaw("SQLSetConnectAttr")
    if let isolation { try self.setIsolation(isolation, raw) }
    try self.check(
      SQLSetConnectAttr(raw, SQL_ATTR_AUTOCOMMIT, UnsafeMutableRawPointer(bitPattern: Int(SQL_AUTOCOMMIT_OFF)), 0),
      "SQLSetConnectAttr"
    )
  }

  /// Ends the transaction and turns automatic commits on again.
  func end(commit: Bool) throws {
    let raw = try self.requireRaw("SQLEndTran")
    let result = SQLEndTran(
      SQLSMALLINT(SQL_HANDLE_DBC), raw, SQLSMALLINT(commit ? SQL_COMMIT : SQL_ROLLBACK)
    )
    try self.check(result, "SQLEndTran", code: .transactionFailed)
    try self.check(
      SQLSetConnectAttr(raw, SQL_ATTR_AUTOCOMMIT, UnsafeMutableRawPointer(bitPattern: Int(SQL_AUTOCOMMIT_ON)), 0),
      "SQLSetConnectAttr",
      code: .transactionFailed
    )
  }

  /// The isolation level in force, to be restored after a transaction; `nil` if the driver has no such attribute.
  func isolationLevel() throws -> Int? {
    guard self.traits.family != .sqlite else { return nil }
    let raw = try self.requireRaw("SQLGetConnectAttr")
    var level: SQLUINTEGER = 0
    try self.check(SQLGetConnectAttr(raw, SQL_ATTR_TXN_ISOLATION, &level, 4, nil), "SQLGetConnectAttr")
    return Int(level)
  }

  func restoreIsolation(_ level: Int) throws {
    let raw = try self.requireRaw("SQLSetConnectAttr")
    try self.check(
      SQLSetConnectAttr(raw, SQL_ATTR_TXN_ISOLATION, UnsafeMutableRawPointer(bitPattern: level), 0),
      "SQLSetConnectAttr"
    )
  }

  private func setIsolation(_ isolation: ODBCIsolationLevel, _ raw: SQLHDBC) throws {
    // Every transaction of SQLite is serialisable and reads one snapshot.
    guard self.traits.family != .sqlite else { return }
    var attribute = SQL_ATTR_TXN_ISOLATION
    var level =
      switch isolation {
      case .readUncommitted: Int(SQL_TXN_READ_UNCOMMITTED)
      case .readCommitted: Int(SQL_TXN_READ_COMMITTED)
      case .repeatableRead, .snapshot: Int(SQL_TXN_REPEATABLE_READ)
      case .serializable: Int(SQL_TXN_SERIALIZABLE)
      }
    if isolation == .snapshot {
      switch self.traits.family {
      case .sqlServer: (attribute, level) = Self.sqlServerIsolation
      case .postgreSQL, .sqlite: break
      case .other: level = Int(SQL_TXN_SERIALIZABLE)
      }
    }
    let result = SQLSetConnectAttr(raw, attribute, UnsafeMutableRawPointer(bitPattern: level), 0)
    try self.check(result, "SQLSetConnectAttr")
  }
}
