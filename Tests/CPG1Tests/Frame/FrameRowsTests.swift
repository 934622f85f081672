import Testing

@testable import CPG1

@Suite struct FrameRowsTests {
  static func frame(_ type: FrameColumnType, _ cells: [FrameValue]) throws -> Frame {
    try Frame([(FrameColumn("c", type), cells)])
  }

  @Test(arguments: [
    (
      FrameColumnType.string,
      [FrameValue.string("0"), .string(" False "), .string("1"), .null, .string(""), .string("0.00")]
    ),
    (.integer, [.integer(0), .integer(0), .integer(1), .null, .integer(-1), .integer(0)]),
    (.decimal, [.integer(0), .string("0.0"), .string("0.1"), .null, .integer(2), .integer(0)]),
    (.bool, [.bool(false), .bool(false), .bool(true), .null, .bool(true), .bool(false)]),
  ])
  func zeroOrFalse(_ type: FrameColumnType, _ cells: [FrameValue]) throws {
    let frame = try Self.frame(type, cells)
    #expect(frame.rows([0, 1, 2, 3, 4, 5], zeroIn: 0) == [0, 1, 5])
    #expect(frame.rows([5, 3, 0], zeroIn: 0) == [5, 0])
    #expect(frame.rows([], zeroIn: 0) == [])
  }

  @Test func momentsInARangeWhateverTheColumnsType() throws {
    let texts: [FrameValue] = [.string("2025-09-01"), .null, .string("2025-10-01"), .string("2025-09-30 23:59:59")]
    let (first, end) = (CivilDate(dayNumber: 20_332), CivilDate(dayNumber: 20_362))
    let month = CivilTimestamp(first).microseconds..<CivilTimestamp(end).microseconds
    for type in [FrameColumnType.string, .timestamp] {
      let frame = try Self.frame(type, texts)
      #expect(try frame.rows([0, 1, 2, 3], column: 0, within: month, in: "T") == [0, 3])
      #expect(try frame.rows([3, 2], column: 0, within: month, in: "T") == [3])
    }
    // Before 1970 is not missing, and 1970 is not what NULL stands for.
    let early = try Self.frame(.timestamp, [.null, .string("1970-01-01")])
    #expect(try early.rows([0, 1], column: 0, within: 0..<1, in: "T") == [1])
  }

  @Test func aBadMomentIsReportedEvenWhereNobodyLooks() throws {
    let frame = try Self.frame(.string, [.string("2025-09-01"), .string("soon")])
    #expect(throws: CPG1Error.self) { try frame.rows([0], column: 0, within: 0..<1, in: "T") }
  }

  @Test func keysOfSomeRowsAreThoseOfAll() throws {
    let cells = (0..<300).map { row -> FrameValue in
      row % 7 == 0 ? .null : .string(row % 5 == 0 ? "  \(row % 40).0" : "v\(row % 90)")
    }
    let frame = try Self.frame(.string, cells)
    var table = KeyTable()
    let all = frame.identifiers(column: 0, in: &table)
    let names = all.map { $0 < 0 ? nil : table.name($0) }
    #expect(names == cells.map { $0.text.flatMap(TextRules.identifier) })
    for rows in [[299, 3, 3, 7, 150], Array(100..<300), []] {
      var other = KeyTable()
      let some = frame.identifiers(column: 0, rows: rows, in: &other)
      #expect(some.map { $0 < 0 ? nil : other.name($0) } == rows.map { names[$0] })
      #expect(frame.identifiers(column: 0, rows: rows, knownTo: table) == rows.map { all[$0] })
      let keys = frame.keys(column: 0, rows: rows, in: &table, TextRules.identifier)
      #expect(keys == rows.map { all[$0] })
      #expect(frame.texts(column: 0, rows: rows) == rows.map { cells[$0].text })
    }
    let unknown = frame.identifiers(column: 0, rows: 0..<300, knownTo: KeyTable())
    #expect(unknown == Array(repeating: -1, count: 300))
  }
}
