extension Cpg1Activities {
  private var frames: FrameStore { environment.frames }

  private func bridge(
    _ name: String,
    _ body: () throws -> BridgeResult
  ) async throws -> BridgeResult {
    try await environment.perform("calculating \(name)", item: name, rows: { _ in nil }) { try body() }
  }

  private func rates(_ cr05: FrameReference, _ parameters: RunParameters) throws -> FXRates {
    try FXRates(cr05: frames.load(cr05), companies: parameters.companyTable)
  }

  private func document(_ json: OrderedJSON) throws -> DocumentReference {
    try frames.storeDocument(json.bytes(indent: 0))
  }

  func customerPostingGroup(_ ipe07: FrameReference, scope: RunScope) async throws -> BridgeResult {
    try await bridge("customer_posting_group") {
      let companies = try scope.parameters().companyTable
      let result = try CustomerPostingGroupBridge(ipe07: frames.load(ipe07), companies: companies)
      var summary = BridgeResult(
        document: try document(result.json),
        counts: ["problem_customers_count": result.customers.count]
      )
      summary.amountUSD = .zero
      return summary
    }
  }

  func timingDifference(
    ipe08: FrameReference,
    jdash: DocumentReference,
    cr05: FrameReference,
    scope: RunScope
  ) async throws -> BridgeResult {
    try await bridge("timing_difference") {
      let parameters = try scope.parameters()
      let result = try TimingDifference(
        ipe08: frames.load(ipe08),
        jdash: JdashFile(bytes: frames.loadDocument(jdash)),
        cutoff: parameters.cutoff,
        companies: parameters.companyTable,
        rates: rates(cr05, parameters)
      )
      let ambiguous = result.ambiguousIDs.count
      return BridgeResult(
        document: try document(result.json),
        counts: [
          "variance_count": result.nonzeroLines.count, "groups": result.summary.lines,
          "jdash_only_vouchers": result.jdashOnlyVouchers, "null_amounts": result.nullAmounts,
        ],
        summary: result.summary,
        warnings: ambiguous == 0
          ? [] : ["\(ambiguous) voucher ids belong to several companies; Jdash usage went to the first"]
      )
    }
  }

  func navVoucherCategories(
    cr03: FrameReference,
    ipe08: FrameReference,
    usage: FrameReference,
    scope: RunScope
  ) async throws -> BridgeResult {
    try await bridge("nav_voucher_categories") {
      let companies = try scope.parameters().companyTable
      let result = try NavVoucherCategories(
        cr03: frames.load(cr03),
        ipe08: frames.load(ipe08),
        usage: frames.load(usage),
        companies: companies
      )
      return BridgeResult(document: try document(result.json), counts: Self.summaryCounts(result.counts))
    }
  }

  func vtcAdjustment(
    ipe08: FrameReference,
    cr03: FrameReference,
    categories: DocumentReference,
    cr05: FrameReference,
    scope: RunScope
  ) async throws -> BridgeResult {
    try await bridge("vtc_adjustment") {
      let parameters = try scope.parameters()
      let ledger = try frames.load(cr03)
      let lines = try NavVoucherCategories(
        json: OrderedJSON(parsing: frames.loadDocument(categories)),
        rowCount: ledger.rowCount
      )
      let result = try VTCAdjustment(
        ipe08: frames.load(ipe08),
        cr03: ledger,
        categories: lines,
        cutoff: parameters.cutoff,
        companies: parameters.companyTable,
        rates: rates(cr05, parameters)
      )
      return BridgeResult(
        document: try document(result.json),
        counts: ["unmatched_count": result.rows.count, "source_rows": result.sourceRows],
        summary: result.summary
      )
    }
  }

  func classification(of data: FrameReference) async throws -> BridgeResult {
    try await bridge("classification of \(data.item)") {
      let frame = try frames.load(data)
      let result = BridgeClassification(frame)
      let unclassified = result.ruleOfRow.count { $0 == nil }
      var summary = BridgeResult(
        document: try document(result.json),
        counts: Self.summaryCounts(result.counts)
      )
      summary.data = try frames.store(result.applied(to: frame), item: data.item)
      summary.warnings =
        unclassified == 0
        ? [] : ["\(unclassified) of \(frame.rowCount) rows of \(data.item) match no bridge rule"]
      return summary
    }
  }

  /// Rows without a category are counted as `(unclassified)`.
  private static func summaryCounts(_ counts: [String: Int]) -> [String: Int] {
    var counts = counts
    if let missing = counts.removeValue(forKey: AmountSummary.nullKey) { counts["(unclassified)"] = missing }
    return counts
  }

