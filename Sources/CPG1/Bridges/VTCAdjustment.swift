/// Refund vouchers that were deactivated in the cutoff's month but have no cancelling line in the ledger.
public struct VTCAdjustment: Sendable {
  /// The unmatched vouchers' remaining amounts.
  public let summary: AmountSummary
  /// How many vouchers were looked at.
  public let sourceRows: Int
  /// The unmatched rows of IPE_08.
  public let rows: [Int]
  /// Their ids as IPE_08 writes them.
  public let ids: [String?]

  /// Columns that may hold the day of deactivation; the first that exists counts.
  static let inactiveColumns = ["inactive_at", "inactive_date", "voucher_inactive_date", "min_inactive_date"]

  /// Compares the deactivated vouchers with the ledger lines, by company and id. A missing id matches nothing.
  ///
  /// - Parameters:
  ///   - ipe08: the issued vouchers
  ///   - cr03: the ledger lines
  ///   - categories: the categories of the ledger lines
  ///   - cutoff: a day of the month in which the vouchers were deactivated
  public init(
    ipe08 frame: Frame,
    cr03: Frame,
    categories: NavVoucherCategories,
    cutoff: CivilDate,
    companies: CompanyTable,
    rates: FXRates
  ) throws {
    var table = KeyTable()
    let ledgerCompany = cr03.keys(column: try cr03.require("id_company", in: "CR_03"), in: &table) {
      companies.company($0)
    }
    let voucherColumn = try cr03.require("Voucher No_", in: "CR_03")
    let voucher = cr03.keys(
      column: voucherColumn,
      in: &table,
      where: { categories.lines[$0].category?.settlesVoucher == true },
      TextRules.identifier
    )
    var settled: Set<CompanyKey> = []
    for row in 0..<cr03.rowCount where voucher[row] >= 0 {
      settled.insert(CompanyKey(company: ledgerCompany[row], id: voucher[row]))
    }

    let item = "IPE_08"
    let company = frame.keys(column: try frame.require("ID_COMPANY", in: item), in: &table) { companies.company($0) }
    let idColumn = try frame.require("id", in: item)
    let isRefund = frame.mapTexts(column: try frame.require("business_use_formatted", in: item), missing: false) {
      TextRules.enumeration($0) == "refund"
    }
    let isValid = frame.mapTexts(column: try frame.require("Is_Valid", in: item), missing: false) {
      TextRules.enumeration($0) == "valid"
    }
    let inactive = frame.isZero(column: try frame.require("is_active", in: item))
    guard let dayColumn = Self.inactiveColumns.lazy.compactMap({ frame.position(of: $0) }).first else {
      throw CPG1Error(
        .missingColumn,
        "IPE_08 has none of the columns \(Self.inactiveColumns); add the day of deactivation to the query"
      )
    }
    let deactivated = try frame.moments(column: dayColumn, in: item)
    let remaining = try frame.amounts(column: try frame.require("remaining_amount", in: item), in: item)
    let month = CivilTimestamp(cutoff.firstOfMonth).microseconds..<CivilTimestamp(cutoff.firstOfNextMonth).microseconds

    let sources = (0..<frame.rowCount).map { row in
      isRefund[row] && isValid[row] && inactive[row] && month.contains(deactivated[row])
    }
    let id = frame.keys(column: idColumn, in: &table, known: true, where: { sources[$0] }, TextRules.identifier)

    var accumulator = AmountAccumulator()
    var rows: [Int] = []
    var sourceRows = 0
    for row in 0..<frame.rowCount where sources[row] {
      sourceRows += 1
      if id[row] >= 0, settled.contains(CompanyKey(company: company[row], id: id[row])) { continue }
      rows.append(row)
      try accumulator.add(company: company[row], amount: remaining.value(row))
    }
    self.summary = try accumulator.finish(companies: table, rates: rates)
    self.sourceRows = sourceRows
    self.rows = rows
    self.ids = rows.map { frame.value(row: $0, column: idColumn).text }
  }

  /// The result's form in `results.json`.
  public var json: OrderedJSON {
    var members = summary.members(countedAs: "rows")
    members.append(.init("source_rows", .integer(sourceRows)))
    members.append(.init("row_index", .integers(rows)))
    members.append(.init("ids", .array(ids.map { .optional($0) })))
    return .object(members)
  }
}
