internal import CUnixODBC

/// An ODBC statement.
///
/// `@unchecked Sendable`: `raw` and the bound memory are used on the thread of the connection only, which runs one
/// thing at a time. The exception is ``cancel()``, which reads `raw` on another thread; ODBC allows `SQLCancel` there,
/// and ``RunningOperation`` ensures that the handle is neither freed nor replaced meanwhile.
final class StatementHandle: @unchecked Sendable {
  private(set) var raw: SQLHSTMT?
  let traits: DriverTraits
  let redactor: Redactor
  /// Counts executions, so that a result notices that its statement was executed again.
  private(set) var generation = 0
  /// Memory that the driver reads parameters from.
  private var parameters: ParameterBuffers?
  /// Memory that the driver writes rows to.
  var rows: RowBuffers?
  private var queryTimeoutSeconds = 0
  /// The text that is prepared.
  private var prepared: String?

  init(connection: SQLHDBC, traits: DriverTraits, redactor: Redactor) throws {
    var handle: SQLHANDLE?
    let result = SQLAllocHandle(SQLSMALLINT(SQL_HANDLE_STMT), connection, &handle)
    guard succeeded(result), let handle else {
      throw DiagnosticReader.error(
        .connection(connection), operation: "SQLAllocHandle", traits: traits, redactor: redactor
      )
    }
    self.raw = handle
    self.traits = traits
    self.redactor = redactor
  }

