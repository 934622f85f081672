internal import Synchronization

/// An open connection to a database.
///
/// The actor's executor is a thread of the connection's own: calls that block run there, never on the cooperative
/// pool. Calls from several tasks run one after the other, and share transactions: give every task that needs a
/// transaction a connection of its own.
///
/// Cancelling a task cancels the operation that it waits for, on the server too, and throws `CancellationError`.
///
/// ```swift
/// let connection = try await ODBCConnection.connect("DRIVER={SQLite3};Database=:memory:;StepAPI=1")
/// let rows = try await connection.query("SELECT id, amount FROM entry WHERE day = ?", parameters: [.date(day)])
/// for try await row in rows { print(try row.integer("id"), try row.decimal("amount")) }
/// await connection.close()
/// ```
public actor ODBCConnection {
  /// What other threads need to know of the connection.
  private struct Activity {
    var operation: RunningOperation?
    var isClosing = false
  }

  /// The driver and the database.
  public nonisolated let info: ODBCDriverInfo
  /// The options that the connection was opened with.
  public nonisolated let options: ODBCConnectionOptions

  private nonisolated let thread: ConnectionThread
  private nonisolated let activity = Mutex(Activity())
  let handle: ConnectionHandle
  var isInTransaction = false

  /// The thread of the connection.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { self.thread.asUnownedSerialExecutor() }

  private init(handle: ConnectionHandle, thread: ConnectionThread, options: ODBCConnectionOptions) {
    self.handle = handle
    self.info = handle.info
    self.thread = thread
    self.options = options
  }

  deinit { self.thread.finish { [handle] in handle.close() } }

  /// Opens a connection.
  ///
  /// - Throws: ``ODBCError``: ``ODBCError/Code/driverMissing`` if the driver or data source is not installed,
  ///   ``ODBCError/Code/timeout`` after the login timeout, ``ODBCError/Code/connectionFailed`` if the driver or the
  ///   server refuses. `CancellationError` if the task is cancelled.
  public static func connect(
    _ string: ODBCConnectionString,
    options: ODBCConnectionOptions = .init()
  ) async throws -> ODBCConnection {
    let thread = try ConnectionThread()
    do {
      let handle = try await ConnectionOpening.open(string, options: options, on: thread)
      return ODBCConnection(handle: handle, thread: thread, options: options)
    } catch {
      thread.finish {}
      throw error
    }
  }

  /// Opens a connection from the text of a connection string.
  ///
  /// - Throws: As ``connect(_:options:)-(ODBCConnectionString,_)``, and ``ODBCError/Code/invalidConnectionString``.
  public static func connect(
    _ string: String,
    options: ODBCConnectionOptions = .init()
  ) async throws -> ODBCConnection {
    try await self.connect(ODBCConnectionString(string), options: options)
  }

  /// Closes the connection; a transaction that is open is rolled back. An operation that still runs is cancelled, and
  /// later calls throw ``ODBCError/Code/closed``. A connection that nobody refers to any more closes itself.
  public nonisolated func close() async {
    let operation = self.activity.withLock { activity in
      activity.isClosing = true
      return activity.operation
    }
    operation?.cancel(.request)
    await self.closeHandle()
  }

  private func closeHandle() { self.handle.close() }

  /// Cancels the operation that runs at this moment, from any task; it then throws ``ODBCError/Code/cancelled``.
  public nonisolated func cancelRunningOperation() {
    self.activity.withLock { $0.operation }?.cancel(.request)
  }

  /// Runs `body` on the connection's thread later; for clean-up by objects that go away.
  nonisolated func later(_ body: @escaping @Sendable () -> Void) { self.thread.run(body) }

  /// Runs blocking calls for a statement so that a timeout or the cancellation of the task ends them.
  func run<Success: Sendable>(
    _ name: String,
    on statement: StatementHandle,
    timeout: Duration?,
    _ body: () throws -> Success
  ) async throws -> Success {
    try Task.checkCancellation()
    let operation = RunningOperation(target: self.handle.idleStatement ?? statement)
    let timer = timeout.map { timeout in
      Task {
        // A cancelled timer is one that is no longer needed.
        guard (try? await Task.sleep(for: timeout)) != nil else { return }
        operation.cancel(.timeout)
      }
    }
    defer { timer?.cancel() }
    let isClosing = self.activity.withLock { activity in
      activity.operation = operation
      return activity.isClosing
    }
    if isClosing { throw ODBCError.closedConnection(name) }
    let (result, cause) = await withTaskCancellationHandler {
      self.perform(operation, body)
    } onCancel: {
      operation.cancel(.task)
    }
    self.activity.withLock { $0.operation = nil }
    switch (result, cause) {
    case (.success(let value), _): return value
    case (.failure(let error), nil): throw error
    case (let result, let cause?): throw Self.cancellationError(cause, name: name, timeout: timeout, result: result)
    case (nil, nil): throw CancellationError()
    }
  }

  /// A method of the actor, and not just a call in the closure above: only that makes sure that the thread is the
  /// connection's.
  private func perform<Success>(
    _ operation: RunningOperation,
    _ body: () throws -> Success
  ) -> (result: Result<Success, any Error>?, cause: RunningOperation.Cause?) {
    self.assertIsolated()
    return operation.perform(body)
  }

  private static func cancellationError<Success>(
    _ cause: RunningOperation.Cause,
    name: String,
    timeout: Duration?,
    result: Result<Success, any Error>?
  ) -> any Error {
    var driverError: (any Error)?
    if case .failure(let error) = result { driverError = error }
    switch cause {
    case .task:
      return CancellationError()
    case .timeout:
      let limit = timeout.map { "\($0)" } ?? "its time limit"
      return ODBCError(
        code: .timeout, operation: name, message: "The operation did not end within \(limit) and was cancelled.",
        cause: driverError
      )
    case .request:
      return ODBCError(
        code: .cancelled, operation: name, message: "The operation was cancelled.", cause: driverError
      )
    }
  }
}
