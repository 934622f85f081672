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
    let ledgerColumn = try cr03.require("id_company", in: "CR_03")
    let voucherColumn = try cr03.require("Voucher No_", in: "CR_03")
    let item = "IPE_08"
    let companyColumn = try frame.require("ID_COMPANY", in: item)
    let idColumn = try frame.require("id", in: item)
    let useColumn = try frame.require("business_use_formatted", in: item)
    let validColumn = try frame.require("Is_Valid", in: item)
    let activeColumn = try frame.require("is_active", in: item)
    guard let dayColumn = Self.inactiveColumns.lazy.compactMap({ frame.position(of: $0) }).first else {
      throw CPG1Error(
        .missingColumn,
        "IPE_08 has none of the columns \(Self.inactiveColumns); add the day of deactivation to the query"
      )
    }
    let remaining = try frame.amounts(column: try frame.require("remaining_amount", in: item), in: item)
    let month = CivilTimestamp(cutoff.firstOfMonth).microseconds..<CivilTimestamp(cutoff.firstOfNextMonth).microseconds

    // Step by step: most rows need neither company nor id.
    var sources = frame.rows(column: useColumn) { TextRules.enumeration($0) == "refund" }
    sources = frame.rows(sources, column: validColumn) { TextRules.enumeration($0) == "valid" }
    sources = frame.rows(sources, zeroIn: activeColumn)
    sources = try frame.rows(sources, column: dayColumn, within: month, in: item)
    var table = KeyTable()
    let company = frame.keys(column: companyColumn, rows: sources, in: &table) { companies.company($0) }

    let settling = (0..<cr03.rowCount).choosing { categories.lines[$0].category?.settlesVoucher == true }
    let ledgerCompany = cr03.keys(column: ledgerColumn, rows: settling, in: &table) { companies.company($0) }
    let voucher = cr03.identifiers(column: voucherColumn, rows: settling, in: &table)
    var settled = CompanyMap<Void>()
    for (company, id) in zip(ledgerCompany, voucher) where id >= 0 { settled.insert((), company: company, id: id) }
    let id = frame.identifiers(column: idColumn, rows: sources, knownTo: table)

    var accumulator = AmountAccumulator()
    var rows: [Int] = []
    for (position, row) in sources.enumerated()
    where settled.position(company: company[position], id: id[position]) == nil {
      rows.append(row)
      try accumulator.add(company: company[position], amount: remaining.value(row))
    }
    self.summary = try accumulator.finish(companies: table, rates: rates)
    self.sourceRows = sources.count
    self.rows = rows
    self.ids = frame.texts(column: idColumn, rows: rows)
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
