internal import ODBC
internal import TestSupport
internal import Testing

@Suite("Connection strings")
struct ConnectionStringTests {
  @Test("Entries, braces, spaces and repeated keywords")
  func parsing() throws {
    let string = try ODBCConnectionString(
      " driver = {ODBC Driver 18 for SQL Server} ;SERVER=127.0.0.1,1433;;UID=sa;PWD={a;b}}c=d};Encrypt=yes;UID=second"
    )
    #expect(string.value(for: "DRIVER") == "ODBC Driver 18 for SQL Server")
    #expect(string.value(for: "Server") == "127.0.0.1,1433")
    #expect(string.value(for: "pwd") == "a;b}c=d")
    #expect(string.value(for: "uid") == "sa")
    #expect(string.value(for: "Encrypt") == "yes")
    #expect(string.value(for: "Port") == nil)
    #expect(try ODBCConnectionString("PWD=a=b{c").value(for: "PWD") == "a=b{c")
    #expect(try ODBCConnectionString("PWD=").value(for: "PWD") == "")
  }

  @Test("Malformed strings are refused without showing them", arguments: [
    "", " ; ", "secretword", "DRIVER={secretword", "DRIVER={x}secretword", "=secretword", "DSN=x;secretword;PWD=y", "PWD=secretword\0",
  ])
  func malformed(_ text: String) throws {
    let error = #expect(throws: ODBCError.self) { _ = try ODBCConnectionString(text) }
    #expect(error?.code == .invalidConnectionString)
    #expect(error?.description.contains("secretword") == false)
  }

  @Test("Whatever value is set is the value that is parsed", arguments: 0..<200 as Range<UInt64>)
  func building(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let value = random.text(maximumLength: 30)
    var string = ODBCConnectionString()
    try string.set("DRIVER", "SQLite3")
    try string.set("PWD", "first")
    try string.set("pwd", value)
    #expect(string.value(for: "PWD") == value)
    #expect(string.description == "DRIVER={SQLite3};pwd=***")
  }

  @Test("Printing shows harmless values only")
  func redaction() throws {
    let string = try ODBCConnectionString(
      "DRIVER={SQLite3};SERVER=db;UID=someone;PWD={hidden;word};AccessToken=hiddenword;Unknown=hiddenword"
    )
    var dumped = ""
    dump(string, to: &dumped)
    for text in [string.description, string.debugDescription, "\(string)", String(reflecting: string), dumped, "\([string])"] {
      #expect(!text.contains("hidden"))
      #expect(!text.contains("someone"))
      #expect(text.contains("SERVER=db"))
      #expect(text.contains("PWD=***"))
    }
  }

  @Test("Keywords and values that cannot be written are refused")
  func invalidSet() throws {
    var string = ODBCConnectionString()
    #expect(throws: ODBCError.self) { try string.set("A;B", "x") }
    #expect(throws: ODBCError.self) { try string.set("", "x") }
    #expect(throws: ODBCError.self) { try string.set("A", "x\0") }
    #expect(throws: ODBCError.self) { _ = try ODBCConnectionString.sqlite(path: "a;b") }
  }

  @Test("A password with every special character opens a connection")
  func password() async throws {
    let server = try await PostgresServer.shared()
    #expect(server.password.contains(";") && server.password.contains("}"))
    let info = try await Database.postgreSQL.withConnection { $0.info }
    #expect(info.databaseName == "PostgreSQL")
    #expect(info.driverName == "psqlodbcw.so")
  }
}
