/// Actual balances against the values computed from the operational systems, in US dollars.
public struct Variance: Sendable {
  /// Whether the difference is below the threshold.
  public enum Status: String, Sendable, Hashable, Codable {
    /// The absolute difference is below the threshold.
    case reconciled = "RECONCILED"
    /// It is the threshold or more.
    case detected = "VARIANCE_DETECTED"
  }

  /// Where a component's amount stands.
  struct Component {
    let item: String
    let companyColumns: [String]
    /// Columns that are added.
    let amountColumns: [String]
  }

  static let components = [
    Component(item: "IPE_07", companyColumns: ["id_company"], amountColumns: ["rem_amt_LCY"]),
    Component(item: "IPE_08", companyColumns: ["ID_COMPANY"], amountColumns: ["remaining_amount"]),
    Component(item: "IPE_10", companyColumns: ["ID_COMPANY"], amountColumns: ["PAID_FOR_ITEMS", "PAID_FOR_SHIPPING"]),
    Component(
      item: "IPE_12",
      companyColumns: ["ID_COMPANY", "ID_Company", "id_company"],
      amountColumns: ["paid_price", "paid_shipping"]
    ),
    Component(item: "IPE_31", companyColumns: ["ID_Company"], amountColumns: ["Amount"]),
    Component(item: "IPE_34", companyColumns: ["ID_COMPANY"], amountColumns: ["AmountToRefund"]),
  ]
  static let actualsComponent = Component(
    item: "CR_04",
    companyColumns: ["ID_COMPANY"],
    amountColumns: ["BALANCE_AT_DATE"]
  )

  /// The ledger's balances (CR_04).
  public let actuals: AmountSummary
  /// The operational values by item.
  public let components: [String: AmountSummary]
  /// Components without data, sorted.
  public let missingComponents: [String]
  /// The sum of the components in US dollars.
  public let targetUSD: ExactDecimal
  /// Actuals minus target values in US dollars.
  public let varianceUSD: ExactDecimal
  /// From which absolute difference on there is a variance.
  public let threshold: ExactDecimal
  /// The verdict.
  public let status: Status

  /// One thousand US dollars.
  public static let standardThreshold = ExactDecimal(1000)

  /// The verdict on a difference: below the threshold is reconciled, the threshold itself is not.
  public static func status(variance: ExactDecimal, threshold: ExactDecimal) -> Status {
    variance.magnitude < threshold ? .reconciled : .detected
  }

  /// Compares the tables of a run, by item id. CR_04 is required; operational items that are absent are listed.
  public init(
    tables: [String: Frame],
    companies: CompanyTable,
    rates: FXRates,
    threshold: ExactDecimal = Variance.standardThreshold
  ) throws {
    guard let balances = tables["CR_04"] else {
      throw CPG1Error(.missingColumn, "the variance needs the item CR_04 (actual balances); add it to the run")
    }
    actuals = try Self.summary(of: balances, as: Self.actualsComponent, companies: companies, rates: rates)
    var components: [String: AmountSummary] = [:]
    var missing: [String] = []
    var target = QuotientSum()
    for component in Self.components {
      guard let frame = tables[component.item] else {
        missing.append(component.item)
        continue
      }
      let summary = try Self.summary(of: frame, as: component, companies: companies, rates: rates)
      try target.add(summary.exactUSD)
      components[component.item] = summary
    }
    var difference = actuals.exactUSD
    try difference.subtract(target)
    self.components = components
    missingComponents = missing.sorted()
    targetUSD = try target.rounded(places: 10)
    varianceUSD = try difference.rounded(places: 10)
    self.threshold = threshold
    status = Self.status(variance: varianceUSD, threshold: threshold)
  }

  private static func summary(
    of frame: Frame,
    as component: Component,
    companies: CompanyTable,
    rates: FXRates
  ) throws -> AmountSummary {
    var table = KeyTable()
    guard let companyColumn = component.companyColumns.lazy.compactMap({ frame.position(of: $0) }).first else {
      throw CPG1Error(
        .missingColumn,
        "\(component.item) has no company column \(component.companyColumns); add it to the query"
      )
    }
    let company = frame.keys(column: companyColumn, in: &table) { companies.company($0) }
    let amounts = try component.amountColumns.map {
      try frame.amounts(column: try frame.require($0, in: component.item), in: component.item)
    }
    var accumulator = AmountAccumulator()
    for row in 0..<frame.rowCount {
      var amount: ExactDecimal?
      for column in amounts {
        guard let value = column.value(row) else { continue }
        amount = try amount.map { try $0.adding(value) } ?? value
      }
      try accumulator.add(company: company[row], amount: amount)
    }
    return try accumulator.finish(companies: table, rates: rates)
  }

  /// The result's form in `results.json`.
  public var json: OrderedJSON {
    .object([
      .init("actuals", .object(actuals.members(countedAs: "rows"))),
      .init("components", .sorted(components.mapValues { .object($0.members(countedAs: "rows")) })),
      .init("missing_components", .strings(missingComponents)),
      .init("actuals_usd", .decimal(actuals.usd)),
      .init("target_values_usd", .decimal(targetUSD)),
      .init("variance_usd", .decimal(varianceUSD)),
      .init("threshold_usd", .decimal(threshold)),
      .init("status", .string(status.rawValue)),
    ])
  }
}
