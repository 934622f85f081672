internal import ODBC
internal import Testing

@Suite("Round trips of random values")
struct RoundTripTests {
  /// Writes values to a column and reads them back in order.
  private func roundTrip(
    _ values: [ODBCValue],
    type: String,
    as columnType: ODBCColumnType? = nil,
    on database: Database
  ) async throws {
    try await database.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE trip (id INTEGER PRIMARY KEY, value \(type))")
      let found = try await connection.withTransaction { connection in
        let insert = try await connection.prepare("INSERT INTO trip VALUES (?, ?)")
        for (index, value) in values.enumerated() { try await insert.execute([.integer(Int64(index)), value]) }
        let rows = try await connection.query(
          "SELECT value FROM trip ORDER BY id", columnTypes: columnType.map { [$0] } ?? .asReported
        )
        return try await rows.collect().map { $0[0] }
      }
      #expect(found.count == values.count)
      for (index, (expected, value)) in zip(values, found).enumerated() where expected != value {
        Issue.record("value \(index): \(String(describing: expected).prefix(200)) came back as \(String(describing: value).prefix(200))")
      }
    }
  }

  @Test("64-bit integers", arguments: Database.allCases)
  func integers(_ database: Database) async throws {
    var random = SeededGenerator(seed: 1)
    var values: [ODBCValue] = [.integer(.min), .integer(.max), 0, -1, 2_147_483_648, .null]
    values += (0..<200).map { _ in .integer(Int64.random(in: .min ... .max, using: &random)) }
    try await self.roundTrip(values, type: "BIGINT", on: database)
  }

  @Test("SQLite's INTEGER, which its driver calls 32-bit")
  func sqliteInteger() async throws {
    let values: [ODBCValue] = [.integer(.min), .integer(.max), 4_294_967_296, .null]
    try await self.roundTrip(values, type: "INTEGER", on: .sqlite)
  }

  @Test("Decimals of 38 digits on PostgreSQL", arguments: ["NUMERIC", "NUMERIC(76,38)"])
  func postgresDecimals(_ type: String) async throws {
    var random = SeededGenerator(seed: 2)
    let texts = ["0", "0.1", "-0.1", "12345678901.123456", "99999999999999999999999999999999999999"]
    var values = try texts.map { ODBCValue.decimal(try #require(ODBCDecimal($0))) } + [.null]
    values += (0..<200).map { _ in .decimal(random.decimal(maximumDigits: 38)) }
    try await self.roundTrip(values, type: type, on: .postgreSQL)
  }

  @Test("A decimal of 1,000 digits, longer than any declared size")
  func longDecimal() async throws {
    let text = String(repeating: "1234567890", count: 100) + ".5"
    try await self.roundTrip([.decimal(try #require(ODBCDecimal(text)))], type: "NUMERIC", on: .postgreSQL)
  }

  @Test("Decimals of 15 digits on SQLite, in columns of any numeric declaration", arguments: ["NUMERIC(19,6)", "NUMERIC", "DECIMAL(19,6)"])
  func sqliteDecimals(_ type: String) async throws {
    var random = SeededGenerator(seed: 3)
    let texts = ["0", "0.1", "-0.1", "123456789.123456", "999999999999999", "0.000001", "1e20"]
    var values = try texts.map { ODBCValue.decimal(try #require(ODBCDecimal($0))) } + [.null]
    values += (0..<300).map { _ in .decimal(random.decimal(maximumDigits: 15)) }
    try await self.roundTrip(values, type: type, on: .sqlite)
  }

  @Test("Decimals of any length in a TEXT column of SQLite")
  func sqliteTextDecimals() async throws {
    var random = SeededGenerator(seed: 4)
    let values = (0..<100).map { _ in ODBCValue.decimal(random.decimal(maximumDigits: 38)) }
    try await self.roundTrip(values, type: "TEXT", as: .decimal, on: .sqlite)
  }

  @Test("Doubles, bit for bit, on PostgreSQL")
  func doubles() async throws {
    var random = SeededGenerator(seed: 5)
    var values: [ODBCValue] = [.double(0.1 + 0.2), .double(.greatestFiniteMagnitude), .double(.leastNonzeroMagnitude), .double(-0.0), .null]
    for _ in 0..<200 {
      let value = Double(bitPattern: random.next())
      if value.isFinite { values.append(.double(value)) }
    }
    try await self.roundTrip(values, type: "DOUBLE PRECISION", on: .postgreSQL)
  }

  @Test("Unicode text", arguments: Database.allCases, ["VARCHAR(400)", "TEXT"])
  func text(_ database: Database, type: String) async throws {
    var random = SeededGenerator(seed: 6)
    var values: [ODBCValue] = ["", " ", "🛒", "محمد أحمد", "北京贸易有限公司", "a\r\n\tb", "Back\\slash", "e\u{301}", "{d '2020-01-01'}", .null]
    values += (0..<200).map { _ in .text(random.text(maximumLength: 400)) }
    try await self.roundTrip(values, type: type, on: database)
  }

  @Test("Text around and far beyond the size of a buffer, between short text", arguments: Database.allCases)
  func longText(_ database: Database) async throws {
    var values: [ODBCValue] = []
    for length in [0, 1, 509, 510, 511, 512, 513, 1022, 1023, 1024, 2047, 2048, 4000, 8190, 8191, 65_535, 65_536, 1_000_000] {
      values.append(.text(String(repeating: "x", count: length)))
      values.append(.text(String(repeating: "é🛒", count: length / 2)))
      values.append("short")
      values.append(.null)
    }
    try await self.roundTrip(values, type: "TEXT", on: database)
  }

  @Test("Binary data of all lengths", arguments: Database.allCases)
  func binary(_ database: Database) async throws {
    var random = SeededGenerator(seed: 7)
    var values: [ODBCValue] = [.binary([]), .binary([0]), .binary(Array(0...255)), .null]
    for length in [1, 255, 510, 511, 512, 2047, 2048, 2049, 8191, 70_000, 500_000] {
      values.append(.binary((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }))
      values.append(.binary([UInt8(length & 0xff)]))
    }
    try await self.roundTrip(values, type: database.binaryType, on: database)
  }

  @Test("Dates and timestamps", arguments: Database.allCases)
  func timestamps(_ database: Database) async throws {
    var random = SeededGenerator(seed: 8)
    let digits = database == .sqlite ? 9 : 6
    var moments: [ODBCValue] = [.null]
    for _ in 0..<200 {
      let moment = random.timestamp(fractionDigits: digits)
      moments.append(.timestamp(try #require(moment)))
    }
    try await self.roundTrip(moments, type: "TIMESTAMP", on: database)
    let days = moments.map { $0.timestamp.map { ODBCValue.date($0.date) } ?? .null }
    try await self.roundTrip(days, type: "DATE", on: database)
    let times = moments.map { $0.timestamp.map { ODBCValue.time($0.time) } ?? .null }
    try await self.roundTrip(times, type: "TIME", on: database)
  }
}
