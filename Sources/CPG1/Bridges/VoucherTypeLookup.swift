/// Finds the type of a voucher: by voucher number among the issued vouchers, then among the used ones, then by
/// document number among the usage transactions. Always within one company; the first row of a table counts.
struct VoucherTypeLookup {
  private var issued = CompanyMap<Int32>()
  private var used = CompanyMap<Int32>()
  private var transactions = CompanyMap<Int32>()

  /// Types by their enumeration form; others keep their own text.
  static let names = [
    "refund": "Refund", "storecredit": "Store Credit", "jforce": "JForce", "apology": "Apology", "apologyv2": "Apology",
  ]

  /// Reads the tables. Only identifiers that `table` knows already are kept: those that the ledger asks for.
  init(ipe08: Frame, usage: Frame, companies: CompanyTable, table: inout KeyTable) throws {
    func wanted(_ frame: Frame, _ column: Int) -> [Int32] {
      frame.identifiers(column: column, rows: 0..<frame.rowCount, knownTo: table)
    }
    let company08 = ipe08.keys(column: try ipe08.require("ID_COMPANY", in: "IPE_08"), in: &table) {
      companies.company($0)
    }
    let id08 = wanted(ipe08, try ipe08.require("id", in: "IPE_08"))
    let type08 = ipe08.keys(column: try ipe08.require("business_use", in: "IPE_08"), in: &table, Self.typeName)
    Self.fill(&issued, company: company08, id: id08, type: type08)

    let item = "DOC_VOUCHER_USAGE"
    let company = usage.keys(column: try usage.require("ID_Company", in: item), in: &table) { companies.company($0) }
    let id = wanted(usage, try usage.require("id", in: item))
    let transaction = wanted(usage, try usage.require("Transaction_No", in: item))
    let type = usage.keys(column: try usage.require("business_use", in: item), in: &table, Self.typeName)
    Self.fill(&used, company: company, id: id, type: type)
    Self.fill(&transactions, company: company, id: transaction, type: type)
  }

  /// The number of the type's name, -1 when it is not known.
  func type(company: Int32, voucher: Int32, document: Int32) -> Int32 {
    if let position = issued.position(company: company, id: voucher) { return issued[position] }
    if let position = used.position(company: company, id: voucher) { return used[position] }
    if let position = transactions.position(company: company, id: document) { return transactions[position] }
    return -1
  }

  private static func typeName(_ text: String) -> String? {
    TextRules.trimmed(text).map { trimmed in TextRules.enumeration(trimmed).flatMap { names[$0] } ?? trimmed }
  }

  private static func fill(_ map: inout CompanyMap<Int32>, company: [Int32], id: [Int32], type: [Int32]) {
    for row in id.indices where id[row] >= 0 { map.insert(type[row], company: company[row], id: id[row]) }
  }
}
