import Testing

@testable import CPG1

@Suite struct FrameTests {
  static let columns = [
    FrameColumn("s", .string), FrameColumn("i", .integer), FrameColumn("n", .decimal), FrameColumn("d", .date),
    FrameColumn("t", .timestamp), FrameColumn("b", .bool),
  ]

  static func sample(rows: Int = 200) throws -> (Frame, [[FrameValue]]) {
    var builder = FrameBuilder(columns: columns)
    var cells: [[FrameValue]] = []
    for row in 0..<rows {
      let date = CivilDate(dayNumber: 20_000 + row)
      var values: [FrameValue] = [
        .string(row % 3 == 0 ? "" : "text, \"\(row % 7)\"\n\u{1F6D2}"), .integer(Int64(row) - 100),
        .decimal(ExactDecimal(coefficient: Int128(row * 37 - 999), scale: row % 5)), .date(date),
        .timestamp(CivilTimestamp(microseconds: Int64(row) * 1_000_003)), .bool(row % 2 == 0),
      ]
      if row % 11 == 0 { values = values.map { _ in .null } }
      try builder.append(values)
      cells.append(values)
    }
    return (builder.finish(), cells)
  }

  @Test func cellsComeBackAsTheyWereGiven() throws {
    let (frame, cells) = try Self.sample()
    for (index, row) in cells.enumerated() { #expect(frame.row(index) == row) }
    #expect(frame.value(row: 0, column: "s") == .null)
    #expect(frame.value(row: 3, column: "s") == .string(""))
    #expect(frame.nullCount(column: 0) == 19)
  }

  @Test func columnWiseEqualsRowWise() throws {
    let (frame, cells) = try Self.sample()
    let other = try Frame(Self.columns.enumerated().map { index, column in (column, cells.map { $0[index] }) })
    #expect(frame == other)
  }

  @Test func jsonRoundTripsWithoutLoss() throws {
    let (frame, _) = try Self.sample()
    #expect(try FrameJSON.frame(OrderedJSON(parsing: FrameJSON.json(frame).bytes())) == frame)
    let empty = Frame(emptyWith: Self.columns)
    #expect(try FrameJSON.frame(FrameJSON.json(empty)) == empty)
  }

  @Test func originalJSONIsReadAndTheRecommendedWritten() throws {
    let micro = try SampleData.micro()
    let original = try #require(micro.at("frame_serialisation", "original_payload_text")?.string)
    let frame = try FrameJSON.frame(OrderedJSON(parsing: original))
    #expect(OrderedJSON.difference(FrameJSON.json(frame), micro.at("frame_serialisation", "recommended")) == nil)
    let empty = try FrameJSON.frame(try #require(micro.at("frame_serialisation", "empty_or_missing_frame")))
    #expect(empty.columns.isEmpty && empty.rowCount == 0)
  }

  @Test func csvRoundTripsInTheSoxDialect() throws {
    let (frame, _) = try Self.sample()
    let bytes = CSVWriter(dialect: .sox).write(frame)
    #expect(try CSVReader(dialect: .sox).read(bytes, columns: Self.columns) == frame)
  }

  @Test func sampleFilesRoundTrip() throws {
    for (id, frame) in try SampleData.tables() {
      let bytes = CSVWriter(dialect: .sox).write(frame)
      #expect(try CSVReader(dialect: .sox).read(bytes, columns: frame.columns) == frame, "\(id)")
    }
  }

  @Test func nullAndEmptyTextAreTwoThings() throws {
    let text = "a,b\n\\N,\"\"\n\"\\N\",x\r\n"
    let frame = try CSVReader(dialect: .sox).read(Array(text.utf8))
    #expect(frame.row(0) == [.null, .string("")])
    #expect(frame.row(1) == [.string("\\N"), .string("x")])
    let plain = try CSVReader(dialect: .plain).read(Array("\u{FEFF}a,b\n\\N,\n".utf8))
    #expect(plain.columns.map(\.name) == ["a", "b"])
    #expect(plain.row(0) == [.string("\\N"), .null])
  }

  @Test(arguments: [
    ("a,b\n1\n", "line 2"), ("a,b\n1,2\n1,2,3\n", "line 3"), ("a,b\n\"x\n", "no closing quote"),
    ("a,b\n\"x\"y,1\n", "closing quote"), ("a,b\n1,x\n", "column 'b'"), ("b,a\n", "column contract"),
  ])
  func damagedFilesNameTheLine(_ text: String, _ part: String) {
    let columns = [FrameColumn("a", .string), FrameColumn("b", .integer)]
    let error = #expect(throws: CPG1Error.self) {
      _ = try CSVReader(dialect: .sox).read(Array(text.utf8), columns: columns)
    }
    #expect(error?.message.contains(part) == true, "\(String(describing: error))")
  }

  @Test func valuesAreConvertedOnlyWithoutLoss() throws {
    func converted(_ value: FrameValue, _ type: FrameColumnType) -> FrameValue? {
      var builder = FrameBuilder(columns: [FrameColumn("c", type)])
      guard (try? builder.append([value])) != nil else { return nil }
      return builder.finish().value(row: 0, column: 0)
    }
    #expect(converted(.string("2025-09-30 00:00:00"), .date) == CivilDate("2025-09-30").map { .date($0) })
    #expect(converted(.string("2025-09-30 00:00:01"), .date) == nil)
    #expect(converted(.integer(5), .decimal) == .decimal(ExactDecimal(5)))
    #expect(converted(.decimal(ExactDecimal(coefficient: 50, scale: 1)), .integer) == .integer(5))
    #expect(converted(.decimal(ExactDecimal(coefficient: 55, scale: 1)), .integer) == nil)
    #expect(converted(.integer(7), .string) == .string("7"))
    #expect(converted(.integer(2), .bool) == nil)
    #expect(converted(.string("12a"), .integer) == nil)
    #expect(ExactDecimal(exactly: 0.1) == ExactDecimal("0.1"))
  }

  @Test func decimalsOfManyScalesStayExact() throws {
    var builder = FrameBuilder(columns: [FrameColumn("n", .decimal)])
    let texts = [
      "1", "0.25", "-9223372036854775807", "9223372036854775808.5", "0.000001", "12345678901234567890.123456",
    ]
    for text in texts { try builder.append([.string(text)]) }
    let frame = builder.finish()
    #expect((0..<texts.count).map { frame.value(row: $0, column: 0).text } == texts)
    let error = #expect(throws: CPG1Error.self) {
      var builder = FrameBuilder(columns: [FrameColumn("n", .decimal)])
      try builder.append([.string("1e30")])
      try builder.append([.string("1e-30")])
    }
    #expect(error?.message.contains("column 'n', row 1") == true)
  }

  @Test func manyDistinctTextsStayApart() throws {
    var builder = FrameBuilder(columns: [FrameColumn("s", .string)])
    for row in 0..<150_000 { try builder.append([.string("id-\(row % 140_000)")]) }
    let frame = builder.finish()
    for row in stride(from: 0, to: 150_000, by: 997) {
      #expect(frame.value(row: row, column: 0) == .string("id-\(row % 140_000)"))
    }
  }

  @Test func rowsOfTheWrongWidthAreRefused() {
    var builder = FrameBuilder(columns: Self.columns)
    #expect(throws: CPG1Error.self) { try builder.append([.null]) }
    #expect(throws: CPG1Error.self) {
      _ = try Frame([(Self.columns[0], [.null]), (Self.columns[1], [])])
    }
  }
}
