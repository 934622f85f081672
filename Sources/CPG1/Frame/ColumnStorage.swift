/// The cells of one column.
enum ColumnStorage: Sendable {
  case text(TextStorage)
  case integer([Int64], NullMask)
  case decimal(DecimalStorage)
  case date([Int32], NullMask)
  case timestamp([Int64], NullMask)
  case bool([Bool], NullMask)

  func isNull(_ row: Int) -> Bool {
    switch self {
    case .text(let storage): storage.codes[row] < 0
    case .decimal(let storage): storage.nulls.isNull(row)
    case .integer(_, let nulls), .date(_, let nulls), .timestamp(_, let nulls), .bool(_, let nulls): nulls.isNull(row)
    }
  }

  func value(_ row: Int) -> FrameValue {
    if isNull(row) { return .null }
    switch self {
    case .text(let storage): return .string(storage.text(of: Int(storage.codes[row])))
    case .integer(let values, _): return .integer(values[row])
    case .decimal(let storage):
      return .decimal(ExactDecimal(coefficient: storage.coefficient(row), scale: storage.scale))
    case .date(let values, _): return .date(CivilDate(dayNumber: Int(values[row])))
    case .timestamp(let values, _): return .timestamp(CivilTimestamp(microseconds: values[row]))
    case .bool(let values, _): return .bool(values[row])
    }
  }

  /// How many cells are NULL.
  func nullCount(rows: Int) -> Int {
    switch self {
    case .text(let storage): storage.codes.reduce(0) { $0 + ($1 < 0 ? 1 : 0) }
    case .decimal(let storage): storage.nulls.count
    case .integer(_, let nulls), .date(_, let nulls), .timestamp(_, let nulls), .bool(_, let nulls): nulls.count
    }
  }
}
