internal import CPG1

/// IPE_31: collection lines, with three more columns that rules look at but this item does not return, so that every
/// rule is tried on every row.
struct CollectionTable {
  let frame: Frame

  private static let partners = Weighted<FrameValue>.texts([
    ("Poste \"Maroc\"", 56), ("Aramex", 55), ("Hub Lagos", 47), ("DHL, Express", 42),
  ])
  private static let types = Weighted<FrameValue>.texts([
    ("Transfer to", 49), ("Third Party Collection", 20), ("Translist in progress", 18), ("Payment - Rev", 17),
    ("Payment", 12), ("Transfer", 11), ("Delivery", 11), ("Refund", 9), ("Cash In", 8), (nil, 6),
    ("Sales Credit Memo", 5), ("Collection Adjustment (over)", 5), ("Payment Charges Rev", 4),
    ("Reallocation From", 4), ("Transfer From", 3), ("delivered", 3), ("PAYMENT", 3), ("Jforce Payouts", 3),
    ("Refund ", 3), ("transfer TO", 2), ("JForce Payout", 2), ("", 1), (" Payment", 1),
  ])
  private static let kinds = Weighted<FrameValue>.texts([("Hub", 72), ("3PL", 69), ("PSP", 59)])
  private static let prepayments = Weighted<FrameValue>.texts([
    (nil, 140), ("0", 30), ("1", 10), ("1.0", 6), ("True", 4), ("yes", 3), ("YES", 3), ("y", 2), (" 1", 1), ("", 1),
  ])
  private static let sources = Weighted<FrameValue>.texts([
    (nil, 100), ("SC", 25), ("Seller Center", 20), ("Seller", 20), ("MPL", 15), ("OMS", 15), ("sc", 5),
  ])
  private static let entities = Weighted<FrameValue>.texts([
    (nil, 100), ("Order", 40), ("Account Statement", 50), ("ACCOUNT STATEMENT", 5), ("account statement ", 5),
  ])

  init(rows: Int, seed: UInt64) throws {
    var random = Seeded(seed &* 0xd1b5_4a32_d192_ed03 &+ 31)
    let more = ["IS_PREPAYMENT", "Source", "Entity"].map { FrameColumn($0, .string) }
    var builder = FrameBuilder(columns: try Catalog.bundled().item("IPE_31").columns + more, expectedRows: rows)
    for _ in 0..<rows {
      let company = random.pick(Companies.all)
      let money = Money.random(&random)
      try builder.append([
        .string(company.code), Days.moment(&random, Days.cutoff - 364...Days.cutoff), random.pick(Self.partners),
        random.pick(Self.types), .string("RE\(random.below(10_000_000))"),
        Money.cell((random.chance(500) ? -money.amount : money.amount, money.places)),
        random.chance(900) ? .string("SP1") : .null, random.pick(Self.kinds),
        random.chance(205) ? .null : .string("ERP\(10 + random.below(90))"), .string(company.country),
        Days.moment(Days.cutoff), random.chance(305) ? .null : .string(String(10_000 + random.below(1000))),
        random.pick(Self.prepayments), random.pick(Self.sources), random.pick(Self.entities),
      ])
    }
    frame = builder.finish()
  }
}
