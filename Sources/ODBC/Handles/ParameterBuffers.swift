internal import CUnixODBC

/// The memory that bound parameters live in until the statement is executed.
///
/// Values never become part of the SQL text: each is bound with its own C and SQL type.
final class ParameterBuffers {
  private struct Slot {
    var cType: Int
    var sqlType: Int
    /// Precision or length, in the unit of the SQL type.
    var size: Int
    var scale: Int
    var bytes: [UInt8]
    var isNull = false
  }

  private let slots: [Slot]
  private let memory: UnsafeMutableRawBufferPointer
  private let offsets: [Int]
  private let indicators: UnsafeMutableBufferPointer<SQLLEN>

  init(_ values: [ODBCValue], traits: DriverTraits) throws {
    var slots: [Slot] = []
    var offsets: [Int] = []
    var size = 0
    for (index, value) in values.enumerated() {
      let slot = try Self.slot(value, number: index + 1, traits: traits)
      slots.append(slot)
      offsets.append(size)
      // Empty values need an address too: a nil pointer means NULL. Eight bytes keep numbers aligned.
      size += (max(1, slot.bytes.count) + 7) & ~7
    }
    self.slots = slots
    self.offsets = offsets
    self.memory = .allocate(byteCount: size, alignment: 8)
    self.indicators = .allocate(capacity: values.count)
    self.memory.initializeMemory(as: UInt8.self, repeating: 0)
    self.indicators.initialize(repeating: 0)
    for (index, slot) in slots.enumerated() {
      let target = UnsafeMutableRawBufferPointer(rebasing: self.memory[offsets[index]...])
      target.copyBytes(from: slot.bytes)
      self.indicators[index] = slot.isNull ? SQLLEN(SQL_NULL_DATA) : SQLLEN(slot.bytes.count)
    }
  }

  deinit {
    self.memory.deallocate()
    self.indicators.deallocate()
  }

  func bind(to statement: SQLHSTMT, check: (SQLRETURN) throws -> Void) throws {
    guard let base = self.memory.baseAddress, let lengths = self.indicators.baseAddress else { return }
    for (index, slot) in self.slots.enumerated() {
      let result = SQLBindParameter(
        statement, SQLUSMALLINT(index + 1), SQLSMALLINT(SQL_PARAM_INPUT), SQLSMALLINT(slot.cType),
        SQLSMALLINT(slot.sqlType), SQLULEN(max(1, slot.size)), SQLSMALLINT(slot.scale),
        base + self.offsets[index], SQLLEN(slot.bytes.count), lengths + index
      )
      try check(result)
    }
  }

  private static func slot(_ value: ODBCValue, number: Int, traits: DriverTraits) throws -> Slot {
    switch value {
    case .null:
      return Slot(cType: Int(SQL_C_CHAR), sqlType: Int(SQL_VARCHAR), size: 1, scale: 0, bytes: [], isNull: true)
    case .integer(let value):
      return Slot(cType: Int(SQL_C_SBIGINT), sqlType: Int(SQL_BIGINT), size: 19, scale: 0, bytes: Self.bytes(of: value))
    case .double(let value):
      return try Self.double(value, number: number, traits: traits)
    case .boolean(let value):
      return Slot(cType: Int(SQL_C_BIT), sqlType: Int(SQL_BIT), size: 1, scale: 0, bytes: [value ? 1 : 0])
    case .decimal(let value):
      return try Self.decimal(value, number: number, traits: traits)
    case .text(let value):
      return try Self.text(value, number: number, traits: traits)
    case .date(let value):
      if traits.family == .sqlite { return Self.ascii(value.description) }
      let date = SQL_DATE_STRUCT(
        year: SQLSMALLINT(value.year), month: SQLUSMALLINT(value.month), day: SQLUSMALLINT(value.day)
      )
      return Slot(
        cType: Int(SQL_C_TYPE_DATE), sqlType: Int(SQL_TYPE_DATE), size: 10, scale: 0, bytes: Self.bytes(of: date)
      )
    case .time(let value):
      try Self.requireDigits(value, number: number, traits: traits)
      // SQL_TIME_STRUCT has no fraction.
      return Self.ascii(value.description)
    case .timestamp(let value):
      try Self.requireDigits(value.time, number: number, traits: traits)
      if traits.family == .sqlite || value.time.hour == 24 { return Self.ascii(value.description) }
      return Self.timestamp(value)
    case .binary(let value):
      let type = value.count > 8000 ? SQL_LONGVARBINARY : SQL_VARBINARY
      return Slot(cType: Int(SQL_C_BINARY), sqlType: Int(type), size: value.count, scale: 0, bytes: value)
    }
  }

