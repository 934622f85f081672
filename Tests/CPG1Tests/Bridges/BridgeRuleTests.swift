import Testing

@testable import CPG1

/// Edge cases of the bridges beyond the sample tables.
@Suite struct BridgeRuleTests {
  static let rates = [
    ("EC_NG", "1600"), ("JD_GH", "15.5"), ("Z0", "0"), ("N1", nil), ("EC_KE", "100"), ("ke", "150"),
  ]

  static func fx() throws -> FXRates {
    var builder = FrameBuilder(columns: [FrameColumn("Company_Code", .string), FrameColumn("FX_rate", .decimal)])
    for (company, rate) in rates {
      try builder.append([.string(company), rate.map { .string($0) } ?? .null])
    }
    return try FXRates(cr05: builder.finish(), companies: .standard)
  }

  static func usd(_ amount: ExactDecimal?, _ company: String?) throws -> AmountSummary {
    var table = KeyTable()
    var accumulator = AmountAccumulator()
    try accumulator.add(
      company: company.flatMap(CompanyTable.standard.company).map { table.code($0) } ?? -1,
      amount: amount
    )
    return try accumulator.finish(companies: table, rates: fx())
  }

  @Test func unknownCompaniesStayUnconverted() throws {
    #expect(try Self.usd(ExactDecimal("1000"), "JD_GH").usd.description == "64.5161290323")
    #expect(try Self.usd(ExactDecimal("-15.5"), " jd_gh ").usd == ExactDecimal(-1))
    #expect(try Self.usd(ExactDecimal("10"), "gh").usd.description == "0.6451612903")
    #expect(try Self.usd(nil, "JD_GH").nullAmounts == 1)
    for company in ["UNKNOWN", "Z0", "N1", nil] {
      let summary = try Self.usd(ExactDecimal(10), company)
      #expect(summary.usd.isZero)
      #expect(summary.unconverted == [company ?? "(null)": ExactDecimal(10)])
    }
  }

  @Test func lastRateWinsAndConflictsAreReported() throws {
    let fx = try Self.fx()
    #expect(fx.rates["EC_KE"] == ExactDecimal(150))
    #expect(fx.conflicts == ["EC_KE"])
    #expect(fx.companiesWithoutRate(of: ["N1", "EC_NG", "AA"]) == ["AA", "N1"])
  }

