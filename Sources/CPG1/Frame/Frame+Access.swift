extension Frame {
  /// The position of the first of these columns that exists. Throws ``CPG1Error/Code/missingColumn`` naming the table.
  func require(_ names: String..., in table: String) throws -> Int {
    for name in names { if let position = position(of: name) { return position } }
    let wanted = names.map { "'\($0)'" }.joined(separator: " or ")
    let present = columns.map(\.name).joined(separator: ", ")
    throw CPG1Error(
      .missingColumn,
      "\(table) has no column \(wanted) (columns: \(present)); correct the query or its column contract"
    )
  }

  /// Applies a rule to every cell's text: once per distinct text where the column is text. NULL gives `missing`.
  func mapTexts<Result>(column: Int, missing: Result, _ rule: (String) throws -> Result) rethrows -> [Result] {
    var results: [Result] = []
    results.reserveCapacity(rowCount)
    if case .text(let storage) = storage[column] {
      let perEntry = try storage.mapEntries(rule)
      for code in storage.codes { results.append(code < 0 ? missing : perEntry[Int(code)]) }
    } else {
      for row in 0..<rowCount {
        results.append(try storage[column].value(row).text.map(rule) ?? missing)
      }
    }
    return results
  }

  /// The column as exact numbers. Text cells must be blank or numbers.
  func amounts(column: Int, in table: String) throws -> DecimalStorage {
    if case .decimal(let decimals) = storage[column] { return decimals }
    var decimals = DecimalStorage()
    decimals.reserve(rows: rowCount)
    for row in 0..<rowCount {
      switch storage[column].value(row) {
      case .null: decimals.appendNull()
      case .integer(let value): try decimals.append(ExactDecimal(coefficient: Int128(value), scale: 0))
      case .string(let text):
        guard let clean = TextRules.trimmed(text) else {
          decimals.appendNull()
          continue
        }
        guard let number = ExactDecimal(clean) else { throw notA("number", row: row, column: column, table) }
        try decimals.append(number)
      default: throw notA("number", row: row, column: column, table)
      }
    }
    return decimals
  }

  /// The column as microseconds since 1970-01-01; `Int64.min` where a cell is NULL or blank.
  func moments(column: Int, in table: String) throws -> [Int64] {
    var results: [Int64] = []
    results.reserveCapacity(rowCount)
    for row in 0..<rowCount {
      switch storage[column].value(row) {
      case .null: results.append(.min)
      case .timestamp(let moment): results.append(moment.microseconds)
      case .date(let day): results.append(CivilTimestamp(day).microseconds)
      case .string(let text):
        guard let clean = TextRules.trimmed(text) else {
          results.append(.min)
          continue
        }
        guard let moment = CivilTimestamp(clean) else { throw notA("timestamp", row: row, column: column, table) }
        results.append(moment.microseconds)
      default: throw notA("timestamp", row: row, column: column, table)
      }
    }
    return results
  }

  private func notA(_ kind: String, row: Int, column: Int, _ table: String) -> CPG1Error {
    let text = storage[column].value(row).text ?? "NULL"
    return CPG1Error(
      .invalidData,
      "\(table), row \(row), column '\(columns[column].name)': '\(text)' is not a \(kind); "
        + "correct the source or the column contract"
    )
  }
}
