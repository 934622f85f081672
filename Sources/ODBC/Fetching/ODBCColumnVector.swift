/// The values of one column in a batch, in the type of the column.
public struct ODBCColumnVector: Sendable {
  /// The values. At the position of a NULL stands an arbitrary value; see ``ODBCColumnVector/isNull(_:)``.
  public enum Storage: Sendable {
    /// For ``ODBCColumnType/integer``.
    case integers([Int64])
    /// For ``ODBCColumnType/double``.
    case doubles([Double])
    /// For ``ODBCColumnType/boolean``.
    case booleans([Bool])
    /// For ``ODBCColumnType/date``.
    case dates([ODBCDate])
    /// For ``ODBCColumnType/time``.
    case times([ODBCTime])
    /// For ``ODBCColumnType/timestamp``.
    case timestamps([ODBCTimestamp])
    /// For ``ODBCColumnType/text`` (valid UTF-8), ``ODBCColumnType/decimal`` (the canonical text of
    /// ``ODBCDecimal``) and ``ODBCColumnType/binary``.
    case bytes(ODBCByteVector)
  }

  /// The type of the column.
  public let type: ODBCColumnType
  /// The values.
  public let storage: Storage
  /// Which values are NULL.
  public let nulls: [Bool]

  /// The number of rows.
  public var count: Int { self.nulls.count }

  /// Whether the value of a row is NULL.
  public func isNull(_ row: Int) -> Bool { self.nulls[row] }

  /// One value.
  public subscript(row: Int) -> ODBCValue {
    if self.nulls[row] { return .null }
    switch self.storage {
    case .integers(let values): return .integer(values[row])
    case .doubles(let values): return .double(values[row])
    case .booleans(let values): return .boolean(values[row])
    case .dates(let values): return .date(values[row])
    case .times(let values): return .time(values[row])
    case .timestamps(let values): return .timestamp(values[row])
    case .bytes(let values):
      switch self.type {
      case .binary: return .binary(Array(values[row]))
      case .decimal: return .decimal(ODBCDecimal(canonical: values.string(at: row)))
      default: return .text(values.string(at: row))
      }
    }
  }
}
