internal import CUnixODBC

extension StatementHandle {
  /// Prepares to fetch the current result, in the types the caller wants.
  func openRows(
    columnTypes: ODBCColumnTypes,
    getDataExtensions: Int,
    options: ODBCConnectionOptions
  ) throws -> ODBCColumns {
    // Results without columns, such as row counts of a procedure, come before the rows.
    while try self.columnCount() == 0 {
      if try !self.nextResult() { return ODBCColumns([]) }
    }
    let described = try self.describeColumns()
    let names = ODBCColumns(
      described.map { ODBCColumn(name: $0.name, type: .text, typeName: $0.typeName, isNullable: $0.isNullable) }
    )
    var requested = [ODBCColumnType?](repeating: nil, count: described.count)
    for request in columnTypes.requests { requested[try names.requirePosition(of: request.key)] = request.type }
    let plans = zip(described, requested).map { ColumnPlan($0, requested: $1, traits: self.traits) }
    let buffers = RowBuffers(plans: plans, getDataExtensions: getDataExtensions, options: options)
    try buffers.bind(to: self)
    self.rows = buffers
    return ODBCColumns(plans.map(\.column))
  }

  /// Fetches up to about `limit` rows; `nil` after the last one.
  func fetch(limit: Int, columns: ODBCColumns) throws -> ODBCBatch? {
    guard let buffers = self.rows else { return nil }
    var builders = buffers.plans.map { ColumnBuilder($0, traits: self.traits) }
    var count = 0
    while !buffers.isAtEnd, count == 0 || count + buffers.capacity <= limit {
      let fetched = try self.fetchArray(buffers)
      buffers.isAtEnd = fetched == 0
      for column in builders.indices {
        for row in 0..<fetched { try self.append(row: row, column: column, of: buffers, to: &builders[column]) }
      }
      count += fetched
    }
    if count == 0 { return nil }
    return ODBCBatch(columns: columns, vectors: builders.map(\.vector), count: count)
  }

  /// Fetches one array of rows.
  ///
  /// - Returns: The number of rows; 0 after the last one.
  private func fetchArray(_ buffers: RowBuffers) throws -> Int {
    let result = SQLFetch(try self.requireRaw("SQLFetch"))
    if result == SQL_NO_DATA { return 0 }
    try self.check(result, "SQLFetch")
    let fetched = buffers.fetchedCount
    for row in 0..<fetched where buffers.isRowDamaged(row) { throw self.error("SQLFetch") }
    return fetched
  }

  private func append(row: Int, column: Int, of buffers: RowBuffers, to builder: inout ColumnBuilder) throws {
    guard buffers.isBound(column) else {
      return try self.appendLong(column: column, expected: nil, of: buffers, to: &builder)
    }
    switch buffers.cell(row: row, column: column) {
    case .null: builder.appendNull()
    case .value(let value): try builder.append(value)
    case .truncated(let length):
      switch buffers.mode {
      case .repositioned:
        if buffers.capacity > 1 {
          let raw = try self.requireRaw("SQLSetPos")
          let result = SQLSetPos(raw, SQLSETPOSIROW(row + 1), SQLUSMALLINT(SQL_POSITION), SQLUSMALLINT(SQL_LOCK_NO_CHANGE))
          try self.check(result, "SQLSetPos")
        }
      case .repeated:
        break
      case .bounded, .streamed:
        let name = buffers.plans[column].column.name
        throw ODBCError(
          code: .conversionFailed,
          operation: "SQLFetch",
          message: "Column '\(name)' holds a value longer than the driver declares. CAST it to an unbounded type."
        )
      }
      try self.appendLong(column: column, expected: length, of: buffers, to: &builder)
    }
  }

  /// Reads a value of any length, piece by piece.
  private func appendLong(
    column: Int,
    expected: Int?,
    of buffers: RowBuffers,
    to builder: inout ColumnBuilder
  ) throws {
    let raw = try self.requireRaw("SQLGetData")
    let transfer = buffers.plans[column].transfer
    let terminator = transfer.terminatorSize
    var value: [UInt8] = []
    // One piece if the length is known, but never an allocation that only a wrong length explains.
    let pieceSize = transfer.fixedSize ?? (min(expected ?? 64 * 1024, 16 << 20) + terminator + 7) & ~7
    var piece = [UInt8](repeating: 0, count: pieceSize)
    while true {
      var indicator: SQLLEN = 0
      let result = piece.withUnsafeMutableBytes {
        SQLGetData(
          raw, SQLUSMALLINT(column + 1), SQLSMALLINT(transfer.cType), $0.baseAddress, SQLLEN($0.count), &indicator
        )
      }
      if result == SQL_NO_DATA { break }
      try self.check(result, "SQLGetData")
      if Int(indicator) == Int(SQL_NULL_DATA) { return builder.appendNull() }
      let room = transfer.fixedSize ?? (pieceSize - terminator)
      let isComplete = indicator >= 0 && Int(indicator) <= room
      value.append(contentsOf: piece[..<(transfer.fixedSize ?? (isComplete ? Int(indicator) : room))])
      if isComplete || transfer.fixedSize != nil { break }
    }
    try value.withUnsafeBytes { try builder.append($0) }
  }
}
