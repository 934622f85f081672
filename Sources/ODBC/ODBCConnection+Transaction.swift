extension ODBCConnection {
  /// Runs `body` in a transaction: commits when it returns, rolls back when it throws.
  ///
  /// The transaction is the connection's: statements that other tasks execute on it meanwhile belong to it too.
  ///
  /// - Parameters:
  ///   - isolation: The isolation level; `nil` for the connection's own.
  ///   - body: The work. It must read the rows that it wants before it returns.
  /// - Throws: What `body` throws; ``ODBCError`` with code ``ODBCError/Code/transactionFailed`` if the commit or
  ///   the rollback fails, with the error of `body` as its cause.
  @discardableResult
  public nonisolated func withTransaction<Result>(
    isolation: ODBCIsolationLevel? = nil,
    _ body: (ODBCConnection) async throws -> Result
  ) async throws -> Result {
    let level = try await self.beginTransaction(isolation)
    let result: Result
    do {
      result = try await body(self)
      try Task.checkCancellation()
    } catch {
      try await self.rollBack(after: error, restoring: level)
      throw error
    }
    try await self.commit(restoring: level)
    return result
  }

  /// - Returns: The isolation level to restore afterwards.
  private func beginTransaction(_ isolation: ODBCIsolationLevel?) throws -> Int? {
    if self.isInTransaction {
      throw ODBCError(
        code: .invalidArgument,
        operation: "withTransaction",
        message: "The connection is in a transaction already, and ODBC has no nested ones. Use a second connection."
      )
    }
    let level = isolation == nil ? nil : try self.handle.isolationLevel()
    try self.handle.begin(isolation)
    self.isInTransaction = true
    return level
  }

  private func commit(restoring level: Int?) throws {
    do {
      try self.handle.end(commit: true)
    } catch {
      // The server may or may not have committed; what it has not is undone here.
      try self.rollBack(after: error, restoring: level)
      throw error
    }
    self.isInTransaction = false
    if let level { try self.handle.restoreIsolation(level) }
  }

  private func rollBack(after failure: any Error, restoring level: Int?) throws {
    self.isInTransaction = false
    do {
      try self.handle.end(commit: false)
      if let level { try self.handle.restoreIsolation(level) }
    } catch {
      throw ODBCError.rollbackFailed(error, after: failure)
    }
  }
}

extension ODBCError {
  /// The error of a rollback, with the error that had led to it as its cause.
  static func rollbackFailed(_ error: any Error, after failure: any Error) -> ODBCError {
    ODBCError(
      code: .transactionFailed,
      operation: "rollback",
      message: "The rollback failed: \(error). Close the connection; the server then undoes the transaction.",
      diagnostics: (error as? ODBCError)?.diagnostics ?? [],
      cause: failure
    )
  }
}
