internal import CUnixODBC

/// Collects the values of one column of a batch.
struct ColumnBuilder {
  private let plan: ColumnPlan
  private let isSQLite: Bool
  private var nulls: [Bool] = []
  private var integers: [Int64] = []
  private var doubles: [Double] = []
  private var booleans: [Bool] = []
  private var dates: [ODBCDate] = []
  private var times: [ODBCTime] = []
  private var timestamps: [ODBCTimestamp] = []
  private var bytes = ODBCByteVector()

  private static let noDate = ODBCDate(year: 1, month: 1, day: 1)
  private static let noTime = ODBCTime(hour: 0, minute: 0, second: 0)

  init(_ plan: ColumnPlan, traits: DriverTraits) {
    self.plan = plan
    self.isSQLite = traits.family == .sqlite
  }

  var vector: ODBCColumnVector {
    let storage: ODBCColumnVector.Storage =
      switch self.plan.column.type {
      case .integer: .integers(self.integers)
      case .double: .doubles(self.doubles)
      case .boolean: .booleans(self.booleans)
      case .date: .dates(self.dates)
      case .time: .times(self.times)
      case .timestamp: .timestamps(self.timestamps)
      case .text, .decimal, .binary: .bytes(self.bytes)
      }
    return ODBCColumnVector(type: self.plan.column.type, storage: storage, nulls: self.nulls)
  }

  mutating func appendNull() {
    self.nulls.append(true)
    switch self.plan.column.type {
    case .integer: self.integers.append(0)
    case .double: self.doubles.append(0)
    case .boolean: self.booleans.append(false)
    case .date: if let date = Self.noDate { self.dates.append(date) }
    case .time: if let time = Self.noTime { self.times.append(time) }
    case .timestamp:
      if let date = Self.noDate, let time = Self.noTime { self.timestamps.append(.init(date: date, time: time)) }
    case .text, .decimal, .binary: self.bytes.endValue()
    }
  }

  /// Appends a value as the driver wrote it, without terminator.
  ///
  /// - Throws: ``ODBCError`` with code ``ODBCError/Code/conversionFailed`` if it is not exactly of the column's type.
  mutating func append(_ value: UnsafeRawBufferPointer) throws {
    switch self.plan.transfer {
    case .int64: self.integers.append(value.loadUnaligned(as: Int64.self))
    case .double: self.doubles.append(value.loadUnaligned(as: Double.self))
    case .bit: self.booleans.append(value.first != 0)
    case .date: try self.append(value.loadUnaligned(as: SQL_DATE_STRUCT.self))
    case .timestamp: try self.append(value.loadUnaligned(as: SQL_TIMESTAMP_STRUCT.self))
    case .bytes:
      self.bytes.append(value)
      self.bytes.endValue()
    case .characters: try self.append(characters: value)
    case .wideCharacters: try self.append(wide: value)
    }
    self.nulls.append(false)
  }

  private mutating func append(_ value: SQL_DATE_STRUCT) throws {
    guard let date = ODBCDate(year: Int(value.year), month: Int(value.month), day: Int(value.day)) else {
      throw self.mismatch("\(value.year)-\(value.month)-\(value.day)")
    }
    self.dates.append(date)
  }

  private mutating func append(_ value: SQL_TIMESTAMP_STRUCT) throws {
    let timestamp = ODBCTimestamp(
      year: Int(value.year), month: Int(value.month), day: Int(value.day), hour: Int(value.hour),
      minute: Int(value.minute), second: Int(value.second), nanosecond: Int(value.fraction)
    )
    guard let timestamp else {
      let time = "\(value.hour):\(value.minute):\(value.second) and \(value.fraction) ns"
      throw self.mismatch("\(value.year)-\(value.month)-\(value.day) \(time)")
    }
    if self.plan.column.type == .timestamp {
      self.timestamps.append(timestamp)
    } else if timestamp.time == Self.noTime {
      self.dates.append(timestamp.date)
    } else {
      throw self.mismatch(timestamp.description)
    }
  }

  private mutating func append(wide value: UnsafeRawBufferPointer) throws {
    let units = value.bindMemory(to: UInt16.self)
    if self.plan.column.type == .text {
      guard self.bytes.append(utf16: units) else { throw self.mismatch("(a lone surrogate)") }
      self.bytes.endValue()
    } else {
      let text = Array(String(decoding: units, as: UTF16.self).utf8)
      try text.withUnsafeBytes { try self.append(characters: $0) }
    }
  }

  private mutating func append(characters value: UnsafeRawBufferPointer) throws {
    switch self.plan.column.type {
    case .text:
      guard Self.isUTF8(value) else { throw self.mismatch("(not UTF-8)") }
      self.bytes.append(value)
      self.bytes.endValue()
    case .decimal:
      if DecimalParser.isCanonical(value) {
        self.bytes.append(value)
      } else {
        guard let text = DecimalParser.canonical(value) else { throw self.mismatch(value) }
        self.bytes.append(text.utf8)
      }
      self.bytes.endValue()
    case .integer:
      self.integers.append(try self.converted(value, Self.integer))
    case .double:
      self.doubles.append(try self.converted(value) { Double(String(decoding: $0, as: UTF8.self)) })
    case .boolean:
      self.booleans.append(try self.converted(value, Self.boolean))
    case .date:
      self.dates.append(try self.converted(value, Self.date))
    case .time:
      self.times.append(try self.converted(value) { ISOParser.time($0) })
    case .timestamp:
      self.timestamps.append(try self.converted(value) { ISOParser.timestamp($0) })
    case .binary:
      if self.isSQLite, let decoded = Self.blobLiteral(value) {
        self.bytes.append(decoded)
      } else {
        self.bytes.append(value)
      }
      self.bytes.endValue()
    }
  }

  private func converted<Value>(
    _ value: UnsafeRawBufferPointer,
    _ convert: (UnsafeRawBufferPointer) -> Value?
  ) throws -> Value {
    guard let result = convert(value) else { throw self.mismatch(value) }
    return result
  }

  private func mismatch(_ value: UnsafeRawBufferPointer) -> ODBCError {
    self.mismatch(String(decoding: value.prefix(64), as: UTF8.self))
  }

  private func mismatch(_ value: String) -> ODBCError {
    let column = self.plan.column
    return ODBCError(
      code: .conversionFailed,
      operation: "SQLFetch",
      message: "Column '\(column.name)' (\(column.typeName)) holds '\(value)', which is not exactly of type "
        + "\(column.type.rawValue). Request another type, such as .text, for it in columnTypes."
    )
  }
}
