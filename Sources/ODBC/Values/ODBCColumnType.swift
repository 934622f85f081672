/// The type that the values of a column are delivered in.
public enum ODBCColumnType: String, Hashable, Sendable, CaseIterable {
  /// ``ODBCValue/integer(_:)``.
  case integer
  /// ``ODBCValue/decimal(_:)``.
  case decimal
  /// ``ODBCValue/double(_:)``.
  case double
  /// ``ODBCValue/boolean(_:)``.
  case boolean
  /// ``ODBCValue/text(_:)``.
  case text
  /// ``ODBCValue/date(_:)``.
  case date
  /// ``ODBCValue/time(_:)``.
  case time
  /// ``ODBCValue/timestamp(_:)``.
  case timestamp
  /// ``ODBCValue/binary(_:)``.
  case binary
}
