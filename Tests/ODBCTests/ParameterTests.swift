internal import ODBC
internal import Testing

@Suite("Parameters")
struct ParameterTests {
  private let hostile = [
    "'; DROP TABLE victim; --", "' OR '1'='1", "\\'; DELETE FROM victim; --", "?", "$1", "{fn USER()}", "\"", "%s", "''", "*/",
  ]

  @Test("Text that looks like SQL stays text", arguments: Database.allCases)
  func injection(_ database: Database) async throws {
    try await database.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE victim (name VARCHAR(100))")
      for text in self.hostile {
        try await connection.execute("INSERT INTO victim VALUES (?)", parameters: [.text(text)])
      }
      for text in self.hostile {
        let rows = try await connection.query("SELECT name FROM victim WHERE name = ?", parameters: [.text(text)])
        #expect(try await rows.collect().map { $0[0] } == [.text(text)])
      }
      let count = try await connection.query("SELECT COUNT(*) FROM victim").collect()
      #expect(try count[0].integer(0) == Int64(self.hostile.count))
    }
  }

  @Test("Decimal parameters compare as numbers", arguments: Database.allCases)
  func comparison(_ database: Database) async throws {
    try await database.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE amounts (amount NUMERIC(19,6))")
      for text in ["9.5", "10", "100.25", "-3"] {
        let value = try #require(ODBCDecimal(text))
        try await connection.execute("INSERT INTO amounts VALUES (?)", parameters: [.decimal(value)])
      }
      let limit = ODBCValue.decimal(try #require(ODBCDecimal("9.50")))
      let rows = try await connection.query(
        "SELECT amount FROM amounts WHERE amount + 0 > ? ORDER BY amount", parameters: [limit], columnTypes: [.decimal]
      )
      let found = try await rows.collect().map { $0[0].decimal }
      #expect(found == [ODBCDecimal("10"), ODBCDecimal("100.25")])
    }
  }

  @Test("A wrong number of parameters is refused", arguments: Database.allCases)
  func count(_ database: Database) async throws {
    try await database.withConnection { connection in
      let error = await #expect(throws: ODBCError.self) {
        _ = try await connection.query("SELECT ?", parameters: [1, 2])
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("1 parameter") == true)
    }
  }

  @Test("Text with a NUL is refused instead of cut", arguments: Database.allCases)
  func nul(_ database: Database) async throws {
    try await database.withConnection { connection in
      let error = await #expect(throws: ODBCError.self) {
        _ = try await connection.query("SELECT ?", parameters: ["a\0b"])
      }
      #expect(error?.code == .conversionFailed)
    }
  }

  @Test("Digits of a second that PostgreSQL would round are refused")
  func fraction() async throws {
    try await Database.postgreSQL.withConnection { connection in
      let moment = ODBCValue.timestamp(try #require(ODBCTimestamp("2025-01-01 00:00:00.1234567")))
      let error = await #expect(throws: ODBCError.self) {
        _ = try await connection.query("SELECT CAST(? AS TIMESTAMP)", parameters: [moment])
      }
      #expect(error?.code == .conversionFailed)
    }
  }

  @Test("A prepared statement is executed many times", arguments: Database.allCases)
  func prepared(_ database: Database) async throws {
    try await database.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE squares (n INTEGER, square BIGINT, note VARCHAR(20))")
      let insert = try await connection.prepare("INSERT INTO squares VALUES (?, ?, ?)")
      for n in 0..<50 as Range<Int64> {
        let note: ODBCValue = n % 2 == 0 ? .null : .text(String(repeating: "n", count: Int(n % 20)))
        #expect(try await insert.execute([.integer(n), .integer(n * n), note]) == 1)
      }
      await insert.close()
      let select = try await connection.prepare("SELECT square, note FROM squares WHERE n = ?")
      for n in 0..<50 as Range<Int64> {
        let rows = try await select.query([.integer(n)]).collect()
        #expect(rows.map { $0[0] } == [.integer(n * n)])
        #expect(rows.first?[1].isNull == (n % 2 == 0))
      }
      #expect(try await connection.execute("UPDATE squares SET note = 'x' WHERE n < ?", parameters: [10]) == 10)
      #expect(try await connection.execute("DELETE FROM squares WHERE n = ?", parameters: [1000]) == 0)
      let error = await #expect(throws: ODBCError.self) { try await insert.execute([1, 1, 1]) }
      #expect(error?.code == .closed)
    }
  }
}
