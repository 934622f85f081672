import Testing

@testable import CPG1

/// The single cases of the sample data's `micro.json` for the ledger categories.
@Suite struct NavCategoriesTests {
  /// One ledger line of `micro.json`, without any voucher to look up.
  static func categories(_ cells: [OrderedJSON], rules: NavRuleSet) throws -> NavVoucherCategories {
    let names = try #require(try SampleData.micro()["nav_columns"]?.array?.compactMap(\.string))
    var columns: [(column: FrameColumn, values: [FrameValue])] = []
    for (name, cell) in zip(names, cells) {
      switch cell {
      case .null: columns.append((FrameColumn(name, name == "Amount" ? .decimal : .string), [.null]))
      case .number(let text): columns.append((FrameColumn(name, .decimal), [.string(text)]))
      default: columns.append((FrameColumn(name, .string), [.string(cell.string ?? "")]))
      }
    }
    columns.append((FrameColumn("id_company", .string), [.string("EC_NG")]))
    columns.append((FrameColumn("Voucher No_", .string), [.null]))
    return try NavVoucherCategories(
      cr03: Frame(columns),
      ipe08: Frame(emptyWith: SampleData.columns("IPE_08")),
      usage: Frame(emptyWith: SampleData.columns("DOC_VOUCHER_USAGE")),
      companies: .standard,
      rules: rules
    )
  }

  @Test func singleCases() throws {
    let cases = try #require(try SampleData.micro()["nav_cases"]?.array)
    #expect(cases.count == 45)
    for entry in cases {
      let cells = try #require(entry["in"]?.array)
      let current = try Self.categories(cells, rules: .current)
      #expect(current.json["rows"]?.array?.first == entry["recommended"], "\(entry.text(indent: 0))")
      let november = try Self.categories(cells, rules: .november)
      let category = november.lines[0].category?.rawValue
      #expect(OrderedJSON.optional(category) == entry["recommended_november"], "\(entry.text(indent: 0))")
    }
  }

  @Test func rulesOfNovemberOverTheSample() throws {
    let tables = try SampleData.tables()
    let categories = try NavVoucherCategories(
      cr03: #require(tables["CR_03"]),
      ipe08: #require(tables["IPE_08"]),
      usage: #require(tables["DOC_VOUCHER_USAGE"]),
      companies: .standard,
      rules: .november
    )
    let expected = try #require(try SampleData.expected().at("nav_voucher_categories", "recommended_november_rules"))
    let rows = OrderedJSON.array(categories.lines.map { .optional($0.category?.rawValue) })
    #expect(OrderedJSON.difference(rows, expected["rows"]) == nil)
    #expect(OrderedJSON.difference(categories.json["counts"], expected["counts"]) == nil)
  }

  @Test func voucherTypeComesFromTheLinesOwnCompany() throws {
    var vouchers = FrameBuilder(columns: [
      FrameColumn("ID_COMPANY", .string), FrameColumn("id", .integer), FrameColumn("business_use", .string),
    ])
    try vouchers.append([.string("EC_KE"), .integer(7), .string("refund")])
    try vouchers.append([.string("EC_NG"), .integer(7), .string("jforce")])
    try vouchers.append([.string("EC_NG"), .integer(7), .string("refund")])
    let usage = Frame(emptyWith: try SampleData.columns("DOC_VOUCHER_USAGE"))
    let names = [
      "User ID", "Document Description", "Document Type", "Bal_ Account Type", "Document No_", "Voucher No_",
      "Chart of Accounts No_", "id_company",
    ]
    var ledger = FrameBuilder(columns: names.map { FrameColumn($0, .string) } + [FrameColumn("Amount", .decimal)])
    for company in ["NG", "EC_KE", "JD_GH"] {
      let cells = ["jumia\\nav31afr.batch.srvc", "x", "", "", "D", " 7.0\u{A0}", "18412.0", company]
      try ledger.append(cells.map { .string($0) } + [.integer(1)])
    }
    let categories = try NavVoucherCategories(
      cr03: ledger.finish(),
      ipe08: vouchers.finish(),
      usage: usage,
      companies: .standard
    )
    #expect(categories.lines.map(\.voucherType) == ["JForce", "Refund", nil])
    #expect(categories.rowsDifferingFromOriginal == [0, 1, 2])
  }
}
