internal import ODBC
internal import Testing

@Suite("Values")
struct ValueTests {
  @Test("Every type comes back as it went in", arguments: Database.allCases)
  func types(_ database: Database) async throws {
    try await database.withConnection { connection in
      try await connection.execute(
        """
        CREATE TEMPORARY TABLE types (id INTEGER, big BIGINT, amount NUMERIC(19,6), ratio DOUBLE PRECISION, name VARCHAR(400),
        note TEXT, day DATE, moment TIMESTAMP, hour TIME, data \(database.binaryType), flag BOOLEAN)
        """
      )
      let values: [ODBCValue] = [
        1, .integer(.min), .decimal(try #require(ODBCDecimal("0.1"))), .double(0.25), "N'Diaye ? ; -- 北京 🛒 محمد أحمد",
        "two\nlines", .date(try #require(ODBCDate("2025-09-30"))),
        .timestamp(try #require(ODBCTimestamp("2025-09-30 23:59:59.123456"))), .time(try #require(ODBCTime("01:02:03.5"))),
        .binary([0, 1, 255, 39]), true,
      ]
      let marks = Array(repeating: "?", count: values.count).joined(separator: ",")
      let changed = try await connection.execute("INSERT INTO types VALUES (\(marks))", parameters: values)
      #expect(changed == 1)
      let nulls = Array(repeating: ODBCValue.null, count: values.count)
      try await connection.execute("INSERT INTO types VALUES (\(marks))", parameters: nulls)
      let rows = try await connection.query("SELECT * FROM types ORDER BY id")
      #expect(
        rows.columns.map(\.type)
          == [.integer, .integer, .decimal, .double, .text, .text, .date, .timestamp, .time, .binary, .boolean]
      )
      let found = try await rows.collect()
      #expect(found.count == 2)
      let full = try #require(found.first { !$0[0].isNull })
      #expect(full.values == values)
      let empty = try #require(found.first { $0[0].isNull })
      #expect(empty.values == nulls)
    }
  }
}