  func integrationErrors(
    _ errors: FrameReference,
    cr05: FrameReference,
    scope: RunScope
  ) async throws -> BridgeResult {
    try await bridge("integration_errors") {
      let parameters = try scope.parameters()
      let result = try IntegrationErrors(
        errors: frames.load(errors),
        companies: parameters.companyTable,
        rates: rates(cr05, parameters)
      )
      let unmapped = result.unmappedSources.values.reduce(0, +)
      let names = result.unmappedSources.keys.sorted().joined(separator: ", ")
      return BridgeResult(
        document: try document(result.json),
        counts: ["rows": result.rows.count, "unmapped_rows": unmapped],
        summary: result.total,
        warnings: unmapped == 0 ? [] : ["\(unmapped) integration errors come from sources without an account: \(names)"]
      )
    }
  }

  func businessLineReclass(_ ipe07: FrameReference, scope: RunScope) async throws -> BridgeResult {
    try await bridge("business_line_reclass") {
      let companies = try scope.parameters().companyTable
      let result = try BusinessLineReclass(ipe07: frames.load(ipe07), companies: companies)
      return BridgeResult(document: try document(result.json), counts: ["count": result.lines.count])
    }
  }

  func variance(tables: [FrameReference], cr05: FrameReference, scope: RunScope) async throws -> BridgeResult {
    try await bridge("variance") {
      let parameters = try scope.parameters()
      let companies = parameters.companyTable
      let rates = try rates(cr05, parameters)
      var frames: [String: Frame] = [:]
      for reference in tables { frames[reference.item] = try self.frames.load(reference) }
      let result = try Variance(tables: frames, companies: companies, rates: rates)
      let withoutRate = rates.companiesWithoutRate(of: parameters.companies)
      var warnings: [String] = []
      if !withoutRate.isEmpty {
        warnings.append(
          "no exchange rate for \(withoutRate.joined(separator: ", ")): their amounts are not in the dollar sums"
        )
      }
      for company in rates.conflicts { warnings.append("several exchange rates for \(company): the last one was used") }
      if !result.missingComponents.isEmpty {
        warnings.append(
          "no data for the components \(result.missingComponents.joined(separator: ", ")) of the variance"
        )
      }
      var summary = BridgeResult(
        document: try document(result.json),
        counts: ["components": result.components.count],
        warnings: warnings
      )
      summary.amountUSD = result.varianceUSD
      summary.verdict = result.status.rawValue
      var documents = [
        "fx": try document(
          .object([
            .init("recommended_rates", .sorted(rates.rates.mapValues { .decimal($0) })),
            .init("recommended_conflicts", .strings(rates.conflicts)),
            .init("companies_without_rate", .strings(withoutRate)),
          ])
        )
      ]
      if let balances = frames["CR_04"] {
        documents["variance_breakdown"] = try document(
          VarianceBreakdown(cr04: balances, companies: companies, rates: rates).json
        )
      }
      summary.documents = documents
      return summary
    }
  }
}

extension NavVoucherCategories {
  /// Reads the categories of a ledger from their form in `results.json`.
  ///
  /// - Parameter rowCount: how many rows the ledger has.
  /// - Throws: ``CPG1Error/Code/invalidData`` when the categories are not those of such a ledger.
  init(json: OrderedJSON, rowCount: Int) throws {
    let rows = json["rows"]?.array ?? []
    guard rows.count == rowCount else {
      throw CPG1Error(
        .invalidData,
        "there are categories for \(rows.count) ledger lines, but \(rowCount) lines; categorize the same CR_03 again"
      )
    }
    lines = try rows.map { row in
      let cells = row.array ?? []
      guard cells.count == 3 else {
        throw CPG1Error(
          .invalidData,
          "a ledger line's category has \(cells.count) fields, not 3; categorize CR_03 again"
        )
      }
      return Line(
        voucherType: cells[1].string,
        category: cells[0].string.flatMap(NavCategory.init(rawValue:)),
        isIntegration: cells[2].string == "Integration"
      )
    }
    amounts = Dictionary(
      (json["amounts_exact"]?.members ?? []).map { ($0.name, $0.value.string.flatMap { ExactDecimal($0) } ?? .zero) },
      uniquingKeysWith: { first, _ in first }
    )
    rowsDifferingFromOriginal = (json["category_differs_from_head"]?.array ?? []).compactMap(\.integer)
  }
}
