internal import CPG1

/// IPE_08: the issued vouchers, a few of them on two rows.
struct VoucherTable {
  let frame: Frame
  /// Valid, inactive refund vouchers that were deactivated in the cutoff's month.
  let deactivatedRefunds: Int

  private static let templates = Weighted<FrameValue>.texts([
    ("Refund template", 61), ("Geste, commercial", 56), ("Bon d'achat", 46), (nil, 37),
  ])
  private static let descriptions = Weighted<FrameValue>.texts([
    ("Ordre \"spécial\"", 46), ("", 44), (nil, 40), ("auto", 36), ("a,b", 34),
  ])
  private static let activity = Weighted<FrameValue>([(.integer(0), 129), (.integer(1), 68), (.null, 3)])
  private static let validity = Weighted<FrameValue>.texts([("valid", 156), ("expired", 38), ("Valid", 6)])
  private static let kinds = Weighted<FrameValue>.texts([(nil, 99), ("reusablecredit", 97), ("coupon", 4)])
  private static let suffixes = Weighted<String>([("_other", 9), ("_gift", 3), ("_DS", 2)])

  init(_ vouchers: Vouchers) throws {
    var random = vouchers.random(8)
    var builder = FrameBuilder(
      columns: try Catalog.bundled().item("IPE_08").columns, expectedRows: vouchers.count)
    var found = 0
    for row in 0..<vouchers.count {
      let voucher = vouchers[row > 0 && random.chance(20) ? row - 1 : row]
      let use = voucher.use.text
      let formatted: FrameValue =
        use == "jpay_store_credit" ? .string("jpay_store_credit" + random.pick(Self.suffixes)) : voucher.use
      let active = random.pick(Self.activity)
      let validity = random.pick(Self.validity)
      let deactivated = Self.deactivation(&random, isActive: active == .integer(1))
      let discount = Money.random(&random)
      let used = random.chance(505) ? discount : (amount: 0, places: 2)
      let rest = Money.cell((discount.amount - used.amount, discount.places))
      let remaining = random.chance(15) ? .null : rest
      let (shipping, seller) = random.chance(500) ? (used, (amount: 0, places: 2)) : ((amount: 0, places: 2), used)
      let created = Days.cutoff - random.below(500)
      let end = created + 180 + random.below(550)
      if use?.lowercased() == "refund", validity.text?.lowercased() == "valid", active == .integer(0),
        case .timestamp(let moment) = deactivated,
        (Days.firstOfMonth...Days.cutoff).contains(moment.date.dayNumber)
      { found += 1 }
      let (createdYear, createdMonth) = Self.month(created)
      let (endYear, endMonth) = Self.month(end)
      try builder.append([
        .string(voucher.company.code), .string(voucher.id), voucher.use, formatted,
        .string(String(1 + random.below(58))), random.pick(Self.templates), random.pick(Self.descriptions), active,
        .string("reusablecredit"), .string("active"), Money.cell(discount), .date(CivilDate(dayNumber: created)),
        random.chance(30) ? .null : .date(CivilDate(dayNumber: end)), .string("\(endYear)-\(endMonth)"), validity,
        Days.moment(created, second: random.below(86_400)), .string("\(createdYear)-\(createdMonth)"),
        .string("2025-\(1 + random.below(9))"),
        used.amount == 0 ? .null : Days.moment(&random, created...Days.cutoff),
        .date(CivilDate(dayNumber: Days.cutoff)), deactivated,
        random.chance(490) ? .null : Days.moment(&random, Days.cutoff + 1...Days.cutoff + 365),
        .string(deactivated.isNull ? "-" : "2025-9"), .string("-"), random.chance(265) ? .string("OOS") : .null,
        Days.moment(&random, created...Days.cutoff), .integer(Int64(100_000 + random.below(900_000))),
        Money.cell(used), .integer(used.amount == 0 ? 0 : 1), remaining, random.pick(Self.kinds), .string("0.00"),
        random.chance(200) ? Money.cell(Money.random(&random)) : .string("0.00"), Money.cell(shipping),
        Money.cell(seller), Money.cell(used), rest,
        random.chance(30) ? .null : Days.moment(&random, Days.firstOfYear...Days.cutoff + 500),
      ])
    }
    frame = builder.finish()
    deactivatedRefunds = found
  }

  /// Mostly in the cutoff's month, often exactly at one of its ends.
  private static func deactivation(_ random: inout Seeded, isActive: Bool) -> FrameValue {
    if isActive { return .null }
    switch random.below(100) {
    case ..<6: return .null
    case ..<70: return Days.moment(&random, Days.firstOfMonth...Days.cutoff)
    case ..<74: return Days.moment(Days.firstOfMonth)
    case ..<78: return Days.moment(Days.firstOfMonth - 1, second: 86_399)
    case ..<82: return Days.moment(Days.cutoff + 1)
    default: return Days.moment(&random, Days.firstOfYear...Days.firstOfMonth - 1)
    }
  }

  private static func month(_ day: Int) -> (year: Int, month: Int) {
    let date = CivilDate(dayNumber: day)
    return (date.year, date.month)
  }
}
