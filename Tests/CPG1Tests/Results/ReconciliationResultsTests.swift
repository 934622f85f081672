import Testing

@testable import CPG1

/// The results over the sample data set, compared with the recommended results beside it.
@Suite struct ReconciliationResultsTests {
  static func results() throws -> ReconciliationResults {
    try ReconciliationResults(
      tables: SampleData.tables(),
      jdash: SampleData.jdash(),
      parameters: SampleData.parameters()
    )
  }

  @Test func everyRecommendedResultIsExact() throws {
    let json = try Self.results().json
    let expected = try SampleData.expected()
    for key in [
      "customer_posting_group", "timing_difference", "nav_voucher_categories", "vtc_adjustment", "integration_errors",
      "business_line_reclass", "variance",
    ] {
      let recommended = expected.at(key, "recommended")
      #expect(recommended != nil, "\(key)")
      #expect(OrderedJSON.difference(json[key], recommended, path: key) == nil)
    }
    for item in ["IPE_31", "IPE_10"] {
      let recommended = expected.at("classification", item, "recommended")
      #expect(recommended != nil)
      #expect(OrderedJSON.difference(json.at("classification", item), recommended, path: item) == nil)
    }
  }

  @Test func exchangeRatesAreExact() throws {
    let json = try Self.results().json
    let expected = try SampleData.expected()
    for key in ["recommended_rates", "recommended_conflicts", "companies_without_rate"] {
      #expect(expected.at("fx", key) != nil)
      #expect(OrderedJSON.difference(json.at("fx", key), expected.at("fx", key), path: key) == nil)
    }
  }

  @Test func canonicalHashesAreExact() throws {
    let json = try Self.results().json
    let hashes = try #require(try SampleData.expected().at("evidence_integrity_hash")?.members)
    #expect(hashes.count == 9)
    for hash in hashes {
      #expect(json.at("evidence_integrity_hash", hash.name) == hash.value["canonical_soxc1"], "\(hash.name)")
    }
  }

  @Test func keysAreThoseOfTheContract() throws {
    let json = try Self.results().json
    #expect(
      json.members?.map(\.name).sorted() == [
        "business_line_reclass", "classification", "customer_posting_group", "evidence_integrity_hash", "fx",
        "integration_errors", "nav_voucher_categories", "timing_difference", "variance", "vtc_adjustment",
      ]
    )
  }

  @Test func anAbsentJdashFileIsAWarningAndNoZero() throws {
    let results = try ReconciliationResults(
      tables: SampleData.tables(),
      jdash: nil,
      parameters: SampleData.parameters()
    )
    #expect(results.json["timing_difference"] == .null)
    #expect(results.warnings.contains { $0.contains("no Jdash file") })
  }

  @Test func aMissingTableIsNamed() throws {
    var tables = try SampleData.tables()
    tables["CR_05"] = nil
    let error = #expect(throws: CPG1Error.self) {
      _ = try ReconciliationResults(tables: tables, jdash: nil, parameters: SampleData.parameters())
    }
    #expect(error?.message.contains("CR_05") == true)
  }
}
