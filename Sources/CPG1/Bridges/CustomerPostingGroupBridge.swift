/// Customers of one company that carry more than one posting group. The amount of this bridge is always zero.
public struct CustomerPostingGroupBridge: Sendable {
  /// A customer with several groups.
  public struct Customer: Sendable, Hashable {
    /// Company code, nil when the row has none.
    public let company: String?
    /// Customer number.
    public let number: String
    /// The first name that is not blank.
    public let name: String?
    /// The groups, sorted.
    public let groups: [String]
  }

  /// The customers, by company and number.
  public let customers: [Customer]

  /// Finds them in the item IPE_07. Groups are compared trimmed and in upper case; blank ones are missing.
  public init(ipe07 frame: Frame, companies: CompanyTable) throws {
    var table = KeyTable()
    let table07 = "IPE_07"
    let company = frame.keys(column: try frame.require("id_company", in: table07), in: &table) { companies.company($0) }
    let number = frame.identifiers(column: try frame.require("Customer No_", in: table07), in: &table)
    let group = frame.keys(column: try frame.require("Customer Posting Group", in: table07), in: &table) {
      TextRules.trimmed($0)?.uppercased()
    }
    let nameColumn = try frame.require("Customer Name", in: table07)

    // The first group of each customer, and all groups of the few that have more than one.
    var first = CompanyMap<Int32>()
    var several: [CompanyKey: [Int32]] = [:]
    for row in 0..<frame.rowCount where number[row] >= 0 && group[row] >= 0 {
      guard let known = first.position(company: company[row], id: number[row]) else {
        first.insert(group[row], company: company[row], id: number[row])
        continue
      }
      if first[known] == group[row] { continue }
      let key = CompanyKey(company: company[row], id: number[row])
      if several[key]?.contains(group[row]) != true { several[key, default: [first[known]]].append(group[row]) }
    }
    let names = Self.names(frame, column: nameColumn, company: company, number: number, of: several.keys)
    self.customers = several.map { key, groups in
      Customer(
        company: key.company < 0 ? nil : table.name(key.company),
        number: table.name(key.id),
        name: names[key],
        groups: groups.map { table.name($0) }.sorted(by: codePointOrder)
      )
    }.sorted { codePointOrder(($0.company ?? "", $0.number), ($1.company ?? "", $1.number)) }
  }

  /// The first name of each of these customers that is not blank.
  private static func names(
    _ frame: Frame,
    column: Int,
    company: [Int32],
    number: [Int32],
    of customers: some Collection<CompanyKey>
  ) -> [CompanyKey: String] {
    var wanted = CompanyMap<Bool>()
    for customer in customers { wanted.insert(true, company: customer.company, id: customer.id) }
    var names: [CompanyKey: String] = [:]
    for row in 0..<frame.rowCount {
      guard let known = wanted.position(company: company[row], id: number[row]), wanted[known],
        let name = frame.value(row: row, column: column).text, TextRules.trimmed(name) != nil
      else { continue }
      names[CompanyKey(company: company[row], id: number[row])] = name
      wanted[known] = false
    }
    return names
  }

  /// The result's form in `results.json`.
  public var json: OrderedJSON {
    .object([
      .init("bridge_amount", .string("0")),
      .init("count", .integer(customers.count)),
      .init(
        "problem_customers",
        .array(
          customers.map { customer in
            .object([
              .init("id_company", .optional(customer.company)),
              .init("customer_no", .string(customer.number)),
              .init("customer_name", .optional(customer.name)),
              .init("posting_groups", .string(customer.groups.joined(separator: ", "))),
            ])
          }
        )
      ),
    ])
  }
}

/// Orders texts by their code points, as the original does, whatever their Unicode normalisation.
func codePointOrder(_ left: String, _ right: String) -> Bool {
  left.utf8.lexicographicallyPrecedes(right.utf8)
}

/// Orders pairs of texts by their code points.
func codePointOrder(_ left: (String, String), _ right: (String, String)) -> Bool {
  if left.0.utf8.elementsEqual(right.0.utf8) { return codePointOrder(left.1, right.1) }
  return codePointOrder(left.0, right.0)
}
