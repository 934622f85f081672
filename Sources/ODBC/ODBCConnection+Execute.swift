extension ODBCConnection {
  /// Executes one statement that returns no rows. All results of a batch or procedure are gone through, so that an
  /// error in a later one is thrown.
  ///
  /// - Parameters:
  ///   - sql: The statement, with `?` for parameters.
  ///   - parameters: The values of the parameters. They are bound with their types, never put into the text.
  ///   - timeout: Instead of the connection's ``ODBCConnectionOptions/queryTimeout``.
  /// - Returns: The number of rows changed, for INSERT, UPDATE and DELETE; meaningless for other statements.
  /// - Throws: ``ODBCError``; `CancellationError` if the task is cancelled.
  @discardableResult
  public func execute(
    _ sql: String,
    parameters: [ODBCValue] = [],
    timeout: Duration? = nil
  ) async throws -> Int {
    let statement = try self.handle.allocateStatement()
    defer { self.handle.free(statement) }
    return try await self.execute(sql, on: statement, parameters: parameters, timeout: timeout)
  }

  /// Executes the statements of a script one after the other; see ``SQLScript``.
  ///
  /// The script may have its own `BEGIN` and `COMMIT`. If a statement fails the rest is not executed, and a
  /// transaction that the script has begun is rolled back.
  ///
  /// - Returns: The number of statements.
  /// - Throws: ``ODBCError``, whose message names the statement; `CancellationError` if the task is cancelled.
  @discardableResult
  public func executeScript(_ script: String, timeout: Duration? = nil) async throws -> Int {
    let statements = try SQLScript.statements(of: script)
    var hasBegun = false
    for (index, sql) in statements.enumerated() {
      do {
        try await self.execute(sql, timeout: timeout)
        if SQLScript.beginsTransaction(sql) { hasBegun = true }
        if SQLScript.endsTransaction(sql) { hasBegun = false }
      } catch {
        var failure = error
        if var odbc = error as? ODBCError {
          odbc.message = "Statement \(index + 1) of \(statements.count) in the script: \(odbc.message)"
          failure = odbc
        }
        if hasBegun { try self.rollBackScript(after: failure) }
        throw failure
      }
    }
    return statements.count
  }

  /// Synchronous, so that it also runs when the task is cancelled.
  private func rollBackScript(after failure: any Error) throws {
    do {
      let statement = try self.handle.allocateStatement()
      defer { self.handle.free(statement) }
      _ = try statement.execute("ROLLBACK", parameters: [])
    } catch {
      throw ODBCError.rollbackFailed(error, after: failure)
    }
  }

  func execute(
    _ sql: String?,
    on statement: StatementHandle,
    parameters: [ODBCValue],
    timeout: Duration?
  ) async throws -> Int {
    let timeout = timeout ?? self.options.queryTimeout
    return try await self.run("execute", on: statement, timeout: timeout) {
      try statement.setDriverTimeout(timeout)
      var changed = max(0, try statement.execute(sql, parameters: parameters))
      while try statement.nextResult() { changed += max(0, try statement.rowCount()) }
      try statement.closeCursor()
      return changed
    }
  }
}
