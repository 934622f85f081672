/// The bridge of every row of a table: the first rule whose trigger columns all match.
///
/// A cell matches a trigger value when their texts are equal apart from case and surrounding blanks; whole numbers
/// read without `.0`. A missing cell matches nothing.
public struct BridgeClassification: Sendable {
  /// The rules that were applied, in their order.
  public let rules: ClassificationRules
  /// Per row the position of the rule in ``rules``, nil when none matched.
  public let ruleOfRow: [Int?]

  /// Classifies a table.
  public init(_ frame: Frame, rules: ClassificationRules = .standard) {
    self.rules = rules
    var table = KeyTable()
    var columns: [String: [Int32]] = [:]
    for name in Set(rules.rules.flatMap(\.triggers.keys)) {
      guard let position = frame.position(of: name) else { continue }
      columns[name] = frame.keys(column: position, in: &table, Self.form)
    }
    var compiled: [(rule: Int, triggers: [(cells: [Int32], values: Set<Int32>)])] = []
    for (index, rule) in rules.rules.enumerated() {
      var triggers: [(cells: [Int32], values: Set<Int32>)] = []
      for (name, values) in rule.triggers {
        guard let cells = columns[name] else { break }
        triggers.append((cells, Set(values.compactMap { Self.form($0).flatMap { table.existingCode($0) } })))
      }
      if triggers.count == rule.triggers.count { compiled.append((index, triggers)) }
    }
    ruleOfRow = (0..<frame.rowCount).map { row in
      compiled.first { $0.triggers.allSatisfy { $0.values.contains($0.cells[row]) } }?.rule
    }
  }

  private static func form(_ text: String) -> String? {
    TextRules.trimmed(text).map { TextRules.withoutZeroFraction($0).lowercased() }
  }

  /// The rule of a row, nil when none matched.
  public func rule(row: Int) -> ClassificationRule? { ruleOfRow[row].map { rules.rules[$0] } }

  /// How many rows each bridge has; `(null)` for rows without.
  public var counts: [String: Int] {
    var counts: [String: Int] = [:]
    for index in ruleOfRow { counts[index.map { rules.rules[$0].key } ?? AmountSummary.nullKey, default: 0] += 1 }
    return counts
  }

  /// The result's form in `results.json`.
  public var json: OrderedJSON {
    .object([
      .init("counts", .sorted(counts.mapValues { .integer($0) })),
      .init("rows", .array(ruleOfRow.map { .optional($0.map { rules.rules[$0].key }) })),
    ])
  }

  /// The table with the columns bridge_key, bridge_title, dr_gl_accounts, cr_gl_accounts and required_enrichments.
  public func applied(to frame: Frame) throws -> Frame {
    let texts: [(String, (ClassificationRule) -> String)] = [
      ("bridge_key", { $0.key }), ("bridge_title", { $0.title }),
      ("dr_gl_accounts", { $0.debitAccounts.joined(separator: ",") }),
      ("cr_gl_accounts", { $0.creditAccounts.joined(separator: ",") }),
      ("required_enrichments", { $0.enrichments.joined(separator: ",") }),
    ]
    var columns = frame.columns
    var storage = frame.storage
    for (name, text) in texts {
      let column = FrameColumn(name, .string)
      var builder = FrameColumnBuilder(column: column, expectedRows: frame.rowCount)
      for row in 0..<frame.rowCount {
        try builder.append(rule(row: row).map { .string(text($0)) } ?? .null)
      }
      columns.append(column)
      storage.append(builder.finish())
    }
    return Frame(columns: columns, rowCount: frame.rowCount, storage: storage)
  }
}
