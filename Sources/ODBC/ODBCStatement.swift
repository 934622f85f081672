/// A prepared statement of a connection.
///
/// One result can be open at a time: executing the statement again closes the one before.
public final class ODBCStatement: Sendable {
  private let connection: ODBCConnection
  private let handle: StatementHandle

  init(connection: ODBCConnection, handle: StatementHandle) {
    self.connection = connection
    self.handle = handle
  }

  deinit { self.connection.releaseLater(self.handle) }

  /// Executes the statement, which returns no rows.
  ///
  /// - Returns: The number of rows changed, for INSERT, UPDATE and DELETE.
  /// - Throws: ``ODBCError``; `CancellationError` if the task is cancelled.
  @discardableResult
  public func execute(_ parameters: [ODBCValue] = [], timeout: Duration? = nil) async throws -> Int {
    try await self.connection.execute(nil, on: self.handle, parameters: parameters, timeout: timeout)
  }

  /// Executes the statement, a query.
  ///
  /// - Throws: ``ODBCError``; `CancellationError` if the task is cancelled.
  public func query(
    _ parameters: [ODBCValue] = [],
    columnTypes: ODBCColumnTypes = .asReported,
    timeout: Duration? = nil
  ) async throws -> ODBCRows {
    try await self.connection.query(
      nil, on: self.handle, parameters: parameters, columnTypes: columnTypes, timeout: timeout, ownsStatement: false
    )
  }

  /// Frees the statement and its result. Without this call that happens when nobody refers to it any more.
  public func close() async { await self.connection.close(self.handle) }
}