  /// Frees the handle and what is bound to it. Later calls throw ``ODBCError/Code/closed``.
  func free() {
    guard let raw else { return }
    self.raw = nil
    self.generation += 1
    SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_STMT), raw)
    self.rows = nil
    self.parameters = nil
    self.prepared = nil
  }

  func requireRaw(_ operation: String) throws -> SQLHSTMT {
    guard let raw else {
      throw ODBCError(
        code: .closed,
        operation: operation,
        message: "The connection or the statement is closed. Open a new one."
      )
    }
    return raw
  }

  /// Asks the driver to end what runs on the connection. Failures are of no interest: the operation then ends itself.
  func cancel() {
    if let raw { SQLCancel(raw) }
  }

  func error(_ operation: String, code: ODBCError.Code = .statementFailed) -> ODBCError {
    guard let raw else { return ODBCError(code: .closed, operation: operation, message: "The statement is closed.") }
    return DiagnosticReader.error(
      .statement(raw), operation: operation, code: code, traits: self.traits, redactor: self.redactor
    )
  }

  func check(_ result: SQLRETURN, _ operation: String) throws {
    if !succeeded(result) { throw self.error(operation) }
  }

  /// Tells the driver the timeout too, one second later than ours: it is the second line of defence, for when
  /// `SQLCancel` does not get through. Drivers may refuse it.
  func setDriverTimeout(_ timeout: Duration?) throws {
    let seconds = timeout.map { $0.wholeSeconds + 1 } ?? 0
    guard seconds != self.queryTimeoutSeconds else { return }
    let raw = try self.requireRaw("SQLSetStmtAttr")
    SQLSetStmtAttr(raw, SQL_ATTR_QUERY_TIMEOUT, UnsafeMutableRawPointer(bitPattern: seconds), 0)
    self.queryTimeoutSeconds = seconds
  }

  func prepare(_ sql: String) throws {
    let raw = try self.requireRaw("SQLPrepare")
    let result =
      switch self.traits.encoding {
      case .utf8: withNarrowText(sql) { SQLPrepare(raw, $0, $1) }
      case .utf16: withWideText(sql) { SQLPrepareW(raw, $0, $1) }
      }
    try self.check(result, "SQLPrepare")
    self.prepared = sql
  }

  /// Executes the statement: `sql` directly, or what was prepared if `sql` is `nil`.
  ///
  /// - Returns: The number of rows changed by the first result; -1 if the driver does not know.
  func execute(_ sql: String?, parameters values: [ODBCValue]) throws -> Int {
    let raw = try self.requireRaw("SQLExecute")
    try self.closeCursor()
    self.generation += 1
    if let sql, !values.isEmpty { try self.prepare(sql) }
    try self.bind(values, to: raw)
    let result: SQLRETURN
    if let sql, values.isEmpty {
      switch self.traits.encoding {
      case .utf8: result = withNarrowText(sql) { SQLExecDirect(raw, $0, $1) }
      case .utf16: result = withWideText(sql) { SQLExecDirectW(raw, $0, $1) }
      }
    } else {
      result = SQLExecute(raw)
    }
    // Drivers answer NO_DATA when no row was changed.
    if result == SQL_NO_DATA { return 0 }
    try self.check(result, sql != nil && values.isEmpty ? "SQLExecDirect" : "SQLExecute")
    return try self.rowCount()
  }

  func rowCount() throws -> Int {
    var count: SQLLEN = 0
    try self.check(SQLRowCount(try self.requireRaw("SQLRowCount"), &count), "SQLRowCount")
    return Int(count)
  }

  func columnCount() throws -> Int {
    var count: SQLSMALLINT = 0
    try self.check(SQLNumResultCols(try self.requireRaw("SQLNumResultCols"), &count), "SQLNumResultCols")
    return Int(count)
  }

  /// Goes to the next result of a batch or procedure; `false` if there is none.
  func nextResult() throws -> Bool {
    let result = SQLMoreResults(try self.requireRaw("SQLMoreResults"))
    if result == SQL_NO_DATA { return false }
    try self.check(result, "SQLMoreResults")
    return true
  }

  /// Closes the open result, if any, and unbinds the memory for its rows.
  func closeCursor() throws {
    let raw = try self.requireRaw("SQLFreeStmt")
    try self.check(SQLFreeStmt(raw, SQLUSMALLINT(SQL_CLOSE)), "SQLFreeStmt")
    if self.rows != nil {
      try self.check(SQLFreeStmt(raw, SQLUSMALLINT(SQL_UNBIND)), "SQLFreeStmt")
      SQLSetStmtAttr(raw, SQL_ATTR_ROWS_FETCHED_PTR, nil, 0)
      SQLSetStmtAttr(raw, SQL_ATTR_ROW_STATUS_PTR, nil, 0)
      self.rows = nil
      if self.traits.mustPrepareAfterRows, let prepared { try self.prepare(prepared) }
    }
  }

  private func bind(_ values: [ODBCValue], to raw: SQLHSTMT) throws {
    if self.parameters != nil {
      try self.check(SQLFreeStmt(raw, SQLUSMALLINT(SQL_RESET_PARAMS)), "SQLFreeStmt")
      self.parameters = nil
    }
    guard !values.isEmpty else { return }
    var expected: SQLSMALLINT = 0
    // A driver that cannot count the markers reports a wrong number of parameters itself.
    if succeeded(SQLNumParams(raw, &expected)), Int(expected) != values.count {
      throw ODBCError(
        code: .invalidArgument,
        operation: "SQLBindParameter",
        message: "The statement has \(expected) parameter markers (?), but \(values.count) values were given."
      )
    }
    let buffers = try ParameterBuffers(values, traits: self.traits)
    try buffers.bind(to: raw) { try self.check($0, "SQLBindParameter") }
    self.parameters = buffers
  }
}

/// Passes UTF-8 text and its length to a narrow ODBC call.
private func withNarrowText(
  _ text: String,
  _ body: (UnsafeMutablePointer<SQLCHAR>?, SQLINTEGER) -> SQLRETURN
) -> SQLRETURN {
  var bytes = Array(text.utf8)
  let count = bytes.count
  bytes.append(0)
  return bytes.withUnsafeMutableBufferPointer { body($0.baseAddress, SQLINTEGER(clamping: count)) }
}

/// Passes UTF-16 text and its length, in code units, to a wide ODBC call.
private func withWideText(
  _ text: String,
  _ body: (UnsafeMutablePointer<SQLWCHAR>?, SQLINTEGER) -> SQLRETURN
) -> SQLRETURN {
  var units = Array(text.utf16)
  let count = units.count
  units.append(0)
  return units.withUnsafeMutableBufferPointer { body($0.baseAddress, SQLINTEGER(clamping: count)) }
}
