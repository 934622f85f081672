public import ODBC

/// A value of a column that needs more than a parameter.
public enum Cell: Sendable {
  /// A parameter as it is.
  case value(ODBCValue)
  /// A UUID.
  case uuid(String)
  /// A JSON text.
  case json(String)
  /// A list of texts.
  case texts([String])
  /// A truth value.
  case flag(Bool)

  /// A text, or NULL.
  public static func text(_ text: String?) -> Cell { .value(text.map { .text($0) } ?? .null) }

  /// A time, or NULL.
  public static func time(_ moment: Moment?) -> Cell { .value(ODBCValue(moment)) }

  /// A whole number.
  public static func integer(_ number: Int) -> Cell { .value(.integer(Int64(number))) }

  /// What stands for the value in a statement.
  public func placeholder(_ dialect: SQLDialect) -> String {
    guard dialect == .postgreSQL else { return "?" }
    return switch self {
    case .value, .flag: "?"
    case .uuid: "CAST(? AS UUID)"
    case .json: "CAST(? AS JSONB)"
    case .texts: "ARRAY(SELECT jsonb_array_elements_text(CAST(? AS JSONB)))"
    }
  }

  /// The parameter of the statement.
  public func parameter(_ dialect: SQLDialect) -> ODBCValue {
    switch self {
    case .value(let value): value
    case .uuid(let text), .json(let text): .text(text)
    case .texts(let texts): .text(JSONValue.array(texts.map { .string($0) }).text)
    case .flag(let value): dialect.boolean(value)
    }
  }
}

extension ODBCValue {
  /// A time, or NULL.
  public init(_ moment: Moment?) {
    guard let moment, let timestamp = ODBCTimestamp(moment.description.trimmingSuffix("Z")) else {
      self = .null
      return
    }
    self = .timestamp(timestamp)
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}

extension ODBCRow {
  /// The text in a column; empty for NULL.
  public func string(_ key: ODBCColumnKey) throws -> String { try text(key) ?? "" }

  /// The time in a column; `nil` for NULL.
  public func moment(_ key: ODBCColumnKey) throws -> Moment? {
    try timestamp(key).flatMap { Moment($0.description) }
  }

  /// The truth value in a column, whatever the database keeps it as.
  public func flag(_ key: ODBCColumnKey) throws -> Bool {
    let value = try value(key)
    return value.boolean ?? (value.integer == 1)
  }

  /// The value of an enumeration.
  ///
  /// - Throws: ``SQLDatabaseError`` if the column holds something else.
  public func value<Value: RawRepresentable<String>>(_ key: ODBCColumnKey, as type: Value.Type) throws -> Value {
    let text = try string(key)
    if let value = Value(rawValue: text) { return value }
    throw SQLDatabaseError(.unexpectedValue, "'\(text)' in the database is no \(type)")
  }
}

extension ODBCError {
  /// Whether a unique index refused a row.
  public var isUniqueViolation: Bool {
    diagnostics.contains { $0.sqlState == "23505" || $0.message.contains("UNIQUE constraint failed") }
  }
}
