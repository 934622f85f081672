internal import CPG1

/// DOC_VOUCHER_USAGE: which transactions used which vouchers.
struct UsageTable {
  let frame: Frame

  static func columns() throws -> [FrameColumn] { try Catalog.bundled().item("DOC_VOUCHER_USAGE").columns }

  init(_ vouchers: Vouchers) throws {
    var random = vouchers.random(11)
    var builder = FrameBuilder(columns: try Self.columns(), expectedRows: vouchers.count)
    for row in 0..<vouchers.count {
      let voucher = vouchers[random.below(vouchers.count)]
      let money = Money.cell(Money.random(&random))
      let isSeller = random.chance(570)
      try builder.append([
        .string(voucher.company.code), random.chance(35) ? .null : .string(voucher.id),
        random.chance(105) ? .null : .string(vouchers.transaction(row)), .string("reusablecredit"),
        random.chance(40) ? .null : voucher.use, .integer(random.chance(415) ? 2024 : 2025),
        .integer(Int64(202_503 + random.below(7))), .string("0.00"), isSeller ? money : .string("0.00"),
        isSeller ? .string("0.00") : money, money,
      ])
    }
    frame = builder.finish()
  }
}
