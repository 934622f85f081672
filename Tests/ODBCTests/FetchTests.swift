internal import Foundation
internal import ODBC
internal import Testing

@Suite("Fetching")
struct FetchTests {
  /// A query of `count` rows that needs no table.
  private func series(_ count: Int, on database: Database) -> String {
    switch database {
    case .sqlite:
      """
      WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < \(count))
      SELECT n, 'row ' || n AS name, CASE WHEN n % 7 = 0 THEN NULL ELSE n * 0.25 END AS amount FROM series
      """
    case .postgreSQL, .postgreSQLWithoutCursor:
      """
      SELECT n, 'row ' || n AS name, CASE WHEN n % 7 = 0 THEN NULL ELSE n * 0.25 END AS amount
      FROM generate_series(1, \(count)) AS n
      """
    }
  }

  private let types: ODBCColumnTypes = [.integer, .text, .decimal]

  @Test("Rows come complete and in order", arguments: Database.allCases, [1, 3, 1000])
  func order(_ database: Database, batchSize: Int) async throws {
    try await database.withConnection(.init(batchSize: batchSize)) { connection in
      let rows = try await connection.query(self.series(2500, on: database), columnTypes: self.types)
      #expect(rows.columns.map(\.name) == ["n", "name", "amount"])
      var n: Int64 = 0
      for try await row in rows {
        n += 1
        #expect(try row.integer("n") == n)
        #expect(try row.text("NAME") == "row \(n)")
        #expect(try row.decimal("amount") == (n % 7 == 0 ? nil : ODBCDecimal(coefficient: Int128(n) * 25, scale: 2)))
      }
      #expect(n == 2500)
    }
  }

  @Test("Batches hold columns", arguments: Database.allCases)
  func batches(_ database: Database) async throws {
    try await database.withConnection(.init(batchSize: 100)) { connection in
      let rows = try await connection.query(self.series(250, on: database), columnTypes: self.types)
      var sum: Int64 = 0
      var counts: [Int] = []
      for try await batch in rows.batches {
        counts.append(batch.count)
        guard case .integers(let values) = try batch.vector("n").storage else { throw Unexpected() }
        sum += values.reduce(0, +)
        guard case .bytes(let names) = batch.vectors[1].storage else { throw Unexpected() }
        #expect(names.string(at: 0) == batch[0][1].text)
      }
      #expect(sum == 250 * 251 / 2)
      #expect(counts.reduce(0, +) == 250)
      #expect(counts.allSatisfy { $0 <= 100 })
    }
  }

  private struct Unexpected: Error {}

  @Test("The memory for a million rows is that of a few", arguments: [Database.sqlite, .postgreSQL])
  func constantMemory(_ database: Database) async throws {
    try await database.withConnection { connection in
      // Pages that were touched once stay with the process, so what a first pass needs does not count.
      func pass(_ count: Int) async throws -> Int {
        let rows = try await connection.query(self.series(count, on: database), columnTypes: self.types)
        var found = 0
        for try await batch in rows.batches { found += batch.count }
        return found
      }
      #expect(try await pass(10_000) == 10_000)
      // A million rows of three strings take more than 100 MB in every pass; what other tests of this process take at the
      // same time is not taken again in the next pass.
      var grown = Int.max
      for _ in 0..<3 where grown >= 50 << 20 {
        let before = try self.residentMemory()
        #expect(try await pass(1_000_000) == 1_000_000)
        grown = try self.residentMemory() - before
      }
      #expect(grown < 50 << 20, "grew by \(grown) bytes in the best of three passes")
    }
  }

