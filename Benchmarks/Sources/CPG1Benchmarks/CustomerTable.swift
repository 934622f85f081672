internal import CPG1

/// IPE_07: open entries of customers, six for each on average; a few customers change their posting group.
struct CustomerTable {
  let frame: Frame
  /// How many customers were given rows of several groups; the rows may happen not to show them all.
  let customersWithSeveralGroups: Int

  private static let groups = Weighted<String>([
    ("NAT", 29), ("EMP-NAT", 25), ("NATIONAL", 22), ("EXCB2B-NAT", 17), ("LOAN-REC-NAT", 17), ("NTR-NG-INT", 17),
    ("INL", 13), ("OM", 12), ("B2C-NG-NAT", 7), ("EU", 7), ("B2C-NG-INT", 7), ("UE", 6), ("B2B-NG-NAT", 6),
    ("B2B-NG-INT", 4), ("EXPORT", 5),
  ])
  private static let names = [
    "Müller & Söhne GmbH", "Ọlámidé Àjàyí", "Adaeze Okafor", "Line one\nLine two", "Ibrahim Traoré",
    "北京贸易有限公司", "Nguyễn Văn An", "Wanjikũ wa Kamau", "Société Générale d'Électricité", "Back\\slash Co",
    "Emoji 🛒 Shop", "Fatou N'Diaye", "Ünïcödé – dash", "ACME Ltd.", "Kofi \"K.B.\" Mensah", "محمد أحمد",
    "José Ñandú", "Chukwuemeka Nwosu", "Jumia customer, online order", "Mariam Abdel Rahman",
  ]
  private static let types = Weighted<FrameValue>.texts([
    ("REFUND", 47), ("Invoice", 42), ("Payment", 39), ("invoice", 38), ("Credit Memo", 34),
  ])
  private static let descriptions = Weighted<FrameValue>.texts([
    ("", 36), (nil, 34), ("Quote \"A\"", 33), ("two\nlines", 28), ("Réf. n° 5", 25), ("Invoice, corrected", 24),
    ("Order", 20),
  ])
  private static let lines = Weighted<FrameValue>.texts([
    ("BL-CORE", 105), ("BL-MPL", 81), ("BL-PAY", 11), ("BL-FOOD", 3),
  ])
  private static let streams = Weighted<FrameValue>.texts([("B2C", 78), (nil, 65), ("B2B", 57)])
  private static let departments = Weighted<FrameValue>.texts([("", 71), ("OPS", 69), ("FIN", 60)])
  private static let due = Weighted<FrameValue>.texts([("Credit", 162), ("Debit", 23), ("Due Month", 15)])

  init(rows: Int, seed: UInt64) throws {
    var random = Seeded(seed &* 0x9e6c_63d0_676a_9a99 &+ 7)
    let customers = max(rows / 6, 1)
    var several: Set<Int> = []
    var builder = FrameBuilder(columns: try Catalog.bundled().item("IPE_07").columns, expectedRows: rows)
    for row in 0..<rows {
      let customer = random.below(customers)
      // What belongs to the customer follows from its number.
      var own = Seeded(seed ^ UInt64(customer) << 24)
      let (home, branch) = (own.pick(Companies.all), own.pick(Companies.all))
      // A few have their number in two companies.
      let company = own.chance(10) && random.chance(500) ? branch : home
      var group = own.pick(Self.groups)
      let other = own.pick(Self.groups)
      if own.chance(30), other != group {
        several.insert(customer)
        if random.chance(300) { group = other }
      }
      let number = "\(home.country)C\(100_000 + customer)"
      let name = "\(Self.names[own.below(Self.names.count)]) \(customer)"
      let money = Money.random(&random)
      let amount = Money.cell((random.chance(400) ? -money.amount : money.amount, money.places))
      let posted = Days.cutoff - random.below(365)
      let line = random.pick(Self.lines)
      try builder.append([
        .string(company.code), .string(company.country), .string("Opco"), .integer(Int64(1_000_000 + row)),
        .integer(Int64(6_000_000 + row)), .string("SI-\(1_000_000 + row)"), random.pick(Self.types),
        random.chance(270) ? .null : .string("EXT/\(random.below(900_000) + 10_000)"),
        .date(CivilDate(dayNumber: posted)), Self.number(number, &random),
        random.chance(35) ? .null : .string(name), line, .integer(random.chance(500) ? 1 : 0), .string(group),
        random.pick(Self.streams), Self.group(group, &random), random.pick(Self.descriptions), .string("SALES"),
        random.chance(385) ? .string("R01") : .null, line, .string("Commerce"), .string("Retail"), .null,
        random.pick(Self.departments), amount, .string(company.currency), amount, amount, .integer(1),
        .date(CivilDate(dayNumber: posted + 30)), .string(random.chance(540) ? "JUMIA\\USER" : "NAV/13"), .null, .null,
        .null, random.pick(Self.due),
      ])
    }
    frame = builder.finish()
    customersWithSeveralGroups = several.count
  }

  private static func number(_ number: String, _ random: inout Seeded) -> FrameValue {
    switch random.below(1000) {
    case ..<5: .null
    case ..<10: .string("")
    case ..<20: .string(number.lowercased() + " ")
    default: .string(number)
    }
  }

  private static func group(_ group: String, _ random: inout Seeded) -> FrameValue {
    switch random.below(1000) {
    case ..<30: .string("")
    case ..<50: .string(group.lowercased() + " ")
    default: .string(group)
    }
  }
}
