extension ODBCConnection {
  /// Executes a query. Its rows are fetched as they are asked for, in arrays, in constant memory.
  ///
  /// - Parameters:
  ///   - sql: The query, with `?` for parameters.
  ///   - parameters: The values of the parameters. They are bound with their types, never put into the text.
  ///   - columnTypes: The types wanted for columns, where they differ from what the driver reports.
  ///   - timeout: For the execution and for each fetch, instead of ``ODBCConnectionOptions/queryTimeout``.
  /// - Returns: The rows. Their columns are known already.
  /// - Throws: ``ODBCError``; `CancellationError` if the task is cancelled.
  public func query(
    _ sql: String,
    parameters: [ODBCValue] = [],
    columnTypes: ODBCColumnTypes = .asReported,
    timeout: Duration? = nil
  ) async throws -> ODBCRows {
    let statement = try self.handle.allocateStatement()
    do {
      return try await self.query(
        sql, on: statement, parameters: parameters, columnTypes: columnTypes, timeout: timeout, ownsStatement: true
      )
    } catch {
      self.handle.free(statement)
      throw error
    }
  }

  /// Prepares a statement for several executions.
  ///
  /// - Throws: ``ODBCError``; many drivers report errors of the text only when it is executed.
  public func prepare(_ sql: String, timeout: Duration? = nil) async throws -> ODBCStatement {
    let statement = try self.handle.allocateStatement()
    do {
      try await self.run("prepare", on: statement, timeout: timeout ?? self.options.queryTimeout) {
        try statement.prepare(sql)
      }
      return ODBCStatement(connection: self, handle: statement)
    } catch {
      self.handle.free(statement)
      throw error
    }
  }

  func query(
    _ sql: String?,
    on statement: StatementHandle,
    parameters: [ODBCValue],
    columnTypes: ODBCColumnTypes,
    timeout: Duration?,
    ownsStatement: Bool
  ) async throws -> ODBCRows {
    let timeout = timeout ?? self.options.queryTimeout
    let extensions = self.handle.getDataExtensions
    let columns = try await self.run("query", on: statement, timeout: timeout) {
      try statement.setDriverTimeout(timeout)
      _ = try statement.execute(sql, parameters: parameters)
      return try statement.openRows(columnTypes: columnTypes, getDataExtensions: extensions, options: self.options)
    }
    let cursor = Cursor(
      connection: self, statement: statement, generation: statement.generation, timeout: timeout,
      ownsStatement: ownsStatement
    )
    return ODBCRows(columns: columns, cursor: cursor)
  }

  func fetch(_ cursor: Cursor, columns: ODBCColumns) async throws -> ODBCBatch? {
    let statement = cursor.statement
    try cursor.requireOpen()
    let limit = self.options.batchSize
    let batch = try await self.run("fetch", on: statement, timeout: cursor.timeout) {
      try statement.fetch(limit: limit, columns: columns)
    }
    if batch == nil { self.close(cursor) }
    return batch
  }

  func close(_ cursor: Cursor) { cursor.close(self.handle) }

  func close(_ statement: StatementHandle) { self.handle.free(statement) }

  /// Frees a statement that nobody refers to any more.
  nonisolated func releaseLater(_ statement: StatementHandle) {
    let handle = self.handle
    self.later { handle.free(statement) }
  }
}
