import Testing

@testable import CPG1

@Suite struct BridgeClassificationTests {
  static func key(_ column: FrameColumn, _ value: FrameValue) throws -> String? {
    BridgeClassification(try Frame([(column, [value])])).rule(row: 0)?.key
  }

  @Test func prepaymentCells() throws {
    let cases = try #require(try SampleData.micro()["is_prepayment_cells"]?.array)
    #expect(cases.count == 18)
    for entry in cases {
      let cell: (FrameColumnType, FrameValue) =
        switch (entry["type"]?.string, entry["value"]) {
        case ("str", .string(let text)?): (.string, .string(text))
        case ("int", .number(let text)?): (.integer, .string(text))
        case ("float", .number(let text)?): (.decimal, .string(text))
        case ("bool", .bool(let flag)?): (.bool, .bool(flag))
        default: (.string, .null)
        }
      let key = try Self.key(FrameColumn("IS_PREPAYMENT", cell.0), cell.1)
      #expect(OrderedJSON.optional(key) == entry["recommended"], "\(entry.text(indent: 0))")
    }
  }

  @Test func transactionTypes() throws {
    for entry in try #require(try SampleData.micro().at("temporal", "transaction_type")?.array) {
      guard let cells = entry.array else { continue }
      let key = try Self.key(FrameColumn("Transaction_Type", .string), cells[0].string.map { .string($0) } ?? .null)
      // Blanks around a value do not matter any more; everything else is as it was.
      let expected = cells[0].string == "Refund " ? "REFUNDS" : cells[1].string
      #expect(key == expected, "\(entry.text(indent: 0))")
    }
  }

  @Test func mixedCells() throws {
    let columns = ["Transaction_Type", "IS_PREPAYMENT", "Source", "Entity"]
    let raw = try CSVReader(dialect: .sox).read(SampleData.bytes("CLASSIFY_MIX.csv"))
    let table = try Frame(
      columns.map { name in
        (FrameColumn(name, .string), (0..<raw.rowCount).map { raw.value(row: $0, column: name) ?? .null })
      }
    )
    let expected = try SampleData.expected().at("classification", "CLASSIFY_MIX", "recommended")
    #expect(OrderedJSON.difference(BridgeClassification(table).json, expected) == nil)
  }

  @Test func standardRulesAreThoseOfTheControl() throws {
    let expected = try #require(try SampleData.expected().at("classification", "rules"))
    let given = try ClassificationRules(json: expected)
    #expect(given == .standard)
  }

  @Test func ownRulesReplaceTheStandard() throws {
    let rules = try ClassificationRules(
      json: OrderedJSON(
        parsing: """
          [{"key": "B", "triggers": {"T": ["x"]}, "rank": 3}, {"key": "A", "triggers": {"T": ["X"]}}]
          """
      )
    )
    let table = try Frame([(FrameColumn("T", .string), [.string(" x"), .string("y")])])
    let classification = BridgeClassification(table, rules: rules)
    #expect(classification.counts == ["A": 1, "(null)": 1])
    let applied = try classification.applied(to: table)
    #expect(applied.value(row: 0, column: "bridge_title") == .string("A"))
    #expect(applied.value(row: 1, column: "bridge_key") == .null)
  }

  @Test(arguments: [
    "[]", "{}", "[{\"key\": \"A\"}]", "[{\"key\": \" \", \"triggers\": {\"T\": [\"x\"]}}]",
    "[{\"key\": \"A\", \"triggers\": {\"T\": []}}]",
  ])
  func badRulesAreRefused(_ json: String) throws {
    #expect(throws: CPG1Error.self) { _ = try ClassificationRules(json: OrderedJSON(parsing: json)) }
  }
}
