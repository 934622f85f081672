/// What a ledger line on the voucher account stands for.
public enum NavCategory: String, Sendable, Hashable, CaseIterable {
  // Current rules.
  case vtc = "VTC"
  case issuance = "Issuance"
  case cancellation = "Cancellation"
  case usage = "Usage"
  case expired = "Expired"
  // Additional categories of the rules of November.
  case vtcManual = "VTC Manual"
  case issuanceRefund = "Issuance - Refund"
  case issuanceApology = "Issuance - Apology"
  case issuanceJForce = "Issuance - JForce"
  case cancellationStoreCredit = "Cancellation - Store Credit"
  case cancellationApology = "Cancellation - Apology"

  /// Whether a voucher with such a line is settled in the ledger, for the VTC adjustment.
  public var settlesVoucher: Bool {
    switch self {
    case .vtc, .vtcManual, .cancellation, .cancellationStoreCredit, .cancellationApology: true
    case .issuance, .issuanceRefund, .issuanceApology, .issuanceJForce, .usage, .expired: false
    }
  }
}

/// Which rules assign the categories.
public enum NavRuleSet: String, Sendable, Hashable, Codable {
  /// The current rules; the default.
  case current
  /// The rules as of November, which know no voucher type.
  case november
}
