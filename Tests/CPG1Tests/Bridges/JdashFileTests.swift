import Testing

@testable import CPG1

@Suite struct JdashFileTests {
  @Test func sampleFile() throws {
    let file = try SampleData.jdash()
    let expected = try SampleData.expected()
    let loader = expected.at("timing_difference", "jdash_loader_head")
    #expect(file.rowCount == loader?["rows"]?.integer)
    #expect(OrderedJSON.strings(file.columns) == loader?["columns"])
    #expect(file.validation.isValid)
    let warnings = loader?["warnings"]?.array?.compactMap(\.string) ?? []
    #expect(
      file.validation.warnings.filter { warnings.contains($0) } == [
        "1 rows have null Voucher Id", "2 rows have null Amount Used",
      ]
    )
    #expect(file.validation.warnings.contains { $0.hasSuffix("duplicate Voucher Id entries found") })
    #expect(file.sha256 == expected.at("meta", "csv_sha256", "JDASH")?.string)
  }

  @Test func aliases() throws {
    for entry in try #require(try SampleData.micro().at("head", "jdash_columns")?.array) {
      let lists = entry.array ?? []
      let header = lists[0].array?.compactMap(\.string) ?? []
      #expect(OrderedJSON.strings(JdashFile.harmonized(header: header)) == lists[1])
    }
  }

  @Test func amountsAsPeopleTypeThem() throws {
    for entry in try #require(try SampleData.micro().at("head", "coerce_numeric")?.array) {
      guard let cells = entry.array, let text = cells[0].string else { continue }
      let amount = TextRules.amount(text)
      if case .number(let number) = cells[1] {
        #expect(amount == ExactDecimal(number), "\(text)")
      } else {
        #expect(amount == nil, "\(text)")
      }
    }
    #expect(TextRules.amount("1\u{A0}234,567.5") == ExactDecimal("1234567.5"))
  }

  @Test func missingColumnsAreAnErrorWithTheRemedy() throws {
    let error = #expect(throws: CPG1Error.self) { _ = try JdashFile(bytes: Array("code,total\n1,2\n".utf8)) }
    #expect(error?.message.contains("Voucher Id") == true)
  }

  @Test func emptyFileIsAWarning() throws {
    #expect(try JdashFile(bytes: Array("id,amount\n".utf8)).validation.warnings == ["the file has no rows"])
  }
}
