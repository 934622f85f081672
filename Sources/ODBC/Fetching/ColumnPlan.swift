internal import CUnixODBC

/// How one column travels from the driver to us.
struct ColumnPlan {
  /// The form in which the driver writes the value.
  enum Transfer {
    case int64, double, bit, date, timestamp
    /// UTF-8, or ASCII for numbers and times.
    case characters
    /// UTF-16.
    case wideCharacters
    case bytes

    var cType: Int {
      switch self {
      case .int64: Int(SQL_C_SBIGINT)
      case .double: Int(SQL_C_DOUBLE)
      case .bit: Int(SQL_C_BIT)
      case .date: Int(SQL_C_TYPE_DATE)
      case .timestamp: Int(SQL_C_TYPE_TIMESTAMP)
      case .characters: Int(SQL_C_CHAR)
      case .wideCharacters: Int(SQL_C_WCHAR)
      case .bytes: Int(SQL_C_BINARY)
      }
    }

    /// The bytes of the NUL that the driver appends.
    var terminatorSize: Int {
      switch self {
      case .characters: 1
      case .wideCharacters: 2
      default: 0
      }
    }

    /// The size of values that all have the same size.
    var fixedSize: Int? {
      switch self {
      case .int64, .double: 8
      case .bit: 1
      case .date: MemoryLayout<SQL_DATE_STRUCT>.stride
      case .timestamp: MemoryLayout<SQL_TIMESTAMP_STRUCT>.stride
      case .characters, .wideCharacters, .bytes: nil
      }
    }
  }

  let column: ODBCColumn
  let transfer: Transfer
  /// The bytes per row in the bound array; `nil` if values may be longer than an array should hold.
  let boundSize: Int?
  /// The size to bind if the driver can repeat what did not fit.
  let preferredSize: Int

  /// Values of declared lengths beyond this are not bound as a whole.
  private static let maximumBoundSize = 32 * 1024
  private static let preferredLongSize = 2048

  init(_ described: DescribedColumn, requested: ODBCColumnType?, traits: DriverTraits) {
    let type = requested ?? described.defaultType(traits)
    self.column = ODBCColumn(
      name: described.name, type: type, typeName: described.typeName, isNullable: described.isNullable
    )
    self.transfer = Self.transfer(described, type: type, traits: traits)
    if let size = self.transfer.fixedSize {
      self.boundSize = size
      self.preferredSize = size
      return
    }
    let size = Self.declaredSize(described, type: type, transfer: self.transfer, traits: traits)
    self.boundSize = size.flatMap { $0 <= Self.maximumBoundSize ? $0 : nil }
    self.preferredSize = min(size ?? Self.preferredLongSize, Self.preferredLongSize)
  }

  private static func transfer(
    _ described: DescribedColumn,
    type: ODBCColumnType,
    traits: DriverTraits
  ) -> Transfer {
    if traits.readsEverythingAsText { return .characters }
    let text: Transfer = traits.encoding == .utf16 ? .wideCharacters : .characters
    switch (type, described.kind) {
    case (.integer, .integer), (.integer, .boolean): return .int64
    case (.double, .double): return .double
    case (.boolean, .boolean): return .bit
    case (.date, .date): return .date
    case (.timestamp, .date), (.timestamp, .timestamp), (.date, .timestamp): return .timestamp
    case (.binary, .binary): return .bytes
    case (_, .text): return text
    case (.text, _): return text
    default: return .characters
    }
  }

  /// The bytes that hold every value of the declared type, with a terminator.
  private static func declaredSize(
    _ described: DescribedColumn,
    type: ODBCColumnType,
    transfer: Transfer,
    traits: DriverTraits
  ) -> Int? {
    // SQLite ignores declared lengths. Its driver fills the rest of a buffer with zeros, so small ones are faster.
    if traits.readsEverythingAsText { return 256 }
    let unit = transfer == .wideCharacters ? 2 : 1
    switch described.kind {
    case .text:
      guard described.size > 0, !described.isLong else { return nil }
      // A character may take two UTF-16 units or four UTF-8 bytes.
      return (described.size * (unit == 2 ? 2 : 4) + 1) * unit
    case .binary:
      guard described.size > 0, !described.isLong else { return nil }
      return transfer == .bytes ? described.size : (described.size * 2 + 1) * unit
    case .decimal:
      // Sign, point, a zero before the point, and the terminator.
      return (max(described.size, 38) + 4) * unit
    case .integer, .boolean, .date, .time, .timestamp, .double:
      return 64 * unit
    }
  }
}
