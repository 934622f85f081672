import Testing

@testable import CPG1

@Suite struct HashTests {
  static let trace = [
    (name: "_ipe_id", value: ""), (name: "_extraction_date", value: "2025-10-01T08:00:00"),
    (name: "_cutoff_date", value: ""),
  ]

  @Test func originalHashesOfTheSample() throws {
    let expected = try #require(try SampleData.expected()["evidence_integrity_hash"]?.members)
    let cutoff = try SampleData.parameters().cutoff.description
    #expect(expected.count == 9)
    for entry in expected {
      let frame = try SampleData.frame(entry.name)
      #expect(PandasHash.hash(frame) == entry.value["typed"]?.string, "\(entry.name)")
      let traced = try frame.addingConstants([
        ("_ipe_id", entry.name), ("_extraction_date", "2025-10-01T08:00:00"), ("_cutoff_date", cutoff),
      ])
      #expect(PandasHash.hash(traced) == entry.value["typed_with_trace_columns"]?.string, "\(entry.name)")
      let text = try Frame(
        frame.columns.indices.map { column in
          (FrameColumn(frame.columns[column].name, .string), try Self.texts(entry.name, column: column))
        }
      )
      #expect(PandasHash.hash(text) == entry.value["text"]?.string, "\(entry.name)")
      #expect(
        CanonicalHash.hash(traced, excluding: ["_ipe_id", "_extraction_date", "_cutoff_date"])
          == entry.value["canonical_soxc1"]?.string,
        "\(entry.name)"
      )
    }
  }

  static func texts(_ table: String, column: Int) throws -> [FrameValue] {
    let raw = try CSVReader(dialect: .sox).read(SampleData.bytes(table + ".csv"))
    return (0..<raw.rowCount).map { raw.value(row: $0, column: column) }
  }

  @Test func canonicalHashIgnoresOrderAndTellsNullFromEmpty() throws {
    func hash(_ rows: [FrameValue]) throws -> String {
      CanonicalHash.hash(try Frame([(FrameColumn("a", .string), rows)]))
    }
    #expect(try hash([.string("x"), .null]) == hash([.null, .string("x")]))
    #expect(try hash([.string("")]) != hash([.null]))
    #expect(try hash([.string("\\N")]) != hash([.null]))
    #expect(try hash([.string("a\tb")]) != hash([.string("a\\tb")]))
    let numbers = ["1.50", "2"].map { text in
      CanonicalHash.hash((try? Frame([(FrameColumn("a", .decimal), [.string(text)])])) ?? Frame(emptyWith: []))
    }
    #expect(numbers[0] != numbers[1])
  }

  @Test(arguments: [
    (5.0, "5.0"), (1e16, "1e+16"), (1e15, "1000000000000000.0"), (9_500_000_000_000_000, "9500000000000000.0"),
    (1.234e22, "1.234e+22"), (0.0001, "0.0001"), (0.00001, "1e-05"), (0.000012345, "1.2345e-05"), (-0.1, "-0.1"),
    (0, "0.0"), (-0.0, "-0.0"), (1e100, "1e+100"), (123_456_789.125, "123456789.125"), (1e-300, "1e-300"),
  ])
  func floatsPrintAsInPython(_ value: Double, _ text: String) {
    #expect(PythonFloat.text(value) == text)
  }
}
