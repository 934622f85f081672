/// The ledger's balances by company and account, in local currency and US dollars: where a variance may come from.
public struct VarianceBreakdown: Sendable {
  /// The balance of an account of a company.
  public struct Line: Sendable, Hashable {
    /// Company code, `(null)` when the rows have none.
    public let company: String
    /// Group account, `(null)` when the rows have none.
    public let account: String
    /// The balance in local currency.
    public let balanceLCY: ExactDecimal
    /// The balance in US dollars, rounded half to even to 10 places; nil when there is no rate.
    public let balanceUSD: ExactDecimal?
  }

  /// The lines, by company and account.
  public let lines: [Line]

  /// Adds up the item CR_04.
  public init(cr04 frame: Frame, companies: CompanyTable, rates: FXRates) throws {
    let item = "CR_04"
    var table = KeyTable()
    let company = frame.keys(column: try frame.require("ID_COMPANY", in: item), in: &table) { companies.company($0) }
    let account = frame.keys(
      column: try frame.require("GROUP_COA_ACCOUNT_NO", in: item),
      in: &table,
      TextRules.account
    )
    let balances = try frame.amounts(column: try frame.require("BALANCE_AT_DATE", in: item), in: item)
    var sums: [CompanyKey: ExactDecimal] = [:]
    for row in 0..<frame.rowCount {
      let key = CompanyKey(company: company[row], id: account[row])
      sums[key] = try (sums[key] ?? .zero).adding(balances.value(row) ?? .zero)
    }
    lines = try sums.map { key, sum in
      let name = key.company < 0 ? AmountSummary.nullKey : table.name(key.company)
      var dollars: ExactDecimal?
      if let rate = rates.rates[name] {
        var quotient = QuotientSum()
        try quotient.add(rate.isNegative ? sum.negated : sum, dividedBy: rate.magnitude)
        dollars = try quotient.rounded(places: 10)
      }
      return Line(
        company: name,
        account: key.id < 0 ? AmountSummary.nullKey : table.name(key.id),
        balanceLCY: sum,
        balanceUSD: dollars
      )
    }.sorted { codePointOrder(($0.company, $0.account), ($1.company, $1.account)) }
  }

  /// The lines as JSON.
  public var json: OrderedJSON {
    .array(
      lines.map { line in
        .object([
          .init("id_company", .string(line.company)), .init("account", .string(line.account)),
          .init("balance_lcy", .decimal(line.balanceLCY)),
          .init("balance_usd", line.balanceUSD.map { .decimal($0) } ?? .null),
        ])
      }
    )
  }
}
