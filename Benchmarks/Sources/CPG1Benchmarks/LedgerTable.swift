internal import CPG1

/// CR_03: ledger lines, most of them on the voucher account, with all spellings that the rules know.
struct LedgerTable {
  let frame: Frame
  /// The sum of the column Amount in ten-thousandths.
  let total: Int

  private static let accounts = Weighted<FrameValue>.texts([
    ("18412", 770), ("13003", 90), ("18350", 55), ("13001", 50), ("18412.0", 15), (nil, 15), (" 18412 ", 5),
  ])
  private static let users = Weighted<FrameValue>.texts([
    ("NAV/13", 53), ("JUMIA/NAV31AFR.BATCH.SRVC", 51), ("USER/01", 44), ("JUMIA\\ABIR.OUALI", 28),
    ("JUMIA\\NAV31AFR.BATCH.SRVC", 13), (nil, 4), ("jumia/nav31afr.batch.srvc", 3), ("", 2), (" NAV/13 ", 1),
    ("nav/13", 1),
  ])
  private static let types = Weighted<FrameValue>.texts([
    ("Invoice", 81), ("Payment", 46), ("Credit Memo", 27), ("Refund", 19), (nil, 13), ("", 10), ("credit memo ", 4),
  ])
  private static let balancing = Weighted<FrameValue>.texts([
    ("G/L Account", 139), ("Customer", 25), ("Bank Account", 19), ("", 6), ("BANK ACCOUNT", 5), (nil, 5),
    ("bank account ", 1),
  ])
  private static let lines = Weighted<FrameValue>.texts([
    ("BL-FOOD", 49), ("BL-CORE", 42), ("BL-LOG", 40), ("BL-PAY", 35), ("BL-MPL", 34),
  ])
  private static let comments = Weighted<FrameValue>.texts([
    (nil, 144), ("GTB transfer", 25), ("cash", 15), ("paid by gtb", 11), ("", 5),
  ])
  private static let numbers = Weighted<String>([
    ("T", 22), ("SI-", 11), ("GJ-", 11), ("NG-STC-", 10), ("ke-", 10), ("DOC-", 10), ("CIT-", 8), ("MANUAL-", 10),
    ("EG", 8),
  ])
  /// Descriptions; a `#` becomes a number that hardly any other line has.
  private static let descriptions = Weighted<String?>([
    ("Voucher Accrual reversal", 15), ("MANUAL RND #", 15), ("Voucher occur", 15), ("Item price credit", 14),
    ("ITEM SHIPPING FEES CREDIT order #", 14), ("ITEMPRICECREDIT", 11), ("manual rnd, corrected", 9),
    ("Voucher application #", 9), ("Item Price Credit / ITEMPRICECREDIT", 8), ("EXPR_JFORCE 2024", 8),
    ("Libellé \"spécial\", n° #", 7), ("İSTANBUL test", 6), ("", 5), ("Refund RF_#", 5), ("Autre écriture", 5),
    ("BACKMARGIN accrual", 5), ("PYT_PF #", 5), ("COMMERCIAL GESTURE #", 4), ("EXPR other", 4),
    ("Expired vouchers Q3", 4), (nil, 3), ("voucher occur ", 3), ("Commercial register entry", 3),
    ("EXPR_APLGY 2024", 3), ("RF # cash back", 3), ("PYT_# payout", 3), ("PERF review adj", 3),
    ("multi\nline refund", 3), ("  ", 2), ("RFN-# customer", 2), ("EXPR_STR_CRDT", 2), ("CXP apology #", 2),
    ("exp 2024", 1), ("EXPR_STR CRDT 2024", 1),
  ])

  init(_ vouchers: Vouchers) throws {
    var random = vouchers.random(3)
    var builder = FrameBuilder(
      columns: try Catalog.bundled().item("CR_03").columns, expectedRows: vouchers.count)
    var total = 0
    for row in 0..<vouchers.count {
      let voucher = vouchers[random.below(vouchers.count)]
      // Some lines stand in another company than the voucher.
      let company = random.chance(960) ? voucher.company : random.pick(Companies.all)
      let account = random.pick(Self.accounts)
      let isVoucherAccount = account.text?.contains("18412") == true
      var money = random.chance(10) ? (amount: 0, places: 2) : Money.random(&random)
      if random.chance(200) { money.amount = -money.amount }
      total += money.amount
      let amount = Money.cell(money)
      let day = Days.day(&random, Days.firstOfYear...Days.cutoff)
      let group = isVoucherAccount ? "18412" : account.text ?? "18412"
      try builder.append([
        .string(random.chance(995) ? company.code : company.country.lowercased()), .string(company.country),
        .integer(1), .string("Opco"), .integer(Int64(70_000_000 + row)),
        .string(Self.documentNumber(&random, vouchers)), .null, Self.voucherNumber(&random, voucher), day, day,
        random.pick(Self.types), account, .string(isVoucherAccount ? "Voucher accrual" : "Other account"),
        .string(group), .string("Group \(group)"), Self.description(&random), amount, amount,
        random.pick(Self.lines), .string("FIN"), random.pick(Self.balancing), .string("10058"), .null, .null,
        .string("GENJNL"), .integer(0), random.pick(Self.users), day, .null, .null, .integer(0), .string(""), .null,
        .null, .null, .null, .null, .string("Liabilities"), .string("Current"), .string("Accruals"),
        .string(random.chance(25) ? "BackMargin" : "Other"), random.pick(Self.comments),
      ])
    }
    frame = builder.finish()
    self.total = total
  }

  private static func documentNumber(_ random: inout Seeded, _ vouchers: Vouchers) -> String {
    let prefix = random.pick(numbers)
    if prefix == "T" { return vouchers.transaction(random.below(vouchers.count * 3 / 2)) }
    return prefix + String(random.below(1_000_000))
  }

  /// The voucher as people write it: missing, in another case, with blanks or as a number with a fraction.
  private static func voucherNumber(_ random: inout Seeded, _ voucher: Vouchers.Voucher) -> FrameValue {
    switch random.below(1000) {
    case ..<255: .null
    case ..<285: .string("")
    case ..<325: .string("NOPE-\(random.below(1_000_000))")
    case ..<345: .string(voucher.id.lowercased())
    case ..<365: .string(voucher.id + ".0")
    case ..<380: .string(" \(voucher.id) ")
    default: .string(voucher.id)
    }
  }

  private static func description(_ random: inout Seeded) -> FrameValue {
    guard let text = random.pick(descriptions) else { return .null }
    guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "#")) else { return .string(text) }
    return .string(text[..<mark] + String(random.below(9_000_000) + 1_000_000) + text[text.index(after: mark)...])
  }
}