  @Test(arguments: ["FX_rate", "Company_Code"])
  func missingRateColumnIsNamed(_ absent: String) throws {
    let columns = ["FX_rate", "Company_Code"].filter { $0 != absent }.map { FrameColumn($0, .string) }
    let error = #expect(throws: CPG1Error.self) {
      _ = try FXRates(cr05: Frame(emptyWith: columns), companies: .standard)
    }
    #expect(error?.message.contains("'\(absent)'") == true)
  }

  @Test func voucherIdsMatchAsRecommended() throws {
    let cases = try #require(try SampleData.micro()["vtc_id_matching"]?.array)
    #expect(cases.count == 10)
    for entry in cases {
      let bob = entry["bob_id"]?.string
      let nav = entry["nav_voucher_no"]?.string
      let one = bob.flatMap(TextRules.identifier)
      let matches = one != nil && one == nav.flatMap(TextRules.identifier)
      #expect(OrderedJSON.bool(matches) == entry["recommended"], "\(entry.text(indent: 0))")
    }
  }

  @Test func timingWindowsFollowTheCutoff() throws {
    let cases = try #require(try SampleData.micro().at("head", "rolling_window")?.array)
    for entry in cases {
      let cells = (entry.array ?? []).compactMap(\.string)
      let cutoff = try #require(CivilDate(cells[0]))
      #expect(TimingDifference.windowStart(cutoff: cutoff).description == cells[1])
    }
  }

  /// One refund voucher created at a moment; whether it is in the window that includes the whole cutoff day.
  @Test(arguments: [
    ("2024-10-01 00:00:00", 1), ("2024-09-30 23:59:59", 0), ("2025-09-30 00:00:01", 1), ("2025-09-30 23:59:59", 1),
    ("2025-10-01 00:00:00", 0),
  ])
  func wholeCutoffDayIsInTheWindow(_ created: String, _ groups: Int) throws {
    let timing = try Self.timing([("EC_NG", "1", "5", created)], jdash: "Voucher Id,Amount Used\n1,5\n")
    #expect(timing.summary.lines == groups)
  }

  static func timing(_ rows: [(String, String, String, String)], jdash: String) throws -> TimingDifference {
    var builder = FrameBuilder(columns: [
      FrameColumn("ID_COMPANY", .string), FrameColumn("id", .string), FrameColumn("TotalAmountUsed", .decimal),
      FrameColumn("created_at", .timestamp), FrameColumn("business_use", .string), FrameColumn("is_active", .integer),
    ])
    for (company, id, used, created) in rows {
      try builder.append([
        .string(company), .string(id), .string(used), .string(created), .string("Store Credit"), .integer(0),
      ])
    }
    return try TimingDifference(
      ipe08: builder.finish(),
      jdash: JdashFile(bytes: Array(jdash.utf8)),
      cutoff: #require(CivilDate("2025-09-30")),
      companies: .standard,
      rates: fx()
    )
  }

  @Test func voucherOfTwoCompaniesUsesJdashOnce() throws {
    let day = "2025-05-01 10:00:00"
    let timing = try Self.timing(
      [("EC_NG", "7", "10", day), ("EC_KE", "7.0", "10", day), ("NG", " 7 ", "1", day)],
      jdash: "id,amount\n7,\"1,010.5\"\n7,\n,3\n9,4\n"
    )
    #expect(timing.ambiguousIDs == ["7"])
    #expect(timing.nonzeroLines.map(\.variance) == [ExactDecimal("999.5"), ExactDecimal("-10")])
    #expect(timing.nonzeroLines.map(\.rows) == [[0, 2], [1]])
    #expect(timing.jdashRowsSkipped == 2)
    #expect(timing.jdashOnlyVouchers == 1)
    #expect(timing.jdashOnlyAmount == ExactDecimal(4))
  }

  @Test func earlierDefinitionsOverTheSample() throws {
    let tables = try SampleData.tables()
    let jdash = try SampleData.jdash()
    let expected = try #require(try SampleData.expected()["timing_difference"])
    let first = try EarlierTimingDifference(usage: #require(tables["DOC_VOUCHER_USAGE"]), jdash: jdash)
    #expect(OrderedJSON.decimal(first.amountLCY) == expected.at("d1_jdash_vs_voucher_usage", "amount_lcy_exact"))
    #expect(first.lines.count == expected.at("d1_jdash_vs_voucher_usage", "count_exact_nonzero")?.integer)
    let second = try EarlierTimingDifference(
      ipe08: #require(tables["IPE_08"]),
      jdash: jdash,
      cutoff: SampleData.parameters().cutoff
    )
    #expect(OrderedJSON.decimal(second.amountLCY) == expected.at("d2_temporal_code", "amount_lcy_exact"))
    let rows = expected.at("d2_temporal_code", "rows")?.array ?? []
    #expect(second.lines.map(\.row) == rows.map { $0["row"]?.integer })
    #expect(second.lines.map { OrderedJSON.decimal($0.variance) } == rows.map { $0["variance_exact"] })
  }

  @Test func postingGroupsArePerCompanyAndIgnoreCaseAndBlanks() throws {
    let names = ["id_company", "Customer No_", "Customer Name", "Customer Posting Group"]
    var builder = FrameBuilder(columns: names.map { FrameColumn($0, .string) })
    let rows: [[String?]] = [
      ["NG", "C1", nil, "A"], ["EC_NG", "c1", "n", "B"], ["EC_NG", "C2", "n", "A"], ["EC_NG", "C2", "n", "a\u{A0}"],
      ["EC_KE", "C3", "n", "A"], ["EC_NG", "C3", "n", "B"], ["EC_NG", "C4", "n", "A"], ["EC_NG", "C4", "n", " "],
      ["EC_NG", nil, "n", "A"], ["EC_NG", "", "n", "B"],
    ]
    for row in rows { try builder.append(row.map { $0.map { .string($0) } ?? .null }) }
    let bridge = try CustomerPostingGroupBridge(ipe07: builder.finish(), companies: .standard)
    #expect(bridge.customers == [.init(company: "EC_NG", number: "C1", name: "n", groups: ["A", "B"])])
  }

  @Test func integrationErrorsFollowTheRecommendation() throws {
    let cases: [(String?, String?, String?)] = [
      ("Refunds", "Error", "18412"), ("Refunds", "Posted", nil), ("Refunds", "posted ", nil), ("Refunds", nil, "18412"),
      ("Refunds", "", "18412"), ("refunds", "Error", "18412"), ("Packlist Payments", "Error", "13012"),
      ("ring_account statements", "Error", "13023"), (nil, "Error", "unmapped"), ("Other", "Error", "unmapped"),
    ]
    for (source, status, account) in cases {
      let result = try IntegrationErrors(
        errors: Frame([
          (FrameColumn("Source_System", .string), [source.map { .string($0) } ?? .null]),
          (FrameColumn("Integration_Status", .string), [status.map { .string($0) } ?? .null]),
          (FrameColumn("ID_Company", .string), [.string("GH")]), (FrameColumn("Amount", .decimal), [.integer(31)]),
        ]),
        companies: .standard,
        rates: Self.fx()
      )
      #expect(result.byAccount.keys.first == (account == "unmapped" ? nil : account), "\(String(describing: source))")
      #expect(result.unmappedSources.isEmpty == (account != "unmapped"))
      if let summary = result.byAccount.values.first { #expect(summary.usd == ExactDecimal(2)) }
    }
  }

  @Test func thresholdsFollowTheMostSpecificEntry() throws {
    let cases = try #require(try SampleData.micro().at("head", "thresholds")?.array)
    for entry in cases {
      let cells = try #require(entry.array)
      let kind = try #require(cells[1].string.flatMap(VarianceThresholds.Kind.init(rawValue:)))
      let usd = VarianceThresholds.standard.threshold(
        country: cells[0].string ?? "",
        kind: kind,
        account: cells[2].string
      )
      guard case .number(let text) = cells[3] else { continue }
      #expect(usd == ExactDecimal(text), "\(entry.text(indent: 0))")
    }
  }

  @Test func theThresholdItselfIsAVariance() throws {
    let cases = try #require(try SampleData.expected().at("variance", "cases_original")?.array)
    for entry in cases {
      guard case .number(let actuals)? = entry["actuals"], case .number(let target)? = entry["target_values"],
        let one = ExactDecimal(actuals), let other = ExactDecimal(target)
      else { continue }
      let status = Variance.status(variance: try one.subtracting(other), threshold: Variance.standardThreshold)
      #expect(status.rawValue == entry["status"]?.string, "\(entry.text(indent: 0))")
    }
  }

  @Test func balancesByCompanyAndAccountAddUpToTheActuals() throws {
    let results = try ReconciliationResultsTests.results()
    let breakdown = try VarianceBreakdown(
      cr04: SampleData.frame("CR_04"),
      companies: .standard,
      rates: results.rates
    )
    let sum = try breakdown.lines.reduce(ExactDecimal.zero) { try $0.adding($1.balanceLCY) }
    #expect(sum == results.variance.actuals.lcyMixed)
    #expect(breakdown.lines.filter { $0.balanceUSD == nil }.allSatisfy { $0.company == "JD_DZ" })
  }
}
