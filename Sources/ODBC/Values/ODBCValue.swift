/// One value of a column or of a parameter.
public enum ODBCValue: Hashable, Sendable {
  /// SQL NULL.
  case null
  /// Any integer type of up to 64 bits.
  case integer(Int64)
  /// NUMERIC, DECIMAL and unsigned 64-bit integers, without any rounding.
  case decimal(ODBCDecimal)
  /// REAL, FLOAT and DOUBLE PRECISION.
  case double(Double)
  /// BIT and BOOLEAN.
  case boolean(Bool)
  /// Character data, and every type this module has no better case for (such as UUID and JSON).
  case text(String)
  /// A calendar date.
  case date(ODBCDate)
  /// A time of day.
  case time(ODBCTime)
  /// A date and a time of day, without a time zone.
  case timestamp(ODBCTimestamp)
  /// Binary data.
  case binary([UInt8])

  /// Whether this is SQL NULL.
  public var isNull: Bool { if case .null = self { true } else { false } }

  /// The integer, also of a decimal without a fraction that fits, and of text that is nothing but such a number;
  /// otherwise `nil`.
  public var integer: Int64? {
    switch self {
    case .integer(let value): value
    case .decimal(let value): value.integer
    case .text(let value): ODBCDecimal(value)?.integer
    default: nil
    }
  }

  /// The decimal, also of an integer, and of text that is nothing but a number; otherwise `nil`.
  public var decimal: ODBCDecimal? {
    switch self {
    case .decimal(let value): value
    case .integer(let value): ODBCDecimal(value)
    case .text(let value): ODBCDecimal(value)
    default: nil
    }
  }

  /// The text; `nil` if this is not text.
  public var text: String? { if case .text(let value) = self { value } else { nil } }
  /// The floating-point number; `nil` if this is not one.
  public var double: Double? { if case .double(let value) = self { value } else { nil } }
  /// The truth value; `nil` if this is not one.
  public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
  /// The date; `nil` if this is not one.
  public var date: ODBCDate? { if case .date(let value) = self { value } else { nil } }
  /// The time; `nil` if this is not one.
  public var time: ODBCTime? { if case .time(let value) = self { value } else { nil } }
  /// The timestamp; `nil` if this is not one.
  public var timestamp: ODBCTimestamp? { if case .timestamp(let value) = self { value } else { nil } }
  /// The bytes; `nil` if this is not binary.
  public var binary: [UInt8]? { if case .binary(let value) = self { value } else { nil } }
}

extension ODBCValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral
{
  /// A text value.
  public init(stringLiteral value: String) { self = .text(value) }
  /// An integer value.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A boolean value.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  /// SQL NULL.
  public init(nilLiteral: ()) { self = .null }
}
