/// The type of a column.
public enum FrameColumnType: String, Hashable, Sendable, Codable, CaseIterable {
  case string, integer, decimal, date, timestamp, bool

  /// Reads the type names of the column contracts, among them `int` and `datetime`.
  public init?(name: String) {
    switch name {
    case "int": self = .integer
    case "datetime": self = .timestamp
    default:
      guard let type = FrameColumnType(rawValue: name) else { return nil }
      self = type
    }
  }
}

/// Name and type of a column.
public struct FrameColumn: Hashable, Sendable, Codable {
  /// The name, exactly as the query returns it.
  public let name: String
  /// The type of its cells; every cell may be NULL.
  public let type: FrameColumnType

  /// Creates a column description.
  public init(_ name: String, _ type: FrameColumnType) {
    self.name = name
    self.type = type
  }
}

/// One cell.
public enum FrameValue: Hashable, Sendable {
  /// A missing value, distinct from the empty string.
  case null
  /// Text.
  case string(String)
  /// A whole number.
  case integer(Int64)
  /// An exact decimal number.
  case decimal(ExactDecimal)
  /// A day.
  case date(CivilDate)
  /// A day with a time.
  case timestamp(CivilTimestamp)
  /// A truth value.
  case bool(Bool)

  /// Whether the cell is NULL.
  public var isNull: Bool { self == .null }

  /// The cell as plain text: decimals without exponent or trailing zeros, timestamps `YYYY-MM-DD HH:MM:SS`;
  /// nil for NULL.
  public var text: String? {
    switch self {
    case .null: nil
    case .string(let value): value
    case .integer(let value): String(value)
    case .decimal(let value): value.description
    case .date(let value): value.description
    case .timestamp(let value): value.description
    case .bool(let value): value ? "true" : "false"
    }
  }
}