  /// In bytes, from the kernel.
  private func residentMemory() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return try #require(pages) * 4096
  }

  @Test("A result that is not read to the end does not block the connection", arguments: Database.allCases)
  func earlyExit(_ database: Database) async throws {
    try await database.withConnection(.init(batchSize: 10)) { connection in
      for _ in 0..<3 {
        for try await row in try await connection.query(self.series(100_000, on: database)) where try row.integer(0) == 5 {
          break
        }
      }
      let rows = try await connection.query(self.series(100_000, on: database))
      await rows.close()
      let error = await #expect(throws: ODBCError.self) { for try await _ in rows {} }
      #expect(error?.code == .closed)
      try await connection.execute("CREATE TEMPORARY TABLE later (n INTEGER)")
      let found = try await connection.query(self.series(3, on: database)).collect()
      #expect(found.count == 3)
    }
  }

  @Test("Two results are read at the same time", arguments: Database.allCases)
  func interleaved(_ database: Database) async throws {
    try await database.withConnection(.init(batchSize: 7)) { connection in
      let second = try await connection.query(self.series(50, on: database), columnTypes: self.types)
      var iterator = second.makeAsyncIterator()
      for try await row in try await connection.query(self.series(50, on: database), columnTypes: self.types) {
        let other = try await iterator.next()
        let expected = try other?.integer("n")
        #expect(try row.integer("n") == expected)
      }
    }
  }

  @Test("Rows are read once, and not after the statement was executed again", arguments: Database.allCases)
  func onePass(_ database: Database) async throws {
    try await database.withConnection { connection in
      let rows = try await connection.query(self.series(3, on: database))
      #expect(try await rows.collect().count == 3)
      var error = await #expect(throws: ODBCError.self) { try await rows.collect() }
      #expect(error?.code == .invalidArgument)
      let statement = try await connection.prepare(self.series(3, on: database))
      let first = try await statement.query()
      let second = try await statement.query()
      error = await #expect(throws: ODBCError.self) { try await first.collect() }
      #expect(error?.code == .closed)
      #expect(try await second.collect().count == 3)
    }
  }

  @Test("collect refuses more rows than its limit", arguments: Database.allCases)
  func limit(_ database: Database) async throws {
    try await database.withConnection { connection in
      let error = await #expect(throws: ODBCError.self) {
        try await connection.query(self.series(20, on: database)).collect(limit: 19)
      }
      #expect(error?.code == .invalidArgument)
      let all = try await connection.query(self.series(20, on: database)).collect(limit: 20)
      #expect(all.count == 20)
    }
  }

  @Test("A statement without rows has no columns", arguments: Database.allCases)
  func noResult(_ database: Database) async throws {
    try await database.withConnection { connection in
      let rows = try await connection.query("CREATE TEMPORARY TABLE void (n INTEGER)")
      #expect(rows.columns.isEmpty)
      #expect(try await rows.collect().isEmpty)
      let empty = try await connection.query("SELECT n FROM void")
      #expect(empty.columns.map(\.name) == ["n"])
      #expect(try await empty.collect().isEmpty)
    }
  }

  @Test("Types are requested by name and by position", arguments: Database.allCases)
  func requestedTypes(_ database: Database) async throws {
    try await database.withConnection { connection in
      let sql = "SELECT '2025-09-30' AS day, '00:00:01' AS hour, '12.50' AS amount, 7 AS n, '2025-09-30' AS moment, 1 AS flag"
      let rows = try await connection.query(
        sql, columnTypes: ["DAY": .date, 1: .time, "amount": .decimal, "n": .decimal, 4: .timestamp, "flag": .boolean]
      )
      let row = try #require(await rows.collect().first)
      #expect(try row.date("day") == ODBCDate("2025-09-30"))
      #expect(row[1].time == ODBCTime("00:00:01"))
      #expect(try row.decimal("amount")?.description == "12.50")
      #expect(try row.decimal("n")?.description == "7")
      #expect(try row.timestamp("moment") == ODBCTimestamp("2025-09-30 00:00:00"))
      #expect(try row.boolean("flag") == true)
      let text = try await connection.query(sql, columnTypes: [.text, .text, .text, .text]).collect()
      #expect(text.first?[3] == "7")
      let error = await #expect(throws: ODBCError.self) {
        _ = try await connection.query(sql, columnTypes: ["missing": .date])
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("day, hour, amount") == true)
    }
  }

  @Test("A value that is not of the type is an error, never a guess", arguments: Database.allCases)
  func mismatch(_ database: Database) async throws {
    try await database.withConnection { connection in
      for (value, type) in [
        ("12x", ODBCColumnType.integer), ("1.5", .integer), ("9223372036854775808", .integer), ("NaN", .decimal),
        ("2025-02-30", .date), ("2025-01-01 00:00:01", .date), ("yes", .boolean), ("25:00:00", .time), ("", .decimal),
      ] {
        let rows = try await connection.query("SELECT '\(value)' AS value", columnTypes: [type])
        let error = await #expect(throws: ODBCError.self, "\(value)") { try await rows.collect() }
        #expect(error?.code == .conversionFailed)
        #expect(error?.message.contains("'value'") == true)
      }
    }
  }

  @Test("SQLite's driver would cut these values to integers; here they are errors")
  func sqliteAffinity() async throws {
    try await Database.sqlite.withConnection { connection in
      try await connection.execute("CREATE TABLE loose (n INTEGER)")
      try await connection.execute("INSERT INTO loose VALUES ('12 apples')")
      let rows = try await connection.query("SELECT n FROM loose")
      await #expect(throws: ODBCError.self) { try await rows.collect() }
      try await connection.execute("UPDATE loose SET n = 2.5")
      let halves = try await connection.query("SELECT n FROM loose")
      await #expect(throws: ODBCError.self) { try await halves.collect() }
      let decimals = try await connection.query("SELECT n FROM loose", columnTypes: [.decimal]).collect()
      #expect(decimals.first?[0].decimal == ODBCDecimal("2.5"))
    }
  }
}
