/// Thresholds of the variance, by country and account. The most specific entry counts.
public struct VarianceThresholds: Sendable, Hashable, Codable {
  /// What a threshold is for.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// A bucket of vouchers.
    case bucket = "BUCKET_USD"
    /// A single voucher.
    case lineItem = "LINE_ITEM_USD"
    /// A country as a whole.
    case countryMateriality = "COUNTRY_MATERIALITY_USD"

    /// The threshold where no entry applies.
    public var fallback: ExactDecimal { self == .countryMateriality ? ExactDecimal(10_000) : ExactDecimal(1_000) }
  }

  /// One threshold.
  public struct Entry: Sendable, Hashable, Codable {
    /// Country code; nil for all countries.
    public let country: String?
    /// What it is for.
    public let kind: Kind
    /// Ledger account; nil for all accounts.
    public let account: String?
    /// The threshold in US dollars.
    public let usd: ExactDecimal

    /// Creates an entry.
    public init(country: String?, kind: Kind, account: String? = nil, usd: ExactDecimal) {
      self.country = country
      self.kind = kind
      self.account = account
      self.usd = usd
    }
  }

  /// The entries.
  public let entries: [Entry]

  /// Creates thresholds.
  public init(entries: [Entry]) { self.entries = entries }

  /// The thresholds of the control.
  public static let standard = VarianceThresholds(entries: [
    Entry(country: nil, kind: .bucket, usd: ExactDecimal(1_000)),
    Entry(country: nil, kind: .lineItem, usd: ExactDecimal(500)),
    Entry(country: nil, kind: .countryMateriality, usd: ExactDecimal(10_000)),
    Entry(country: "EG", kind: .bucket, account: "18412", usd: ExactDecimal(1_000)),
    Entry(country: "EG", kind: .lineItem, account: "18412", usd: ExactDecimal(5_000)),
    Entry(country: "EG", kind: .countryMateriality, usd: ExactDecimal(22_000)),
  ])

  /// The threshold for a country and account: country with account, country, all countries, then the fallback.
  public func threshold(country: String, kind: Kind, account: String? = nil) -> ExactDecimal {
    let candidates = entries.filter { $0.kind == kind && ($0.account == nil || $0.account == account) }
    func find(_ wanted: String?) -> ExactDecimal? {
      let own = candidates.filter { $0.country?.uppercased() == wanted?.uppercased() }
      return (own.first { $0.account != nil } ?? own.first)?.usd
    }
    return find(country) ?? find(nil) ?? kind.fallback
  }
}
