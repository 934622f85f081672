/// Closing exchange rates of one month: local currency units per US dollar, by company.
///
/// A rate that is NULL or zero is no rate. Of several rates for one company the last counts, and the company is
/// listed in ``conflicts`` when they differ. An unknown company has no rate; its amounts stay unconverted.
public struct FXRates: Sendable {
  /// The rates by company code.
  public let rates: [String: ExactDecimal]
  /// Companies with several different rates, sorted.
  public let conflicts: [String]

  /// Reads the rates of the item CR_05. Throws ``CPG1Error/Code/missingColumn`` when a column is absent.
  public init(cr05 frame: Frame, companies: CompanyTable) throws {
    let companyColumn = try frame.require("Company_Code", in: "CR_05")
    let rateColumn = try frame.require("FX_rate", in: "CR_05")
    let values = try frame.amounts(column: rateColumn, in: "CR_05")
    let codes = frame.mapTexts(column: companyColumn, missing: nil) { companies.company($0) }
    var rates: [String: ExactDecimal] = [:]
    var conflicts: Set<String> = []
    for row in 0..<frame.rowCount {
      guard let company = codes[row], let rate = values.value(row), !rate.isZero else { continue }
      if let earlier = rates[company], earlier != rate { conflicts.insert(company) }
      rates[company] = rate.normalized
    }
    self.rates = rates
    self.conflicts = conflicts.sorted()
  }

  /// Those of the given companies that have no rate, sorted.
  public func companiesWithoutRate(of companies: [String]) -> [String] {
    companies.filter { rates[$0] == nil }.sorted()
  }
}