  private static func double(_ value: Double, number: Int, traits: DriverTraits) throws -> Slot {
    if traits.family == .sqlite, !value.isFinite {
      throw Self.refused(number, "SQLite has no NaN and no infinity.")
    }
    // PostgreSQL's driver prints doubles with 15 digits; the shortest text that reads back as the same number is
    // exact.
    if traits.family == .postgreSQL {
      let text = value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : "\(value)"
      return Self.ascii(text)
    }
    return Slot(cType: Int(SQL_C_DOUBLE), sqlType: Int(SQL_DOUBLE), size: 15, scale: 0, bytes: Self.bytes(of: value))
  }

  /// As text with precision and scale. For SQLite as a number where that is exact: text is greater than every number
  /// there unless the other side is a column with numeric affinity.
  private static func decimal(_ value: ODBCDecimal, number: Int, traits: DriverTraits) throws -> Slot {
    let text = value.description
    let digits = text.utf8.count { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") }
    if traits.family == .sqlite {
      if let integer = value.integer, value.scale == 0 { return try Self.slot(.integer(integer), number: number, traits: traits) }
      if digits <= 15, let double = Double(text) { return try Self.double(double, number: number, traits: traits) }
      return Self.ascii(text)
    }
    return Slot(
      cType: Int(SQL_C_CHAR), sqlType: Int(SQL_DECIMAL), size: max(digits, value.scale), scale: value.scale,
      bytes: Array(text.utf8)
    )
  }

  private static func text(_ value: String, number: Int, traits: DriverTraits) throws -> Slot {
    if value.utf8.contains(0) {
      throw Self.refused(number, "Text with a NUL character would be cut there. Use .binary.")
    }
    switch traits.encoding {
    case .utf8:
      let bytes = Array(value.utf8)
      let type = bytes.count > 8000 ? SQL_LONGVARCHAR : SQL_VARCHAR
      return Slot(cType: Int(SQL_C_CHAR), sqlType: Int(type), size: bytes.count, scale: 0, bytes: bytes)
    case .utf16:
      let units = Array(value.utf16)
      let type = units.count > 4000 ? SQL_WLONGVARCHAR : SQL_WVARCHAR
      let bytes = units.withUnsafeBytes { Array($0) }
      return Slot(cType: Int(SQL_C_WCHAR), sqlType: Int(type), size: units.count, scale: 0, bytes: bytes)
    }
  }

  private static func timestamp(_ value: ODBCTimestamp) -> Slot {
    let digits = value.time.fractionDigits
    let timestamp = SQL_TIMESTAMP_STRUCT(
      year: SQLSMALLINT(value.date.year), month: SQLUSMALLINT(value.date.month), day: SQLUSMALLINT(value.date.day),
      hour: SQLUSMALLINT(value.time.hour), minute: SQLUSMALLINT(value.time.minute),
      second: SQLUSMALLINT(value.time.second), fraction: SQLUINTEGER(value.time.nanosecond)
    )
    return Slot(
      cType: Int(SQL_C_TYPE_TIMESTAMP), sqlType: Int(SQL_TYPE_TIMESTAMP), size: digits == 0 ? 19 : 20 + digits,
      scale: digits, bytes: Self.bytes(of: timestamp)
    )
  }

  /// Text of ASCII characters, as the database's own conversion reads it.
  private static func ascii(_ text: String) -> Slot {
    let bytes = Array(text.utf8)
    return Slot(cType: Int(SQL_C_CHAR), sqlType: Int(SQL_VARCHAR), size: bytes.count, scale: 0, bytes: bytes)
  }

  private static func requireDigits(_ time: ODBCTime, number: Int, traits: DriverTraits) throws {
    guard time.fractionDigits > traits.fractionDigits else { return }
    throw Self.refused(
      number,
      "The database keeps \(traits.fractionDigits) digits of a second and would round '\(time)'. Round it first."
    )
  }

  private static func refused(_ number: Int, _ reason: String) -> ODBCError {
    ODBCError(
      code: .conversionFailed,
      operation: "SQLBindParameter",
      message: "Parameter \(number) cannot be passed exactly. \(reason)"
    )
  }

  private static func bytes<Value: BitwiseCopyable>(of value: Value) -> [UInt8] {
    withUnsafeBytes(of: value) { Array($0) }
  }
}
