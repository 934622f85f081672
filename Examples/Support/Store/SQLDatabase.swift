public import ODBC
internal import Synchronization

/// The database of an example: a bounded pool of connections, on PostgreSQL or on SQLite.
public final class SQLDatabase: Sendable {
  /// How the database is reached.
  public struct Settings: Sendable {
    /// The connection; printing it shows no secret.
    public var connectionString: ODBCConnectionString
    /// What it speaks.
    public var dialect: SQLDialect
    /// The most connections. SQLite always has one: its transactions would only get in each other's way.
    public var maximumConnections: Int
    /// The connections that are opened at once and kept.
    public var minimumConnections: Int
    /// How long one statement may take.
    public var statementTimeout: Duration = .seconds(20)
    /// How long opening a connection may take.
    public var loginTimeout: Duration = .seconds(10)

    /// Creates settings.
    public init(
      connectionString: ODBCConnectionString, dialect: SQLDialect, maximumConnections: Int = 25,
      minimumConnections: Int = 5
    ) {
      self.connectionString = connectionString
      self.dialect = dialect
      self.maximumConnections = dialect == .sqlite ? 1 : max(1, maximumConnections)
      self.minimumConnections = min(max(1, minimumConnections), self.maximumConnections)
    }

    /// An SQLite database in a file, or in memory with `:memory:`.
    ///
    /// - Throws: `ODBCError` for a path that the driver cannot take.
    public static func sqlite(path: String) throws -> Settings {
      Settings(connectionString: try .sqlite(path: path), dialect: .sqlite)
    }
  }

  private struct State {
    var idle: [ODBCConnection] = []
    var isClosed = false
  }

  /// How the database is reached.
  public let settings: Settings
  private let permits: Semaphore
  private let state = Mutex(State())

  private init(_ settings: Settings) {
    self.settings = settings
    permits = Semaphore(permits: settings.maximumConnections)
  }

  /// Connects, and makes or updates the tables.
  ///
  /// - Parameter migrations: the tables; `nil` leaves them as they are.
  /// - Throws: `ODBCError`; ``SQLDatabaseError`` if the database is newer than this program.
  public static func open(_ settings: Settings, migrations: SQLMigrations?) async throws -> SQLDatabase {
    let database = SQLDatabase(settings)
    do {
      try await database.withConnection { try await migrations?.apply(to: $0, dialect: settings.dialect) }
      for _ in 1..<settings.minimumConnections {
        let connection = try await database.connect()
        database.keep(connection)
      }
    } catch {
      await database.close()
      throw error
    }
    return database
  }

  /// Connects, acquires and selects: everything that work needs.
  ///
  /// - Throws: `ODBCError`, `CancellationError`.
  public func ping() async throws {
    try await withConnection { connection in
      _ = try await connection.query("SELECT 1", timeout: .seconds(5)).collect(limit: 1)
    }
  }

  /// Closes the connections that nobody uses; the others close when they are given back.
  public func close() async {
    let idle = state.withLock { state in
      state.isClosed = true
      defer { state.idle = [] }
      return state.idle
    }
    for connection in idle { await connection.close() }
  }

  /// Runs `body` with a connection of its own. One that failed is not used again.
  public func withConnection<Result>(_ body: (ODBCConnection) async throws -> Result) async throws -> Result {
    try await permits.acquire()
    do {
      let result = try await borrow(body)
      await permits.release()
      return result
    } catch {
      await permits.release()
      throw error
    }
  }

  private func borrow<Result>(_ body: (ODBCConnection) async throws -> Result) async throws -> Result {
    let (idle, isClosed) = state.withLock { ($0.idle.popLast(), $0.isClosed) }
    if isClosed { throw SQLDatabaseError(.closed, "the database is closed") }
    let connection: ODBCConnection
    if let idle { connection = idle } else { connection = try await connect() }
    do {
      let result = try await body(connection)
      await giveBack(connection)
      return result
    } catch {
      if let error = error as? ODBCError, error.isConnectionFailure || error.code == .transactionFailed {
        await connection.close()
      } else {
        await giveBack(connection)
      }
      throw error
    }
  }

  private func connect() async throws -> ODBCConnection {
    let connection = try await ODBCConnection.connect(
      settings.connectionString,
      options: ODBCConnectionOptions(loginTimeout: settings.loginTimeout, queryTimeout: settings.statementTimeout))
    do {
      for statement in settings.dialect.sessionStatements { try await connection.execute(statement) }
    } catch {
      await connection.close()
      throw error
    }
    return connection
  }

  private func giveBack(_ connection: ODBCConnection) async {
    if !keep(connection) { await connection.close() }
  }

  @discardableResult
  private func keep(_ connection: ODBCConnection) -> Bool {
    state.withLock { state in
      if state.isClosed { return false }
      state.idle.append(connection)
      return true
    }
  }
}
