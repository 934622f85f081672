internal import CPG1

/// The vouchers that several tables speak of. A voucher's properties follow from its number, so that no table has to
/// remember them.
struct Vouchers {
  let count: Int
  let seed: UInt64

  struct Voucher {
    var company: Companies.Company
    var id: String
    var use: FrameValue
  }

  private static let uses = Weighted<FrameValue>.texts([
    ("refund", 83), ("store_credit", 28), ("jforce", 24), ("marketing", 21), ("apology_v2", 17),
    ("jpay_store_credit", 14), ("newsletter", 7), (nil, 2), ("REFUND", 2), ("Jpay store_credit", 1), ("", 1),
  ])

  subscript(number: Int) -> Voucher {
    var random = Seeded(seed ^ (UInt64(number) << 20))
    let company = random.pick(Companies.all)
    // Neither factor divides the modulus, so no number comes twice.
    let scrambled = number * 7919 % 9_000_000
    let id =
      random.chance(80)
      ? "Vc\(1_000_000 + scrambled)\(random.chance(500) ? "a" : "B")" : String(1_000_000 + scrambled)
    return Voucher(company: company, id: id, use: random.pick(Self.uses))
  }

  /// The number of the transaction in which a row of DOC_VOUCHER_USAGE used its voucher.
  func transaction(_ row: Int) -> String { "T\(10_000_000 + row * 7919 % 90_000_000)" }

  /// A generator for one table.
  func random(_ table: UInt64) -> Seeded { Seeded(seed &* 0x2545_f491_4f6c_dd1d &+ table) }
}
