internal import Crypto

/// The voucher usage that was exported from Jdash as CSV.
public struct JdashFile: Sendable {
  /// What the validator found.
  public struct Validation: Sendable, Hashable {
    /// Findings that do not stop the reconciliation.
    public let warnings: [String]
    /// Findings that make the file unusable.
    public let errors: [String]
    /// Whether there are no errors.
    public var isValid: Bool { errors.isEmpty }
  }

  /// SHA-256 of the file's bytes, in hexadecimal.
  public let sha256: String
  /// The columns after the aliases were resolved.
  public let columns: [String]
  /// How many rows the file has.
  public let rowCount: Int
  /// Findings about the file.
  public let validation: Validation
  /// Rows left out because they have no voucher id or no amount.
  public let skippedRows: Int
  /// The amounts used by voucher id, in the form of an identifier.
  public let amounts: [String: ExactDecimal]
  /// Per row the voucher id and amount as written, for the simple bridges.
  let rows: [(id: String?, amount: ExactDecimal?)]

  static let aliases: [(column: String, names: [String])] = [
    ("Voucher Id", ["Voucher Id", "Voucher_Id", "voucher_id", "VoucherId", "id", "voucher"]),
    ("Amount Used", ["Amount Used", "Amount_Used", "amount_used", "AmountUsed", "amount", "Ordered Amount"]),
  ]

  /// Renames the first alias that a header holds to the column's own name.
  public static func harmonized(header: [String]) -> [String] {
    var header = header
    for (column, names) in aliases where !header.contains(column) {
      if let alias = names.first(where: header.contains), let position = header.firstIndex(of: alias) {
        header[position] = column
      }
    }
    return header
  }

  /// Reads a file. Throws ``CPG1Error/Code/invalidData`` when it is not CSV or a required column is absent.
  public init(bytes: [UInt8]) throws {
    let frame = try CSVReader(dialect: .plain).read(bytes)
    let header = Self.harmonized(header: frame.columns.map(\.name))
    let missing = Self.aliases.map(\.column).filter { !header.contains($0) }
    guard missing.isEmpty, let idColumn = header.firstIndex(of: "Voucher Id"),
      let amountColumn = header.firstIndex(of: "Amount Used")
    else {
      throw CPG1Error(
        .invalidData,
        "the Jdash file lacks the columns \(missing) (columns: \(header)); "
          + "export it with 'Voucher Id' and 'Amount Used'"
      )
    }
    let ids = frame.mapTexts(column: idColumn, missing: nil) { Optional($0) }
    let figures = frame.mapTexts(column: amountColumn, missing: nil) { TextRules.amount($0) }

    var amounts: [String: ExactDecimal] = [:]
    var rows: [(id: String?, amount: ExactDecimal?)] = []
    var seen: Set<String> = []
    var nullIDs = 0
    var nullAmounts = 0
    var negative = 0
    var duplicates = 0
    var skipped = 0
    for row in 0..<frame.rowCount {
      let id = ids[row].flatMap(TextRules.identifier)
      let amount = figures[row]
      rows.append((ids[row].flatMap(TextRules.trimmed), amount))
      if amount == nil { nullAmounts += 1 }
      if amount?.isNegative == true { negative += 1 }
      if let id, !seen.insert(id).inserted { duplicates += 1 }
      if id == nil { nullIDs += 1 }
      guard let id, let amount else {
        skipped += 1
        continue
      }
      amounts[id] = try (amounts[id] ?? .zero).adding(amount)
    }
    var warnings: [String] = []
    if frame.rowCount == 0 { warnings.append("the file has no rows") }
    if nullIDs > 0 { warnings.append("\(nullIDs) rows have null Voucher Id") }
    if nullAmounts > 0 { warnings.append("\(nullAmounts) rows have null Amount Used") }
    if negative > 0 { warnings.append("\(negative) rows have negative Amount Used") }
    if duplicates > 0 { warnings.append("\(duplicates) duplicate Voucher Id entries found") }
    self.sha256 = Hex.string(SHA256.hash(data: bytes))
    self.columns = header
    self.rowCount = frame.rowCount
    self.validation = Validation(warnings: warnings, errors: [])
    self.skippedRows = skipped
    self.amounts = amounts
    self.rows = rows
  }
}
