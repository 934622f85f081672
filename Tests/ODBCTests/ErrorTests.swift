internal import Foundation
internal import ODBC
internal import TestSupport
internal import Testing

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

@Suite("Errors")
struct ErrorTests {
  @Test("PostgreSQL's SQLSTATE arrives", arguments: [
    ("SELECT * FROM missing_table", "42P01"), ("SELEC 1", "42601"), ("SELECT 1/0", "22012"),
    ("SELECT CAST('x' AS INTEGER)", "22P02"),
  ])
  func states(_ sql: String, state: String) async throws {
    try await Database.postgreSQL.withConnection { connection in
      let error = await #expect(throws: ODBCError.self) { try await connection.query(sql).collect() }
      #expect(error?.sqlState == state)
      #expect(error?.code == .statementFailed)
      #expect(error?.isTransient == false)
      #expect(error?.message.isEmpty == false)
    }
  }

  @Test("SQLite's message and code arrive")
  func sqlite() async throws {
    try await Database.sqlite.withConnection { connection in
      let error = await #expect(throws: ODBCError.self) { try await connection.execute("INSERT INTO missing VALUES (1)") }
      #expect(error?.sqlState == "HY000")
      #expect(error?.nativeCode == 1)
      #expect(error?.message.contains("no such table: missing") == true)
      #expect(error?.isTransient == false)
    }
  }

  @Test("A locked SQLite database is transient")
  func busy() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).sqlite").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let string = try ODBCConnectionString.sqlite(path: path, lockTimeout: .milliseconds(50))
    let first = try await ODBCConnection.connect(string)
    let second = try await ODBCConnection.connect(string)
    try await first.execute("CREATE TABLE t (n INTEGER)")
    try await first.execute("BEGIN IMMEDIATE")
    let error = await #expect(throws: ODBCError.self) { try await second.execute("INSERT INTO t VALUES (1)") }
    #expect(error?.isTransient == true)
    try await first.execute("COMMIT")
    try await second.execute("INSERT INTO t VALUES (1)")
    await first.close()
    await second.close()
  }

  @Test("A server that is not there is a connection failure")
  func unreachable() async throws {
    let string = try ODBCConnectionString.postgreSQL(
      server: "127.0.0.1", port: 1, database: "d", user: "u", password: "s3cret-value"
    )
    let error = await #expect(throws: ODBCError.self) { _ = try await ODBCConnection.connect(string) }
    #expect(error?.code == .connectionFailed)
    #expect(error?.isConnectionFailure == true)
    #expect(error?.isTransient == true)
    #expect("\(String(reflecting: error))".contains("s3cret-value") == false)
  }

  @Test("A server that accepts and never answers runs into the login timeout")
  func silentServer() async throws {
    let listener = try Listener()
    let string = try ODBCConnectionString.postgreSQL(server: "127.0.0.1", port: listener.port, database: "d", user: "u")
    let clock = ContinuousClock()
    let start = clock.now
    let error = await #expect(throws: ODBCError.self) {
      _ = try await ODBCConnection.connect(string, options: .init(loginTimeout: .milliseconds(300)))
    }
    #expect(error?.code == .timeout)
    #expect(error?.isTransient == true)
    #expect(clock.now - start < .seconds(5))
    let task = Task { _ = try await ODBCConnection.connect(string, options: .init(loginTimeout: .seconds(60))) }
    await Task.yield()
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("A refused password is a failure that does not show the password")
  func password() async throws {
    let server = try await PostgresServer.shared()
    let string = try ODBCConnectionString.postgreSQL(
      server: server.host, port: server.port, database: server.database, user: server.user, password: "wrong;pass{word}"
    )
    let error = await #expect(throws: ODBCError.self) { _ = try await ODBCConnection.connect(string) }
    #expect(error?.code == .connectionFailed)
    #expect(error?.message.contains("password authentication failed") == true)
    #expect(error?.description.contains("pass{word}") == false)
  }

  @Test("A lost connection is a connection failure")
  func lost() async throws {
    let database = Database.postgreSQL
    try await database.withConnection { victim in
      let pid = try await victim.query("SELECT pg_backend_pid()").collect()[0].integer(0)
      try await database.withConnection { killer in
        _ = try await killer.query(
          "SELECT pg_terminate_backend(?, 10000)", parameters: [.integer(try #require(pid))]
        ).collect()
      }
      let error = await #expect(throws: ODBCError.self) { try await victim.query("SELECT 1").collect() }
      #expect(error?.isConnectionFailure == true, "\(String(describing: error))")
      #expect(error?.isTransient == true)
    }
  }

  @Test("A driver that is not installed is named, with those that are and the remedy")
  func missingDriver() async throws {
    let error = await #expect(throws: ODBCError.self) {
      _ = try await ODBCConnection.connect("DRIVER={ODBC Driver 99 for SQL Server};SERVER=x;UID=u;PWD=hidden-word")
    }
    #expect(error?.code == .driverMissing)
    let message = try #require(error?.message)
    #expect(message.contains("'ODBC Driver 99 for SQL Server' is not installed"))
    #expect(message.contains("SQLite3"))
    #expect(message.contains("apt-get install msodbcsql18"))
    #expect(message.contains("hidden-word") == false)
    #expect(error?.isTransient == false)
  }

  @Test("A library that cannot be loaded, and a data source that is not configured")
  func missingLibrary() async throws {
    for string in ["DRIVER=/nonexistent/libdriver.so;PWD=hidden-word", "DSN=no_such_source;PWD=hidden-word"] {
      let error = await #expect(throws: ODBCError.self) { _ = try await ODBCConnection.connect(string) }
      #expect(error?.code == .driverMissing)
      #expect(error?.description.contains("hidden-word") == false)
    }
  }

  @Test("A closed connection says so", arguments: Database.allCases)
  func closed(_ database: Database) async throws {
    try await database.withConnection { connection in
      let rows = try await connection.query("SELECT 1")
      let statement = try await connection.prepare("SELECT 1")
      await connection.close()
      await connection.close()
      for operation in [
        { _ = try await connection.query("SELECT 1") }, { _ = try await rows.collect() },
        { _ = try await statement.query() }, { try await connection.withTransaction { _ in } },
      ] as [() async throws -> Void] {
        let error = await #expect(throws: ODBCError.self) { try await operation() }
        #expect(error?.code == .closed)
      }
    }
  }

  /// A socket that listens and is never served.
  private final class Listener {
    let port: Int
    private let descriptor: Int32

    init() throws {
      #if canImport(Glibc)
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      #else
        self.descriptor = socket(AF_INET, SOCK_STREAM, 0)
      #endif
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let descriptor = self.descriptor
      let code = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          guard bind(descriptor, address, length) == 0, listen(descriptor, 8) == 0 else { return Int32(-1) }
          return getsockname(descriptor, address, &length)
        }
      }
      try #require(code == 0)
      self.port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(self.descriptor) }
  }
}
