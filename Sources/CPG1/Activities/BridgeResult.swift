/// The summary of a bridge. The complete result is stored as a document.
public struct BridgeResult: Sendable, Hashable, Codable {
  /// The bridge's amount in US dollars; nil where a bridge has none.
  public var amountUSD: ExactDecimal?
  /// The plain sum over all companies, which mixes currencies.
  public var amountLCYMixed: ExactDecimal?
  /// Local currency by company.
  public var byCompanyLCY: [String: ExactDecimal]?
  /// Those companies that have no rate.
  public var unconvertedLCY: [String: ExactDecimal]?
  /// Counts by name, for example `unmatched_count`.
  public var counts: [String: Int]
  /// A verdict, for example `RECONCILED`.
  public var verdict: String?
  /// The complete result in the form of `results.json`.
  public let document: DocumentReference
  /// Further documents by name.
  public var documents: [String: DocumentReference]?
  /// The classified table.
  public var data: FrameReference?
  /// What a reader must know.
  public var warnings: [String]

  private enum CodingKeys: String, CodingKey {
    case amountUSD = "bridge_amount"
    case amountLCYMixed = "amount_lcy_mixed"
    case byCompanyLCY = "by_company_lcy"
    case unconvertedLCY = "unconverted_lcy"
    case counts, verdict, document, documents, data, warnings
  }

  init(document: DocumentReference, counts: [String: Int], summary: AmountSummary? = nil, warnings: [String] = []) {
    self.document = document
    self.counts = counts
    self.warnings = warnings
    amountUSD = summary?.usd
    amountLCYMixed = summary?.lcyMixed
    byCompanyLCY = summary?.byCompany
    unconvertedLCY = summary?.unconverted
  }
}

/// All bridges of a run.
public struct BridgeCalculations: Sendable, Hashable, Codable {
  /// Customers with several posting groups.
  public var customerPostingGroup: BridgeResult?
  /// Voucher usage in Jdash against the order system; nil without a Jdash file.
  public var timingDifference: BridgeResult?
  /// Categories of the ledger lines.
  public var navVoucherCategories: BridgeResult?
  /// Deactivated vouchers without a cancelling ledger line.
  public var vtcAdjustment: BridgeResult?
  /// Bridges of the collection accounts.
  public var classifiedIPE31: BridgeResult?
  /// Bridges of the prepayments.
  public var classifiedIPE10: BridgeResult?
  /// Transactions that did not reach the ledger.
  public var integrationErrors: BridgeResult?
  /// Balances spread over several business lines.
  public var businessLineReclass: BridgeResult?
  /// Actual against target values.
  public var variance: BridgeResult?

  private enum CodingKeys: String, CodingKey {
    case customerPostingGroup = "customer_posting_group"
    case timingDifference = "timing_difference"
    case navVoucherCategories = "nav_voucher_categories"
    case vtcAdjustment = "vtc_adjustment"
    case classifiedIPE31 = "classified_ipe_31"
    case classifiedIPE10 = "classified_ipe_10"
    case integrationErrors = "integration_errors"
    case businessLineReclass = "business_line_reclass"
    case variance
  }

  /// No bridge yet.
  public init() {}

  /// The bridges with their names in results, in order.
  public var named: [(name: String, result: BridgeResult)] {
    let all: [(String, BridgeResult?)] = [
      ("customer_posting_group", customerPostingGroup), ("timing_difference", timingDifference),
      ("nav_voucher_categories", navVoucherCategories), ("vtc_adjustment", vtcAdjustment),
      ("classified_ipe_31", classifiedIPE31), ("classified_ipe_10", classifiedIPE10),
      ("integration_errors", integrationErrors), ("business_line_reclass", businessLineReclass),
      ("variance", variance),
    ]
    return all.compactMap { name, result in result.map { (name, $0) } }
  }
}
