internal import ODBC

/// What differs between the databases.
public enum SQLDialect: String, Hashable, Sendable {
  case sqlite, postgreSQL

  /// Replaces the types in a migration.
  func translate(_ ddl: String) -> String {
    let types: [(String, String)] =
      switch self {
      case .sqlite:
        [
          ("{UUID}", "CHAR(36)"), ("{TIME}", "TIMESTAMP"), ("{JSON}", "TEXT"), ("{BOOL}", "INTEGER"),
          ("{TEXTS}", "TEXT"), ("{SEQUENCE}", ""), ("{FALSE}", "0"),
        ]
      case .postgreSQL:
        [
          ("{UUID}", "UUID"), ("{TIME}", "TIMESTAMPTZ"), ("{JSON}", "JSONB"), ("{BOOL}", "BOOLEAN"),
          ("{TEXTS}", "TEXT[]"), ("{SEQUENCE}", "sequence BIGINT GENERATED ALWAYS AS IDENTITY,"), ("{FALSE}", "FALSE"),
        ]
      }
    return types.reduce(ddl) { text, type in text.replacing(type.0, with: type.1) }
  }

  /// Executed on every connection before it is used.
  var sessionStatements: [String] {
    switch self {
    case .sqlite: ["PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"]
    // ODBC knows no zones: all times are UTC.
    case .postgreSQL: ["SET TIME ZONE 'UTC'"]
    }
  }

  /// Appended to a query whose rows are about to be changed.
  var lockSuffix: String { self == .postgreSQL ? " FOR UPDATE" : "" }

  /// Executed first in every transaction that writes. SQLite's transactions begin without a lock; one that has read
  /// could then not write any more after another process wrote.
  var lockStatement: String? {
    self == .sqlite ? "UPDATE schema_migrations SET name = name WHERE version < 0" : nil
  }

  /// The order in which events were recorded.
  var eventOrder: String { self == .sqlite ? "rowid" : "sequence" }

  /// Holds off other processes until the end of the transaction. SQLite's write lock has done that.
  func advisoryLock(_ number: Int64) -> String? {
    self == .postgreSQL ? "SELECT CAST(pg_advisory_xact_lock(\(number)) AS TEXT)" : nil
  }

  func boolean(_ value: Bool) -> ODBCValue { self == .sqlite ? .integer(value ? 1 : 0) : .boolean(value) }
}

/// A value of a column that needs more than a parameter.
enum Cell: Sendable {
  case value(ODBCValue)
  case uuid(String)
  case json(String)
  case texts([String])
  case flag(Bool)

  static func text(_ text: String?) -> Cell { .value(text.map { .text($0) } ?? .null) }

  static func time(_ moment: Moment?) -> Cell { .value(ODBCValue(moment)) }

  static func integer(_ number: Int) -> Cell { .value(.integer(Int64(number))) }

  func placeholder(_ dialect: SQLDialect) -> String {
    guard dialect == .postgreSQL else { return "?" }
    return switch self {
    case .value, .flag: "?"
    case .uuid: "CAST(? AS UUID)"
    case .json: "CAST(? AS JSONB)"
    case .texts: "ARRAY(SELECT jsonb_array_elements_text(CAST(? AS JSONB)))"
    }
  }

  func parameter(_ dialect: SQLDialect) -> ODBCValue {
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
  init(_ moment: Moment?) {
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
  func string(_ key: ODBCColumnKey) throws -> String { try text(key) ?? "" }

  /// The time in a column; `nil` for NULL.
  func moment(_ key: ODBCColumnKey) throws -> Moment? {
    try timestamp(key).flatMap { Moment($0.description) }
  }

  /// The truth value in a column, whatever the database keeps it as.
  func flag(_ key: ODBCColumnKey) throws -> Bool {
    let value = try value(key)
    return value.boolean ?? (value.integer == 1)
  }

  /// The value of an enumeration.
  ///
  /// - Throws: ``PixError`` with `INVALID_STATE` if the column holds something else.
  func value<Value: RawRepresentable<String>>(_ key: ODBCColumnKey, as type: Value.Type) throws -> Value {
    let text = try string(key)
    if let value = Value(rawValue: text) { return value }
    throw PixError(.invalidState, "'\(text)' in the database is no \(type)")
  }
}

extension ODBCError {
  /// Whether a unique index refused a row.
  var isUniqueViolation: Bool {
    diagnostics.contains { $0.sqlState == "23505" || $0.message.contains("UNIQUE constraint failed") }
  }
}
