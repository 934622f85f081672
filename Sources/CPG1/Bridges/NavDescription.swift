/// The words that the rules look for in the description of a ledger line.
struct NavDescription: OptionSet, Sendable {
  let rawValue: UInt32

  static let refund = NavDescription(rawValue: 1 << 0)
  static let rfn = NavDescription(rawValue: 1 << 1)
  static let rf = NavDescription(rawValue: 1 << 2)
  static let commercialGesture = NavDescription(rawValue: 1 << 3)
  static let commercial = NavDescription(rawValue: 1 << 4)
  static let cxp = NavDescription(rawValue: 1 << 5)
  static let apology = NavDescription(rawValue: 1 << 6)
  static let payout = NavDescription(rawValue: 1 << 7)
  static let voucherAccrual = NavDescription(rawValue: 1 << 8)
  static let expired = NavDescription(rawValue: 1 << 9)
  static let expiredApology = NavDescription(rawValue: 1 << 10)
  static let expiredJForce = NavDescription(rawValue: 1 << 11)
  static let expiredStoreCredit = NavDescription(rawValue: 1 << 12)
  static let manualRound = NavDescription(rawValue: 1 << 13)
  static let itemPriceCreditWord = NavDescription(rawValue: 1 << 14)
  static let novemberUsage = NavDescription(rawValue: 1 << 15)
  static let commercialRegister = NavDescription(rawValue: 1 << 16)
  static let jforcePayout = NavDescription(rawValue: 1 << 17)
  static let isVoucherOccur = NavDescription(rawValue: 1 << 18)
  static let startsWithExp = NavDescription(rawValue: 1 << 19)

  private static let words: [(word: String, flag: NavDescription)] = [
    ("REFUND", .refund), ("RFN", .rfn), ("RF_", .rf), ("RF ", .rf),
    ("COMMERCIAL GESTURE", .commercialGesture), ("COMMERCIAL", .commercial), ("CXP", .cxp), ("APOLOGY", .apology),
    ("PYT_", .payout), ("VOUCHER ACCRUAL", .voucherAccrual),
    ("EXPR", .expired), ("EXPR_APLGY", .expiredApology), ("EXPR_JFORCE", .expiredJForce),
    ("EXPR_STR CRDT", .expiredStoreCredit), ("EXPR_STR_CRDT", .expiredStoreCredit),
    ("MANUAL RND", .manualRound), ("ITEMPRICECREDIT", .itemPriceCreditWord),
    ("ITEM PRICE CREDIT", .novemberUsage), ("ITEM SHIPPING FEES", .novemberUsage),
    ("VOUCHER APPLICATION", .novemberUsage), ("COMMERCIAL REGISTER", .commercialRegister), ("PYT_PF", .jforcePayout),
  ]

  init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Searches a description, whatever its case.
  init(_ text: String) {
    let upper = (TextRules.trimmed(text) ?? "").uppercased()
    var flags: NavDescription = []
    for (word, flag) in Self.words where Self.contains(upper, word) { flags.insert(flag) }
    if upper == "VOUCHER OCCUR" { flags.insert(.isVoucherOccur) }
    if upper.utf8.starts(with: "EXP".utf8) { flags.insert(.startsWithExp) }
    self = flags
  }

  /// Whether the bytes of `word` occur in `text`.
  static func contains(_ text: String, _ word: String) -> Bool {
    let haystack = Array(text.utf8)
    let needle = Array(word.utf8)
    guard let first = needle.first, haystack.count >= needle.count else { return false }
    for start in 0...(haystack.count - needle.count) where haystack[start] == first {
      if haystack[start..<start + needle.count].elementsEqual(needle) { return true }
    }
    return false
  }
}
