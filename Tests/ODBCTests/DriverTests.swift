internal import ODBC
internal import Testing

@Suite("Drivers")
struct DriverTests {
  @Test("Installed drivers are listed with their libraries")
  func drivers() async throws {
    let drivers = try await ODBC.drivers()
    let names = drivers.map(\.name)
    #expect(names.contains("SQLite3"), "apt-get install libsqliteodbc")
    #expect(names.contains("PostgreSQL Unicode"), "apt-get install odbc-postgresql")
    let sqlite = try #require(drivers.first { $0.name == "SQLite3" })
    #expect(sqlite.attributes["Driver"]?.contains("sqlite3odbc") == true)
  }

  @Test("Data sources can be listed")
  func sources() async throws {
    for source in try await ODBC.dataSources() { #expect(!source.name.isEmpty) }
  }

  @Test("A connection tells its driver and database")
  func info() async throws {
    let info = try await Database.sqlite.withConnection { $0.info }
    #expect(info.databaseName == "SQLite")
    #expect(info.databaseVersion.hasPrefix("3."))
  }

  @Test("Each in-memory database of SQLite is one of its own")
  func memory() async throws {
    try await Database.sqlite.withConnection { first in
      try await first.execute("CREATE TABLE mine (n INTEGER)")
      try await Database.sqlite.withConnection { second in
        await #expect(throws: ODBCError.self) { try await second.query("SELECT * FROM mine").collect() }
      }
      #expect(try await first.query("SELECT * FROM mine").collect().isEmpty)
    }
  }
}
