/// The categories of the ledger lines on the voucher account (CR_03).
public struct NavVoucherCategories: Sendable {
  /// One ledger line's outcome.
  public struct Line: Sendable, Hashable {
    // The largest first: a line takes a quarter less memory.
    /// The type of the voucher, nil when it is unknown or the category has none.
    public let voucherType: String?
    /// The category, nil when no rule applies.
    public let category: NavCategory?
    /// Whether the integration user booked the line; otherwise it is manual.
    public let isIntegration: Bool
  }

  /// The outcome of every row of CR_03, in order.
  public let lines: [Line]
  /// The amounts of each category; `(null)` for lines without.
  public let amounts: [String: ExactDecimal]
  /// Rows whose category the original's account comparison, which keeps `.0`, would have missed or changed.
  public let rowsDifferingFromOriginal: [Int]

  /// Assigns categories.
  ///
  /// - Parameters:
  ///   - frame: the item CR_03
  ///   - ipe08: the issued vouchers, for the voucher type
  ///   - usage: the item DOC_VOUCHER_USAGE, for the voucher type
  ///   - rules: the current rules or those of November
  public init(
    cr03 frame: Frame,
    ipe08: Frame,
    usage: Frame,
    companies: CompanyTable,
    rules: NavRuleSet = .current
  ) throws {
    let item = "CR_03"
    let features = try NavFeatures(frame)
    let figures = try frame.amounts(column: try frame.require("Amount", in: item), in: item)
    var outcomes: [NavOutcome] = []
    outcomes.reserveCapacity(frame.rowCount)
    var amounts: [NavCategory?: ExactDecimal] = [:]
    var differing: [Int] = []
    for row in 0..<frame.rowCount {
      let sign = Int(figures.coefficient(row).signum())
      let outcome = NavRules.outcome(features.line(row, sign: sign), rules: rules)
      outcomes.append(outcome)
      amounts[outcome.category] = try (amounts[outcome.category] ?? .zero).adding(figures.value(row) ?? .zero)
      let original = NavRules.outcome(features.originalLine(row, sign: sign), rules: rules)
      if original.category != outcome.category { differing.append(row) }
    }

    var table = KeyTable()
    let company = frame.keys(column: try frame.require("id_company", in: item), in: &table) { companies.company($0) }
    let lookedUp = outcomes.indices.filter { outcomes[$0].type == .lookedUp }
    let voucher = frame.identifiers(column: try frame.require("Voucher No_", in: item), rows: lookedUp, in: &table)
    let document = frame.identifiers(column: try frame.require("Document No_", in: item), rows: lookedUp, in: &table)
    let lookup = try VoucherTypeLookup(ipe08: ipe08, usage: usage, companies: companies, table: &table)
    var next = 0
    self.lines = outcomes.enumerated().map { row, outcome in
      let type: String?
      switch outcome.type {
      case .none: type = nil
      case .fixed(let name): type = name
      case .lookedUp:
        let code = lookup.type(company: company[row], voucher: voucher[next], document: document[next])
        type = code < 0 ? nil : table.name(code)
        next += 1
      }
      return Line(
        voucherType: type,
        category: outcome.category,
        isIntegration: features.isIntegration(row)
      )
    }
    self.amounts = Dictionary(
      uniqueKeysWithValues: amounts.map { ($0.key?.rawValue ?? AmountSummary.nullKey, $0.value) }
    )
    self.rowsDifferingFromOriginal = differing
  }

  /// How many lines each category has; `(null)` for lines without.
  public var counts: [String: Int] { Self.count(lines.lazy.map { $0.category?.rawValue }) }
  /// How many lines each voucher type has; `(null)` for lines without.
  public var voucherTypeCounts: [String: Int] { Self.count(lines.lazy.map(\.voucherType)) }

  private static func count(_ keys: some Sequence<String?>) -> [String: Int] {
    var counts: [String: Int] = [:]
    for key in keys { counts[key ?? AmountSummary.nullKey, default: 0] += 1 }
    return counts
  }

