/// All results of one run, computed from the tables that its queries returned.
public struct ReconciliationResults: Sendable {
  /// The items that a run needs.
  public static let requiredItems = [
    "IPE_07", "IPE_08", "IPE_10", "IPE_31", "CR_03", "CR_04", "CR_05", "DOC_VOUCHER_USAGE", "IPE_REC_ERRORS",
  ]

  /// Customers with several posting groups.
  public let customerPostingGroup: CustomerPostingGroupBridge
  /// Usage in Jdash against usage in the order system; nil when there is no Jdash file.
  public let timingDifference: TimingDifference?
  /// Categories of the ledger lines.
  public let navVoucherCategories: NavVoucherCategories
  /// Deactivated vouchers without a cancelling ledger line.
  public let vtcAdjustment: VTCAdjustment
  /// Bridges of the items IPE_31 and IPE_10.
  public let classification: [String: BridgeClassification]
  /// Transactions that did not reach the ledger.
  public let integrationErrors: IntegrationErrors
  /// Balances spread over several business lines.
  public let businessLineReclass: BusinessLineReclass
  /// Actual against target values.
  public let variance: Variance
  /// Exchange rates.
  public let rates: FXRates
  /// Companies in scope without a rate.
  public let companiesWithoutRate: [String]
  /// The canonical data hash of every item.
  public let dataHashes: [String: String]
  /// What a reader must know, such as an absent Jdash file.
  public let warnings: [String]

  /// Computes all results.
  ///
  /// - Parameters:
  ///   - tables: the query results by item id; those of ``requiredItems`` must be there
  ///   - jdash: the voucher usage of Jdash; without it there is no timing difference, and a warning says so
  ///   - parameters: the run's parameters
  ///   - rules: the classification rules
  ///   - navRules: the rules of the ledger categories
  ///   - threshold: from which absolute difference in US dollars on there is a variance
  ///   - dataHashes: hashes that are known already, to save computing them again
  /// - Throws: ``CPG1Error`` naming the item, column or row that is missing or wrong.
  public init(
    tables: [String: Frame],
    jdash: JdashFile?,
    parameters: RunParameters,
    rules: ClassificationRules = .standard,
    navRules: NavRuleSet = .current,
    threshold: ExactDecimal = Variance.standardThreshold,
    dataHashes: [String: String] = [:]
  ) throws {
    func table(_ id: String) throws -> Frame {
      guard let frame = tables[id] else {
        throw CPG1Error(.missingColumn, "the result of the item \(id) is missing; run its query first")
      }
      return frame
    }
    let companies = parameters.companyTable
    let (ipe07, ipe08) = (try table("IPE_07"), try table("IPE_08"))
    let (cr03, usage) = (try table("CR_03"), try table("DOC_VOUCHER_USAGE"))
    rates = try FXRates(cr05: table("CR_05"), companies: companies)
    companiesWithoutRate = rates.companiesWithoutRate(of: parameters.companies)
    customerPostingGroup = try CustomerPostingGroupBridge(ipe07: ipe07, companies: companies)
    businessLineReclass = try BusinessLineReclass(ipe07: ipe07, companies: companies)
    if let jdash {
      timingDifference = try TimingDifference(
        ipe08: ipe08,
        jdash: jdash,
        cutoff: parameters.cutoff,
        companies: companies,
        rates: rates
      )
    } else {
      timingDifference = nil
    }
    navVoucherCategories = try NavVoucherCategories(
      cr03: cr03,
      ipe08: ipe08,
      usage: usage,
      companies: companies,
      rules: navRules
    )
    vtcAdjustment = try VTCAdjustment(
      ipe08: ipe08,
      cr03: cr03,
      categories: navVoucherCategories,
      cutoff: parameters.cutoff,
      companies: companies,
      rates: rates
    )
    classification = [
      "IPE_31": BridgeClassification(try table("IPE_31"), rules: rules),
      "IPE_10": BridgeClassification(try table("IPE_10"), rules: rules),
    ]
    integrationErrors = try IntegrationErrors(errors: table("IPE_REC_ERRORS"), companies: companies, rates: rates)
    variance = try Variance(tables: tables, companies: companies, rates: rates, threshold: threshold)
    var hashes: [String: String] = [:]
    for id in Self.requiredItems { hashes[id] = try dataHashes[id] ?? CanonicalHash.hash(table(id)) }
    self.dataHashes = hashes
    warnings = Self.warnings(
      jdash: jdash,
      rates: rates,
      withoutRate: companiesWithoutRate,
      missing: variance.missingComponents,
      ambiguous: timingDifference?.ambiguousIDs ?? []
    )
  }

  private static func warnings(
    jdash: JdashFile?,
    rates: FXRates,
    withoutRate: [String],
    missing: [String],
    ambiguous: [String]
  ) -> [String] {
    var warnings: [String] = []
    if let jdash {
      warnings += jdash.validation.warnings.map { "Jdash file: \($0)" }
    } else {
      warnings.append("no Jdash file was given: the timing difference was not computed; it is not zero")
    }
    if !withoutRate.isEmpty {
      warnings.append(
        "no exchange rate for \(withoutRate.joined(separator: ", ")): their amounts are not in the dollar sums"
      )
    }
    for company in rates.conflicts { warnings.append("several exchange rates for \(company): the last one was used") }
    if !missing.isEmpty {
      warnings.append("no data for the components \(missing.joined(separator: ", ")) of the variance")
    }
    if !ambiguous.isEmpty {
      warnings.append("\(ambiguous.count) voucher ids belong to several companies; Jdash usage went to the first")
    }
    return warnings
  }

  /// The content of `results.json`. Rows are numbered by their position in the query result, from zero; money is
  /// decimal text. `timing_difference` is null when there was no Jdash file.
  public var json: OrderedJSON {
    .object([
      .init("customer_posting_group", customerPostingGroup.json),
      .init("timing_difference", timingDifference?.json ?? .null),
      .init("nav_voucher_categories", navVoucherCategories.json),
      .init("vtc_adjustment", vtcAdjustment.json),
      .init("classification", .sorted(classification.mapValues(\.json))),
      .init("integration_errors", integrationErrors.json),
      .init("business_line_reclass", businessLineReclass.json),
      .init("variance", variance.json),
      .init(
        "fx",
        .object([
          .init("recommended_rates", .sorted(rates.rates.mapValues { .decimal($0) })),
          .init("recommended_conflicts", .strings(rates.conflicts)),
          .init("companies_without_rate", .strings(companiesWithoutRate)),
        ])
      ),
      .init("evidence_integrity_hash", .sorted(dataHashes.mapValues { .string($0) })),
    ])
  }
}
