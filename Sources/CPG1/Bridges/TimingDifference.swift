/// Vouchers whose usage in the order system (IPE_08) differs from the usage in Jdash.
///
/// One line per company and voucher: the variance is Jdash minus IPE_08. Only inactive vouchers for non-marketing
/// purposes count, created in the twelve months that end with the cutoff's month, up to the whole cutoff day.
public struct TimingDifference: Sendable {
  /// A voucher of a company.
  public struct Line: Sendable, Hashable {
    /// Company code, nil when the rows have none.
    public let company: String?
    /// Voucher id.
    public let id: String
    /// The rows of IPE_08 that make up the line.
    public let rows: [Int]
    /// Usage according to IPE_08.
    public let ipeUsed: ExactDecimal
    /// Usage according to Jdash.
    public let jdashUsed: ExactDecimal
    /// Jdash minus IPE_08.
    public let variance: ExactDecimal
  }

  /// First day of the window.
  public let windowStart: CivilDate
  /// The day after the window.
  public let windowEnd: CivilDate
  /// The variances added up; lines without variance included.
  public let summary: AmountSummary
  /// Cells of IPE_08 without an amount, counted as zero.
  public let nullAmounts: Int
  /// The lines with a variance, in the order of IPE_08.
  public let nonzeroLines: [Line]
  /// Voucher ids that several companies have. Jdash knows no company: its amount went to the first of them.
  public let ambiguousIDs: [String]
  /// Rows of the Jdash file that were left out.
  public let jdashRowsSkipped: Int
  /// How many vouchers only Jdash knows.
  public let jdashOnlyVouchers: Int
  /// What those amount to.
  public let jdashOnlyAmount: ExactDecimal

  /// Purposes of vouchers that are not marketing, in the form of ``TextRules/enumeration(_:)``.
  static let purposes: Set<String> = ["apologyv2", "jforce", "refund", "storecredit", "jpaystorecredit"]

  /// The twelve months that end with the month of `cutoff`: from the first of the next month, a year earlier.
  public static func windowStart(cutoff: CivilDate) -> CivilDate { cutoff.firstOfNextMonth.yearEarlier }

  /// Compares IPE_08 with a Jdash file.
  public init(
    ipe08 frame: Frame,
    jdash: JdashFile,
    cutoff: CivilDate,
    companies: CompanyTable,
    rates: FXRates
  ) throws {
    let item = "IPE_08"
    var table = KeyTable()
    let company = frame.keys(column: try frame.require("ID_COMPANY", in: item), in: &table) { companies.company($0) }
    let useColumn = try frame.require("business_use", in: item)
    let activeColumn = try frame.require("is_active", in: item)
    let createdColumn = try frame.require("created_at", in: item)
    let used = try frame.amounts(column: try frame.require("TotalAmountUsed", in: item), in: item)
    windowStart = Self.windowStart(cutoff: cutoff)
    windowEnd = cutoff.adding(days: 1)
    let window = CivilTimestamp(windowStart).microseconds..<CivilTimestamp(windowEnd).microseconds

    let purpose = frame.rows(column: useColumn) { TextRules.enumeration($0).map(Self.purposes.contains) ?? false }
    let inactive = frame.rows(purpose, zeroIn: activeColumn)
    let wanted = try frame.rows(inactive, column: createdColumn, within: window, in: item)
    let id = frame.identifiers(column: try frame.require("id", in: item), rows: wanted, in: &table)

    var lineOfKey: [CompanyKey: Int] = [:]
    var lines: [(key: CompanyKey, rows: [Int], used: ExactDecimal)] = []
    var nullAmounts = 0
    for (row, id) in zip(wanted, id) where id >= 0 {
      let key = CompanyKey(company: company[row], id: id)
      let line = lineOfKey[key] ?? lines.count
      if line == lines.count {
        lineOfKey[key] = line
        lines.append((key, [], .zero))
      }
      lines[line].rows.append(row)
      if let amount = used.value(row) {
        lines[line].used = try lines[line].used.adding(amount)
      } else {
        nullAmounts += 1
      }
    }

    var accumulator = AmountAccumulator()
    var nonzero: [Line] = []
    var seen: Set<Int32> = []
    var ambiguous: Set<Int32> = []
    for line in lines {
      let isFirst = seen.insert(line.key.id).inserted
      if !isFirst { ambiguous.insert(line.key.id) }
      let jdashUsed = isFirst ? jdash.amounts[table.name(line.key.id)] ?? .zero : .zero
      let variance = try jdashUsed.subtracting(line.used)
      try accumulator.add(company: line.key.company, amount: variance)
      if variance.isZero { continue }
      nonzero.append(
        Line(
          company: line.key.company < 0 ? nil : table.name(line.key.company),
          id: table.name(line.key.id),
          rows: line.rows,
          ipeUsed: line.used,
          jdashUsed: jdashUsed,
          variance: variance
        )
      )
    }
    var onlyVouchers = 0
    var onlyAmount = ExactDecimal.zero
    for (voucher, amount) in jdash.amounts {
      if let code = table.existingCode(voucher), seen.contains(code) { continue }
      onlyVouchers += 1
      onlyAmount = try onlyAmount.adding(amount)
    }
    self.summary = try accumulator.finish(companies: table, rates: rates)
    self.nullAmounts = nullAmounts
    self.nonzeroLines = nonzero
    self.ambiguousIDs = ambiguous.map { table.name($0) }.sorted(by: codePointOrder)
    self.jdashRowsSkipped = jdash.skippedRows
    self.jdashOnlyVouchers = onlyVouchers
    self.jdashOnlyAmount = onlyAmount
  }

  /// The result's form in `results.json`.
  public var json: OrderedJSON {
    var members: [OrderedJSON.Member] = [
      .init("window_start", .string(windowStart.description)),
      .init("window_end_exclusive", .string(windowEnd.description)),
      .init("null_amounts", .integer(nullAmounts)),
    ]
    members += summary.members(countedAs: nil).filter { $0.name != "null_amounts" }
    members.append(.init("groups", .integer(summary.lines)))
    members.append(
      .init(
        "nonzero_rows",
        .array(
          nonzeroLines.map { line in
            .object([
              .init("id_company", .optional(line.company)),
              .init("id", .string(line.id)),
              .init("row_index", .integers(line.rows)),
              .init("ipe_used", .decimal(line.ipeUsed)),
              .init("jdash_used", .decimal(line.jdashUsed)),
              .init("variance", .decimal(line.variance)),
            ])
          }
        )
      )
    )
    members.append(.init("ambiguous_ids", .strings(ambiguousIDs)))
    members.append(.init("jdash_rows_skipped", .integer(jdashRowsSkipped)))
    members.append(.init("jdash_only_vouchers", .integer(jdashOnlyVouchers)))
    members.append(.init("jdash_only_amount", .decimal(jdashOnlyAmount)))
    return .object(members)
  }
}
