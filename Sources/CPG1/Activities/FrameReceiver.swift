internal import ODBC

/// Builds a frame from the batches of a query, column by column.
struct FrameReceiver {
  private let columns: [FrameColumn]
  private var builders: [FrameColumnBuilder]
  private(set) var rowCount = 0

  init(columns: [FrameColumn]) {
    self.columns = columns
    builders = columns.map { FrameColumnBuilder(column: $0) }
  }

  /// The types in which the driver is asked for the columns.
  static func requestedTypes(_ columns: [FrameColumn]) -> ODBCColumnTypes {
    ODBCColumnTypes(
      Dictionary(columns.map { ($0.name, requestedType($0.type)) }, uniquingKeysWith: { first, _ in first })
    )
  }

  private static func requestedType(_ type: FrameColumnType) -> ODBCColumnType {
    switch type {
    case .string: .text
    case .integer: .integer
    case .decimal: .decimal
    case .date: .date
    case .timestamp: .timestamp
    case .bool: .boolean
    }
  }

  mutating func append(_ batch: ODBCBatch) throws {
    for (position, vector) in batch.vectors.enumerated() { try append(vector, to: position) }
    rowCount += batch.count
  }

  private mutating func append(_ vector: ODBCColumnVector, to position: Int) throws {
    switch vector.storage {
    case .bytes(let values):
      let bytes = values.bytes
      let span = bytes.span
      for row in 0..<vector.count {
        if vector.isNull(row) {
          builders[position].appendNull()
        } else {
          try builders[position].append(utf8: span.extracting(values.range(row)))
        }
      }
    case .integers(let values): try append(values, vector, to: position) { .integer($0) }
    case .booleans(let values): try append(values, vector, to: position) { .bool($0) }
    case .dates(let values):
      try append(values, vector, to: position) { day in
        CivilDate(year: day.year, month: day.month, day: day.day).map { .date($0) } ?? .string(day.description)
      }
    case .timestamps(let values):
      try append(values, vector, to: position) { moment in .string(moment.description) }
    case .doubles(let values): try append(values, vector, to: position) { .string("\($0)") }
    case .times(let values): try append(values, vector, to: position) { .string($0.description) }
    }
  }

  private mutating func append<Value>(
    _ values: [Value],
    _ vector: ODBCColumnVector,
    to position: Int,
    _ convert: (Value) -> FrameValue
  ) throws {
    for row in values.indices {
      try builders[position].append(vector.isNull(row) ? .null : convert(values[row]))
    }
  }

  consuming func finish() -> Frame {
    Frame(columns: columns, rowCount: rowCount, storage: builders.map { $0.finish() })
  }
}

extension SQLParameter {
  /// The value for the driver.
  var odbc: ODBCValue {
    switch value {
    case .date(let date):
      let (year, month, day) = date.components
      return ODBCDate(year: year, month: month, day: day).map { .date($0) } ?? .text(date.description)
    case .text(let text): return .text(text)
    case .integer(let number): return .integer(number)
    }
  }
}
