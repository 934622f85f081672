/// Customers of one company whose balance is spread over several business lines, with a proposal to move the smaller
/// balances to the largest. Every line needs a review.
public struct BusinessLineReclass: Sendable {
  /// A customer's balance on one business line.
  public struct Line: Sendable, Hashable {
    /// Company code, nil when the rows have none.
    public let company: String?
    /// Customer number.
    public let customer: String
    /// Business line code.
    public let line: String
    /// The balance in local currency.
    public let balance: ExactDecimal
    /// On how many lines the customer has a balance.
    public let lineCount: Int
    /// The line with the largest absolute balance; of equal ones the first by name.
    public let primaryLine: String
    /// What to move to the primary line: all of it, or zero on the primary line itself.
    public let reclassAmount: ExactDecimal
  }

  /// The lines, by company, customer and line.
  public let lines: [Line]

  /// Balances below this amount are ignored.
  static let smallestBalance = ExactDecimal(coefficient: 1, scale: 2)

  /// Finds them in the item IPE_07.
  public init(ipe07 frame: Frame, companies: CompanyTable) throws {
    var table = KeyTable()
    let item = "IPE_07"
    let company = frame.keys(column: try frame.require("id_company", in: item), in: &table) { companies.company($0) }
    let customer = frame.identifiers(column: try frame.require("Customer No_", in: item), in: &table)
    let line = frame.keys(column: try frame.require("Busline Code", in: item), in: &table, TextRules.trimmed)
    let amounts = try frame.amounts(column: try frame.require("rem_amt_LCY", in: item), in: item)

    var balances: [CompanyKey: [Int32: ExactDecimal]] = [:]
    for row in 0..<frame.rowCount where customer[row] >= 0 && line[row] >= 0 {
      let key = CompanyKey(company: company[row], id: customer[row])
      let balance = balances[key]?[line[row]] ?? .zero
      balances[key, default: [:]][line[row]] = try balance.adding(amounts.value(row) ?? .zero)
    }
    var lines: [Line] = []
    for (key, perLine) in balances {
      let kept = perLine.filter { $0.value.magnitude >= Self.smallestBalance }
        .map { (name: table.name($0.key), balance: $0.value) }
        .sorted { codePointOrder($0.name, $1.name) }
      guard kept.count >= 2, var primary = kept.first else { continue }
      for candidate in kept where candidate.balance.magnitude > primary.balance.magnitude { primary = candidate }
      for (name, balance) in kept {
        lines.append(
          Line(
            company: key.company < 0 ? nil : table.name(key.company),
            customer: table.name(key.id),
            line: name,
            balance: balance,
            lineCount: kept.count,
            primaryLine: primary.name,
            reclassAmount: name == primary.name ? .zero : balance
          )
        )
      }
    }
    self.lines = lines.sorted {
      if $0.company == $1.company, $0.customer == $1.customer { return codePointOrder($0.line, $1.line) }
      return codePointOrder(($0.company ?? "", $0.customer), ($1.company ?? "", $1.customer))
    }
  }

  /// The result's form in `results.json`.
  public var json: OrderedJSON {
    .object([
      .init("count", .integer(lines.count)),
      .init(
        "rows",
        .array(
          lines.map { line in
            .object([
              .init("id_company", .optional(line.company)),
              .init("customer_id", .string(line.customer)),
              .init("business_line_code", .string(line.line)),
              .init("balance_lcy", .decimal(line.balance)),
              .init("num_business_lines_for_customer", .integer(line.lineCount)),
              .init("proposed_primary_business_line", .string(line.primaryLine)),
              .init("proposed_reclass_amount_lcy", .decimal(line.reclassAmount)),
            ])
          }
        )
      ),
    ])
  }
}
