/// Amounts of several companies: in local currency, and in US dollars where a rate is known.
public struct AmountSummary: Sendable {
  /// How many lines were added up.
  public let lines: Int
  /// How many of them had no amount; they count as zero.
  public let nullAmounts: Int
  /// The plain sum over all companies, which mixes currencies.
  public let lcyMixed: ExactDecimal
  /// The sum of the converted amounts in US dollars, rounded half to even to 10 places.
  public let usd: ExactDecimal
  /// Local currency by company; `(null)` stands for a missing company.
  public let byCompany: [String: ExactDecimal]
  /// Those of ``byCompany`` that have no rate.
  public let unconverted: [String: ExactDecimal]
  /// The exact dollar sum, for further sums.
  let exactUSD: QuotientSum

  /// The key that stands for something missing.
  public static let nullKey = "(null)"

  /// The members that every bridge's result carries.
  func members(countedAs name: String?, byCompany withCompanies: Bool = true) -> [OrderedJSON.Member] {
    var members: [OrderedJSON.Member] = []
    if let name { members.append(.init(name, .integer(lines))) }
    members.append(.init("null_amounts", .integer(nullAmounts)))
    members.append(.init("amount_lcy_mixed", .decimal(lcyMixed)))
    members.append(.init("amount_usd", .decimal(usd)))
    if withCompanies { members.append(.init("by_company_lcy", .sorted(byCompany.mapValues { .decimal($0) }))) }
    members.append(.init("unconverted_lcy", .sorted(unconverted.mapValues { .decimal($0) })))
    return members
  }
}

/// Adds up amounts by company.
struct AmountAccumulator {
  private var lines = 0
  private var nullAmounts = 0
  private var sums: [ExactDecimal?] = []

  /// Adds a line; company -1 means that it has none.
  mutating func add(company: Int32, amount: ExactDecimal?) throws {
    lines += 1
    if amount == nil { nullAmounts += 1 }
    let slot = Int(company) + 1
    if slot >= sums.count { sums.append(contentsOf: repeatElement(nil, count: slot + 1 - sums.count)) }
    let amount = amount ?? .zero
    sums[slot] = try sums[slot].map { try $0.adding(amount) } ?? amount
  }

  /// Converts and closes the sums. Companies with one rate are added before they are divided.
  func finish(companies: KeyTable, rates: FXRates) throws -> AmountSummary {
    var total = ExactDecimal.zero
    var byCompany: [String: ExactDecimal] = [:]
    var unconverted: [String: ExactDecimal] = [:]
    var perRate: [ExactDecimal: ExactDecimal] = [:]
    for (slot, sum) in sums.enumerated() {
      guard let sum else { continue }
      total = try total.adding(sum)
      let name = slot == 0 ? AmountSummary.nullKey : companies.name(Int32(slot - 1))
      byCompany[name] = sum
      if slot > 0, let rate = rates.rates[name] {
        perRate[rate] = try (perRate[rate] ?? .zero).adding(sum)
      } else {
        unconverted[name] = sum
      }
    }
    var dollars = QuotientSum()
    for (rate, sum) in perRate {
      try dollars.add(rate.isNegative ? sum.negated : sum, dividedBy: rate.magnitude)
    }
    return AmountSummary(
      lines: lines,
      nullAmounts: nullAmounts,
      lcyMixed: total,
      usd: try dollars.rounded(places: 10),
      byCompany: byCompany,
      unconverted: unconverted,
      exactUSD: dollars
    )
  }
}
