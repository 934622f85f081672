internal import CUnixODBC

/// A column as the driver describes it.
struct DescribedColumn {
  /// The kinds of SQL types that are fetched in different ways.
  enum Kind { case integer, decimal, double, boolean, text, date, time, timestamp, binary }

  var name: String
  var typeName: String
  var sqlType: Int
  var size: Int
  var isUnsigned: Bool
  /// Whether the column is one of a table; only asked for where expressions have no type.
  var isOfTable: Bool
  var isNullable: Bool?

  var kind: Kind {
    switch Int32(truncatingIfNeeded: self.sqlType) {
    case SQL_TINYINT, SQL_SMALLINT, SQL_INTEGER, SQL_BIGINT: .integer
    case SQL_NUMERIC, SQL_DECIMAL: .decimal
    case SQL_REAL, SQL_FLOAT, SQL_DOUBLE: .double
    case SQL_BIT: .boolean
    case SQL_TYPE_DATE, SQL_DATE: .date
    case SQL_TYPE_TIME, SQL_TIME: .time
    case SQL_TYPE_TIMESTAMP, SQL_TIMESTAMP: .timestamp
    case SQL_BINARY, SQL_VARBINARY, SQL_LONGVARBINARY: .binary
    default: .text
    }
  }

  /// Whether values have no useful bound.
  var isLong: Bool {
    switch Int32(truncatingIfNeeded: self.sqlType) {
    case SQL_LONGVARCHAR, SQL_WLONGVARCHAR, SQL_LONGVARBINARY: true
    case SQL_CHAR, SQL_VARCHAR, SQL_WCHAR, SQL_WVARCHAR, SQL_BINARY, SQL_VARBINARY: false
    default: self.kind == .text
    }
  }

  func defaultType(_ traits: DriverTraits) -> ODBCColumnType {
    if traits.expressionsHaveNoType, !self.isOfTable { return .text }
    let typeName = self.typeName.lowercased()
    switch traits.family {
    case .sqlite:
      // The driver calls NUMERIC a double and DECIMAL text.
      if typeName.hasPrefix("numeric") || typeName.hasPrefix("dec") { return .decimal }
    case .postgreSQL:
      // The driver calls MONEY a float.
      if typeName == "money" { return .decimal }
    case .sqlServer, .other:
      break
    }
    switch self.kind {
    case .integer:
      // An unsigned number of 64 bits may be larger than the largest Int64.
      return Int32(truncatingIfNeeded: self.sqlType) == SQL_BIGINT && self.isUnsigned && traits.family != .sqlite
        ? .decimal : .integer
    case .decimal: return .decimal
    case .double: return .double
    case .boolean: return .boolean
    case .text: return .text
    case .date: return .date
    case .time: return .time
    case .timestamp: return .timestamp
    case .binary: return .binary
    }
  }
}

extension StatementHandle {
  /// Describes the columns of the current result.
  func describeColumns() throws -> [DescribedColumn] {
    try (0..<self.columnCount()).map { try self.describe(SQLUSMALLINT($0 + 1)) }
  }

  private func describe(_ number: SQLUSMALLINT) throws -> DescribedColumn {
    let raw = try self.requireRaw("SQLDescribeCol")
    var type: SQLSMALLINT = 0
    var size: SQLULEN = 0
    var digits: SQLSMALLINT = 0
    var nullable: SQLSMALLINT = 0
    var length: SQLSMALLINT = 0
    var name = ""
    switch self.traits.encoding {
    case .utf8:
      var buffer = [SQLCHAR](repeating: 0, count: 1024)
      let result = SQLDescribeCol(raw, number, &buffer, 1024, &length, &type, &size, &digits, &nullable)
      try self.check(result, "SQLDescribeCol")
      name = String(decoding: buffer[..<min(max(0, Int(length)), 1023)], as: UTF8.self)
    case .utf16:
      var buffer = [SQLWCHAR](repeating: 0, count: 1024)
      let result = SQLDescribeColW(raw, number, &buffer, 1024, &length, &type, &size, &digits, &nullable)
      try self.check(result, "SQLDescribeCol")
      name = String(decoding: buffer[..<min(max(0, Int(length)), 1023)], as: UTF16.self)
    }
    var unsigned: SQLLEN = 0
    if Int32(type) == SQL_BIGINT {
      let result = SQLColAttribute(raw, number, SQLUSMALLINT(SQL_DESC_UNSIGNED), nil, 0, nil, &unsigned)
      try self.check(result, "SQLColAttribute")
    }
    return DescribedColumn(
      name: name,
      typeName: self.attribute(Int(SQL_DESC_TYPE_NAME), raw, number),
      sqlType: Int(type),
      size: Int(clamping: size),
      isUnsigned: unsigned == SQLLEN(SQL_TRUE),
      isOfTable: !self.traits.expressionsHaveNoType
        || !self.attribute(Int(SQL_DESC_TABLE_NAME), raw, number).isEmpty,
      isNullable: Int32(nullable) == SQL_NULLABLE_UNKNOWN ? nil : Int32(nullable) == SQL_NULLABLE
    )
  }

  /// An attribute that is text; empty if the driver does not tell it.
  private func attribute(_ field: Int, _ raw: SQLHSTMT, _ number: SQLUSMALLINT) -> String {
    let field = SQLUSMALLINT(field)
    var length: SQLSMALLINT = 0
    switch self.traits.encoding {
    case .utf8:
      var buffer = [SQLCHAR](repeating: 0, count: 256)
      guard succeeded(SQLColAttribute(raw, number, field, &buffer, 256, &length, nil)) else { return "" }
      return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
    case .utf16:
      var buffer = [SQLWCHAR](repeating: 0, count: 256)
      guard succeeded(SQLColAttributeW(raw, number, field, &buffer, 512, &length, nil)) else { return "" }
      return String(decoding: buffer.prefix { $0 != 0 }, as: UTF16.self)
    }
  }
}
