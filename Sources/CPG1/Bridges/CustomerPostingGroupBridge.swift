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
    let number = frame.keys(column: try frame.require("Customer No_", in: table07), in: &table, TextRules.identifier)
    let group = frame.keys(column: try frame.require("Customer Posting Group", in: table07), in: &table) {
      TextRules.trimmed($0)?.uppercased()
    }
    let name = frame.keys(column: try frame.require("Customer Name", in: table07), in: &table) {
      TextRules.trimmed($0) == nil ? nil : $0
    }

    var found: [CompanyKey: (name: Int32, groups: [Int32])] = [:]
    for row in 0..<frame.rowCount where number[row] >= 0 {
      let key = CompanyKey(company: company[row], id: number[row])
      var entry = found[key] ?? (-1, [])
      if entry.name < 0 { entry.name = name[row] }
      if group[row] >= 0, !entry.groups.contains(group[row]) { entry.groups.append(group[row]) }
      found[key] = entry
    }
    self.customers = found.filter { $0.value.groups.count > 1 }.map { key, entry in
      Customer(
        company: key.company < 0 ? nil : table.name(key.company),
        number: table.name(key.id),
        name: entry.name < 0 ? nil : table.name(entry.name),
        groups: entry.groups.map { table.name($0) }.sorted(by: codePointOrder)
      )
    }.sorted { codePointOrder(($0.company ?? "", $0.number), ($1.company ?? "", $1.number)) }
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
