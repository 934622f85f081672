/// A rule that names the bridge to which a transaction belongs.
public struct ClassificationRule: Sendable, Hashable, Codable {
  /// The bridge's key.
  public let key: String
  /// Its title.
  public let title: String
  /// By column the values of which one must be there; every column must match.
  public let triggers: [String: [String]]
  /// Accounts to debit.
  public let debitAccounts: [String]
  /// Accounts to credit.
  public let creditAccounts: [String]
  /// What must be looked up before the booking.
  public let enrichments: [String]
  /// Lower ranks are tried first; equal ones in their order.
  public let rank: Int

  private enum CodingKeys: String, CodingKey {
    case key, title, triggers
    case debitAccounts = "dr"
    case creditAccounts = "cr"
    case enrichments = "enrich"
    case rank
  }

  /// Creates a rule.
  public init(
    key: String,
    title: String,
    triggers: [String: [String]],
    debitAccounts: [String],
    creditAccounts: [String],
    enrichments: [String] = [],
    rank: Int = 2
  ) {
    self.key = key
    self.title = title
    self.triggers = triggers
    self.debitAccounts = debitAccounts
    self.creditAccounts = creditAccounts
    self.enrichments = enrichments
    self.rank = rank
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    key = try container.decode(String.self, forKey: .key)
    title = try container.decode(String.self, forKey: .title)
    triggers = try container.decode([String: [String]].self, forKey: .triggers)
    debitAccounts = try container.decodeIfPresent([String].self, forKey: .debitAccounts) ?? []
    creditAccounts = try container.decodeIfPresent([String].self, forKey: .creditAccounts) ?? []
    enrichments = try container.decodeIfPresent([String].self, forKey: .enrichments) ?? []
    rank = try container.decodeIfPresent(Int.self, forKey: .rank) ?? 2
  }
}
