/// Rows of large tables are chosen step by step, and only what remains is brought into another form.
extension Frame {
  /// The rows whose text a rule accepts, asked once per distinct text. NULL is not accepted.
  func rows(column: Int, where rule: (String) -> Bool) -> [Int] {
    rows(0..<rowCount, column: column, where: rule)
  }

  /// Those of the given rows whose text a rule accepts, asked once per distinct text. NULL is not accepted.
  func rows(_ rows: some Collection<Int>, column: Int, where rule: (String) -> Bool) -> [Int] {
    if case .text(let storage) = storage[column] {
      let accepted = storage.mapEntries(rule)
      return rows.choosing { storage.codes[$0] >= 0 && accepted[Int(storage.codes[$0])] }
    }
    return rows.choosing { storage[column].value($0).text.map(rule) ?? false }
  }

  /// Those of the given rows whose cell is the number zero or false; NULL is not.
  func rows(_ rows: [Int], zeroIn column: Int) -> [Int] {
    switch storage[column] {
    case .integer(let values, let nulls): rows.choosing { values[$0] == 0 && !nulls.isNull($0) }
    case .decimal(let values): rows.choosing { values.coefficient($0) == 0 && !values.nulls.isNull($0) }
    case .bool(let values, let nulls): rows.choosing { !values[$0] && !nulls.isNull($0) }
    default:
      self.rows(rows, column: column) { text in
        let clean = TextRules.trimmed(text) ?? ""
        return clean.lowercased() == "false" || ExactDecimal(clean)?.isZero == true
      }
    }
  }

  /// Those of the given rows whose moment is in a range of microseconds since 1970-01-01. Throws when any cell of the
  /// column, whether its row is given or not, is neither blank nor a moment.
  func rows(_ rows: [Int], column: Int, within range: Range<Int64>, in table: String) throws -> [Int] {
    if case .timestamp(let moments, let nulls) = storage[column] {
      return rows.choosing { range.contains(moments[$0]) && !nulls.isNull($0) }
    }
    let moments = try moments(column: column, in: table)
    return rows.choosing { range.contains(moments[$0]) }
  }

  /// The numbers that a table gives to the cells' texts after a rule; -1 where the rule gives nil.
  func keys(column: Int, in table: inout KeyTable, _ rule: (String) -> String?) -> [Int32] {
    keys(column: column, rows: 0..<rowCount, in: &table, rule)
  }

  /// As ``keys(column:in:_:)``, for some rows, in their order.
  func keys(
    column: Int,
    rows: some Collection<Int>,
    in table: inout KeyTable,
    _ rule: (String) -> String?
  ) -> [Int32] {
    func number(_ text: String) -> Int32 { rule(text).map { table.code($0) } ?? -1 }
    guard case .text(let storage) = storage[column] else {
      return rows.map { self.storage[column].value($0).text.map(number) ?? -1 }
    }
    return storage.numbers(rows: rows) { number(storage.text(of: $0)) }
  }

  /// The numbers that a table gives to the cells' identifiers, for some rows, in their order; -1 where there is none.
  func identifiers(column: Int, rows: some Collection<Int>, in table: inout KeyTable) -> [Int32] {
    identifiers(column: column, rows: rows, short: { table.code($0) }, other: { table.code($0) })
  }

  /// As ``identifiers(column:rows:in:)``, for all rows.
  func identifiers(column: Int, in table: inout KeyTable) -> [Int32] {
    identifiers(column: column, rows: 0..<rowCount, in: &table)
  }

  /// The numbers that the cells' identifiers have in a table already; -1 for identifiers that have none.
  func identifiers(column: Int, rows: some Collection<Int>, knownTo table: KeyTable) -> [Int32] {
    identifiers(
      column: column,
      rows: rows,
      short: { table.existingCode($0) ?? -1 },
      other: { table.existingCode($0) ?? -1 }
    )
  }

  /// Identifiers are what large tables have most of, so those that are short are looked for without a string.
  private func identifiers(
    column: Int,
    rows: some Collection<Int>,
    short: (ShortText) -> Int32,
    other: (String) -> Int32
  ) -> [Int32] {
    guard case .text(let storage) = storage[column] else {
      return rows.map { self.storage[column].value($0).text.flatMap(TextRules.identifier).map(other) ?? -1 }
    }
    return storage.numbers(rows: rows) { entry in
      if let text = storage.withBytes(of: entry, TextRules.plainIdentifier) { return short(text) }
      return TextRules.identifier(storage.text(of: entry)).map(other) ?? -1
    }
  }

  /// The texts of some of a column's cells; nil for NULL.
  func texts(column: Int, rows: [Int]) -> [String?] {
    guard case .text(let storage) = storage[column] else {
      return rows.map { value(row: $0, column: column).text }
    }
    return rows.map { storage.codes[$0] < 0 ? nil : storage.text(of: Int(storage.codes[$0])) }
  }
}

extension Collection<Int> {
  /// As `filter`, for many rows: writes every row where the next chosen one belongs, which needs no branch that depends
  /// on the data, and no growing.
  func choosing(_ isChosen: (Int) -> Bool) -> [Int] {
    [Int](unsafeUninitializedCapacity: count) { buffer, chosen in
      for row in self {
        buffer[chosen] = row
        chosen += isChosen(row) ? 1 : 0
      }
    }
  }
}
