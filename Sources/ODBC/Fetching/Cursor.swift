internal import Synchronization

/// The open result of a statement.
final class Cursor: Sendable {
  let connection: ODBCConnection
  let statement: StatementHandle
  let timeout: Duration?
  /// The execution of the statement that this is the result of.
  private let generation: Int
  private let ownsStatement: Bool
  private let isTaken = Mutex(false)

  init(
    connection: ODBCConnection,
    statement: StatementHandle,
    generation: Int,
    timeout: Duration?,
    ownsStatement: Bool
  ) {
    self.connection = connection
    self.statement = statement
    self.generation = generation
    self.timeout = timeout
    self.ownsStatement = ownsStatement
  }

  deinit {
    if self.ownsStatement {
      self.connection.releaseLater(self.statement)
    } else {
      let (statement, generation) = (self.statement, self.generation)
      self.connection.later { Self.close(statement, generation: generation) }
    }
  }

  /// Reserves the rows for the one who asks first: there is one pass over a result.
  func take() -> Bool {
    self.isTaken.withLock { isTaken in
      defer { isTaken = true }
      return !isTaken
    }
  }

  /// On the connection's thread.
  func requireOpen() throws {
    if self.statement.raw != nil, self.statement.generation == self.generation { return }
    throw ODBCError(
      code: .closed,
      operation: "fetch",
      message: "The result is closed: its connection or statement was closed, or the statement executed again."
    )
  }

  /// On the connection's thread.
  func close(_ handle: ConnectionHandle) {
    if self.ownsStatement {
      handle.free(self.statement)
    } else {
      Self.close(self.statement, generation: self.generation)
    }
  }

  private static func close(_ statement: StatementHandle, generation: Int) {
    guard statement.raw != nil, statement.generation == generation else { return }
    // If the driver cannot close a cursor, the next execution reports it.
    try? statement.closeCursor()
  }
}
