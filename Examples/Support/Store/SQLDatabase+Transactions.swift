internal import ODBC

extension SQLDatabase {
  /// Runs a transaction that changes something.
  public func change<Result>(
    _ origin: ChangeOrigin, _ body: (SQLTransaction) async throws -> Result
  ) async throws -> Result {
    try await withConnection { connection in
      try await connection.withTransaction { connection in
        if let statement = settings.dialect.lockStatement { try await connection.execute(statement) }
        return try await body(SQLTransaction(connection: connection, dialect: settings.dialect, origin: origin))
      }
    }
  }

  /// Reads, without a transaction.
  public func read<Result>(_ body: (SQLTransaction) async throws -> Result) async throws -> Result {
    let origin = ChangeOrigin(now: Moment(microseconds: 0), actor: "")
    return try await withConnection { connection in
      try await body(SQLTransaction(connection: connection, dialect: settings.dialect, origin: origin))
    }
  }
}