  /// The result's form in `results.json`.
  public var json: OrderedJSON {
    .object([
      .init("counts", .sorted(counts.mapValues { .integer($0) })),
      .init("voucher_type_counts", .sorted(voucherTypeCounts.mapValues { .integer($0) })),
      .init("amounts_exact", .sorted(amounts.mapValues { .decimal($0) })),
      .init(
        "rows",
        .array(
          lines.map { line in
            .array([
              .optional(line.category?.rawValue), .optional(line.voucherType),
              .string(line.isIntegration ? "Integration" : "Manual"),
            ])
          }
        )
      ),
      .init("category_differs_from_head", .integers(rowsDifferingFromOriginal)),
    ])
  }
}

/// What the rules look at, for every row of CR_03.
struct NavFeatures {
  private let isVoucherAccount: [Bool]
  private let isVoucherAccountAsWritten: [Bool]
  private let user: [(isIntegration: Bool, isNav13: Bool)]
  private let description: [NavDescription]
  private let isCreditMemo: [Bool]
  private let isBankAccount: [Bool]
  private let hasCountryPrefix: [Bool]
  private let mentionsGTB: [Bool]

  init(_ frame: Frame) throws {
    let item = "CR_03"
    let account = try frame.require("Chart of Accounts No_", in: item)
    isVoucherAccount = frame.mapTexts(column: account, missing: false) {
      TextRules.account($0) == NavRules.voucherAccount
    }
    isVoucherAccountAsWritten = frame.mapTexts(column: account, missing: false) {
      TextRules.trimmed($0) == NavRules.voucherAccount
    }
    user = frame.mapTexts(column: try frame.require("User ID", in: item), missing: (false, false)) { text in
      let name = TextRules.trimmed(text) ?? ""
      let slashed = String(name.uppercased().map { $0 == "\\" ? "/" : $0 })
      return (slashed == NavRules.integrationUser, name == "NAV/13")
    }
    description = frame.mapTexts(column: try frame.require("Document Description", in: item), missing: []) {
      NavDescription($0)
    }
    isCreditMemo = frame.mapTexts(column: try frame.require("Document Type", in: item), missing: false) {
      TextRules.enumeration($0) == "creditmemo"
    }
    isBankAccount = frame.mapTexts(column: try frame.require("Bal_ Account Type", in: item), missing: false) {
      TextRules.enumeration($0) == "bankaccount"
    }
    hasCountryPrefix = frame.mapTexts(column: try frame.require("Document No_", in: item), missing: false) { text in
      let number = (TextRules.trimmed(text) ?? "").uppercased()
      return NavRules.countryPrefixes.contains { number.hasPrefix($0) }
    }
    if let comment = frame.position(of: "Comment") {
      mentionsGTB = frame.mapTexts(column: comment, missing: false) { NavDescription.contains($0.uppercased(), "GTB") }
    } else {
      mentionsGTB = Array(repeating: false, count: frame.rowCount)
    }
  }

  func isIntegration(_ row: Int) -> Bool { user[row].isIntegration }

  func line(_ row: Int, sign: Int) -> NavLine { line(row, sign: sign, isVoucherAccount: isVoucherAccount[row]) }

  func originalLine(_ row: Int, sign: Int) -> NavLine {
    line(row, sign: sign, isVoucherAccount: isVoucherAccountAsWritten[row])
  }

  private func line(_ row: Int, sign: Int, isVoucherAccount: Bool) -> NavLine {
    NavLine(
      isVoucherAccount: isVoucherAccount,
      sign: sign,
      isIntegration: user[row].isIntegration,
      isNav13: user[row].isNav13,
      description: description[row],
      isCreditMemo: isCreditMemo[row],
      isBankAccount: isBankAccount[row],
      hasCountryPrefix: hasCountryPrefix[row],
      mentionsGTB: mentionsGTB[row]
    )
  }
}
