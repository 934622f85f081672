/// Transactions that did not reach the ledger, by the account that they should have reached.
public struct IntegrationErrors: Sendable {
  /// All mapped errors together.
  public let total: AmountSummary
  /// Mapped errors by ledger account.
  public let byAccount: [String: AmountSummary]
  /// The rows of the query result that count.
  public let rows: [Int]
  /// How many errors of each source have no account; `(null)` for a missing source.
  public let unmappedSources: [String: Int]

  /// Ledger account by source system, in the form of ``TextRules/enumeration(_:)``.
  static let accounts: [String: String] = [
    "scaccountstatement": "13023", "selleraccountstatements": "13023", "ringaccountstatements": "13023",
    "jforcepayouts": "18412", "refunds": "18412",
    "prepaiddeliveries": "18314",
    "cashdeposits": "13012", "cashdepositcancel": "13012", "paymentreconciles": "13012", "packlistpayments": "13012",
  ]
  /// States that are no error.
  static let settledStates: Set<String> = ["posted", "integrated"]

  /// Adds up the item IPE_REC_ERRORS.
  public init(errors frame: Frame, companies: CompanyTable, rates: FXRates) throws {
    let item = "IPE_REC_ERRORS"
    var table = KeyTable()
    let companyColumn = try frame.require("ID_Company", "ID_COMPANY", "id_company", "Company_Code", in: item)
    let company = frame.keys(column: companyColumn, in: &table) { companies.company($0) }
    let sourceColumn = try frame.require("Source_System", in: item)
    let source = frame.mapTexts(column: sourceColumn, missing: nil) { text in
      TextRules.trimmed(text).map { (name: $0, account: TextRules.enumeration($0).flatMap { Self.accounts[$0] }) }
    }
    let settled = frame.mapTexts(column: try frame.require("Integration_Status", in: item), missing: false) {
      TextRules.enumeration($0).map(Self.settledStates.contains) ?? false
    }
    let amounts = try frame.amounts(column: try frame.require("Amount", in: item), in: item)

    var total = AmountAccumulator()
    var perAccount: [String: AmountAccumulator] = [:]
    var rows: [Int] = []
    var unmapped: [String: Int] = [:]
    for row in 0..<frame.rowCount where !settled[row] {
      guard let account = source[row]?.account else {
        unmapped[source[row]?.name ?? AmountSummary.nullKey, default: 0] += 1
        continue
      }
      rows.append(row)
      let amount = amounts.value(row)
      try total.add(company: company[row], amount: amount)
      try perAccount[account, default: AmountAccumulator()].add(company: company[row], amount: amount)
    }
    self.total = try total.finish(companies: table, rates: rates)
    self.byAccount = try perAccount.mapValues { try $0.finish(companies: table, rates: rates) }
    self.rows = rows
    self.unmappedSources = unmapped
  }

  /// The result's form in `results.json`.
  public var json: OrderedJSON {
    var members = total.members(countedAs: "rows")
    members.append(.init("row_index", .integers(rows)))
    members.append(.init("unmapped_sources", .sorted(unmappedSources.mapValues { .integer($0) })))
    members.append(
      .init(
        "by_gl",
        .sorted(
          byAccount.mapValues {
            .object($0.members(countedAs: "rows", byCompany: false))
          }
        )
      )
    )
    return .object(members)
  }
}
