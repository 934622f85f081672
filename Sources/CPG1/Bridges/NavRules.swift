/// One ledger line reduced to what the category rules look at.
struct NavLine {
  /// The cleaned account is the voucher account.
  var isVoucherAccount: Bool
  /// The sign of the amount; a missing amount is zero.
  var sign: Int
  /// Booked by the integration user.
  var isIntegration: Bool
  /// Booked by the user `NAV/13`, the integration user of the November rules.
  var isNav13: Bool
  var description: NavDescription
  var isCreditMemo: Bool
  var isBankAccount: Bool
  /// The document number starts with a country prefix.
  var hasCountryPrefix: Bool
  /// The comment mentions the bank GTB.
  var mentionsGTB: Bool
}

/// What the rules say about a line.
struct NavOutcome: Equatable {
  /// The type of the voucher.
  enum VoucherType: Equatable {
    case none
    case fixed(String)
    /// To be looked up by voucher or transaction.
    case lookedUp
  }

  var category: NavCategory?
  var type: VoucherType

  static let nothing = NavOutcome(category: nil, type: .none)

  init(category: NavCategory?, type: VoucherType) {
    self.category = category
    self.type = type
  }

  init(_ category: NavCategory, _ type: String? = nil) {
    self.category = category
    self.type = type.map { .fixed($0) } ?? .none
  }
}

/// The rules that assign a category to a line on the voucher account: the first that applies counts.
enum NavRules {
  static let voucherAccount = "18412"
  static let integrationUser = "JUMIA/NAV31AFR.BATCH.SRVC"
  static let countryPrefixes = ["NG", "EG", "KE", "GH", "CI", "MA", "TN", "ZA", "UG", "SN"]

  static func outcome(_ line: NavLine, rules: NavRuleSet) -> NavOutcome {
    guard line.isVoucherAccount, line.sign != 0 else { return .nothing }
    return switch rules {
    case .current: current(line)
    case .november: november(line)
    }
  }

  private static func current(_ line: NavLine) -> NavOutcome {
    let manual = !line.isIntegration
    let words = line.description
    if line.sign < 0 {
      return NavOutcome(category: .issuance, type: manual ? manualIssuance(line) : integrationIssuance(words))
    }
    if manual, line.isBankAccount { return NavOutcome(.vtc, "Refund") }
    if !manual {
      if words.contains(.voucherAccrual) { return NavOutcome(.cancellation, "Apology") }
      return NavOutcome(category: .usage, type: .lookedUp)
    }
    if words.contains(.expired) {
      if words.contains(.expiredApology) { return NavOutcome(.expired, "Apology") }
      if words.contains(.expiredJForce) { return NavOutcome(.expired, "JForce") }
      if words.contains(.expiredStoreCredit) { return NavOutcome(.expired, "Store Credit") }
      return NavOutcome(.expired)
    }
    if words.contains(.manualRound) || (words.contains(.payout) && line.mentionsGTB) {
      return NavOutcome(.vtc, "Refund")
    }
    if line.isCreditMemo { return NavOutcome(.cancellation, "Store Credit") }
    if words.contains(.itemPriceCreditWord) { return NavOutcome(category: .usage, type: .lookedUp) }
    return .nothing
  }

  private static func integrationIssuance(_ words: NavDescription) -> NavOutcome.VoucherType {
    if !words.isDisjoint(with: [.refund, .rf]) { return .fixed("Refund") }
    if words.contains(.commercialGesture) { return .fixed("Apology") }
    if words.contains(.payout) { return .fixed("JForce") }
    return .none
  }

  private static func manualIssuance(_ line: NavLine) -> NavOutcome.VoucherType {
    let words = line.description
    if line.hasCountryPrefix { return .fixed("Store Credit") }
    if !words.isDisjoint(with: [.refund, .rfn, .rf]) { return .fixed("Refund") }
    if !words.isDisjoint(with: [.commercial, .cxp, .apology]) { return .fixed("Apology") }
    if words.contains(.payout) { return .fixed("JForce") }
    return .none
  }

  private static func november(_ line: NavLine) -> NavOutcome {
    let words = line.description
    if line.sign < 0 {
      if !words.isDisjoint(with: [.refund, .rfn]) { return NavOutcome(.issuanceRefund) }
      if !words.isDisjoint(with: [.commercialRegister, .cxp]) { return NavOutcome(.issuanceApology) }
      if words.contains(.jforcePayout) { return NavOutcome(.issuanceJForce) }
      return NavOutcome(.issuance)
    }
    if line.isBankAccount, !line.isNav13 { return NavOutcome(.vtcManual) }
    if line.isNav13, words.contains(.novemberUsage) { return NavOutcome(.usage) }
    if line.isCreditMemo, !line.isNav13 { return NavOutcome(.cancellationStoreCredit) }
    if line.isNav13, words.contains(.isVoucherOccur) { return NavOutcome(.cancellationApology) }
    if !line.isNav13, words.contains(.startsWithExp) { return NavOutcome(.expired) }
    return .nothing
  }
}
