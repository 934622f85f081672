/// The companies in scope: country, company code and currency.
public struct CompanyTable: Sendable, Codable, Hashable {
  /// One company.
  public struct Entry: Sendable, Codable, Hashable {
    /// Two-letter country code.
    public let country: String
    /// Company code of the ledger.
    public let company: String
    /// ISO currency code of the local ledger.
    public let currency: String

    /// Creates an entry.
    public init(country: String, company: String, currency: String) {
      self.country = country
      self.company = company
      self.currency = currency
    }
  }

  /// The companies, in order.
  public let entries: [Entry]
  private let byCountry: [String: String]

  private enum CodingKeys: String, CodingKey { case entries }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(entries: container.decode([Entry].self, forKey: .entries))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(entries, forKey: .entries)
  }

  /// Creates a table. Throws ``CPG1Error/Code/invalidParameter`` when it is empty, or a country or a company
  /// is blank or listed twice.
  public init(entries: [Entry]) throws {
    guard !entries.isEmpty else {
      throw CPG1Error(.invalidParameter, "the company table is empty; list at least one company")
    }
    var seen: Set<String> = []
    for entry in entries {
      for code in [entry.country, entry.company] {
        guard TextRules.trimmed(code) != nil, seen.insert(code.uppercased()).inserted else {
          throw CPG1Error(
            .invalidParameter,
            "the company table has a blank or repeated code '\(code)'; make codes unique"
          )
        }
      }
    }
    self.init(valid: entries)
  }

  private init(valid entries: [Entry]) {
    self.entries = entries
    self.byCountry = Dictionary(
      uniqueKeysWithValues: entries.map { ($0.country.uppercased(), $0.company.uppercased()) }
    )
  }

  /// The nine companies of the control.
  public static let standard = CompanyTable(valid: [
    Entry(country: "NG", company: "EC_NG", currency: "NGN"),
    Entry(country: "EG", company: "JM_EG", currency: "EGP"),
    Entry(country: "KE", company: "EC_KE", currency: "KES"),
    Entry(country: "GH", company: "JD_GH", currency: "GHS"),
    Entry(country: "MA", company: "EC_MA", currency: "MAD"),
    Entry(country: "CI", company: "EC_IC", currency: "XOF"),
    Entry(country: "SN", company: "HF_SN", currency: "XOF"),
    Entry(country: "UG", company: "JD_UG", currency: "UGX"),
    Entry(country: "DZ", company: "JD_DZ", currency: "DZD"),
  ])

  /// All company codes in order.
  public var companies: [String] { entries.map(\.company) }

  /// The company that a cell means: trimmed, upper case, a country code replaced by its company; nil when blank.
  /// Codes that the table does not know stay as they are.
  public func company(_ text: String) -> String? {
    guard let code = TextRules.trimmed(text)?.uppercased() else { return nil }
    return byCountry[code] ?? code
  }

  /// The entry of a country or company code.
  public func entry(_ text: String) -> Entry? {
    company(text).flatMap { code in entries.first { $0.company.uppercased() == code } }
  }
}
