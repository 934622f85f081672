/// Builds one column value by value.
///
/// Values are taken in the column's type, or converted where nothing is lost: whole numbers to decimals, days to
/// timestamps, and text that has the form of the type.
public struct FrameColumnBuilder: Sendable {
  /// Name and type.
  public let column: FrameColumn
  /// How many values there are so far.
  public private(set) var count = 0
  private var text = TextStorage()
  private var index = TextIndex()
  private var numbers: [Int64] = []
  private var days: [Int32] = []
  private var flags: [Bool] = []
  private var decimals = DecimalStorage()
  private var nulls = NullMask()

  /// A builder for this column.
  public init(column: FrameColumn, expectedRows: Int = 0) {
    self.column = column
    guard expectedRows > 0 else { return }
    switch column.type {
    case .string: text.reserve(rows: expectedRows)
    case .integer, .timestamp: numbers.reserveCapacity(expectedRows)
    case .decimal: decimals.reserve(rows: expectedRows)
    case .date: days.reserveCapacity(expectedRows)
    case .bool: flags.reserveCapacity(expectedRows)
    }
  }

  /// Appends NULL.
  public mutating func appendNull() {
    switch column.type {
    case .string: text.appendNull()
    case .decimal: decimals.appendNull()
    case .integer, .timestamp:
      nulls.insert(count)
      numbers.append(0)
    case .date:
      nulls.insert(count)
      days.append(0)
    case .bool:
      nulls.insert(count)
      flags.append(false)
    }
    count += 1
  }

  /// Appends a value. Throws ``CPG1Error/Code/invalidData`` when the column cannot hold it without loss.
  public mutating func append(_ value: FrameValue) throws {
    switch (column.type, value) {
    case (_, .null): appendNull()
    case (.integer, .integer(let number)): appendNumber(number)
    case (.integer, .bool(let flag)): appendNumber(flag ? 1 : 0)
    case (.integer, .decimal(let number)):
      let whole = number.normalized
      guard whole.scale == 0, let small = Int64(exactly: whole.coefficient) else { throw mismatch("\(number)") }
      appendNumber(small)
    case (.timestamp, .timestamp(let moment)): appendNumber(moment.microseconds)
    case (.timestamp, .date(let day)): appendNumber(CivilTimestamp(day).microseconds)
    case (.decimal, .decimal(let number)): try appendDecimal(number)
    case (.decimal, .integer(let number)):
      try appendDecimal(ExactDecimal(coefficient: Int128(number), scale: 0))
    case (.date, .date(let day)): appendDay(day)
    case (.date, .timestamp(let moment)) where moment.isMidnight: appendDay(moment.date)
    case (.bool, .bool(let flag)): appendFlag(flag)
    case (.bool, .integer(let number)) where number == 0 || number == 1: appendFlag(number == 1)
    case (_, .string(let string)):
      var string = string
      try string.withUTF8 { try append(utf8: $0.span) }
    case (.string, _):
      var string = value.text ?? ""
      try string.withUTF8 { try append(utf8: $0.span) }
    default: throw mismatch(value.text ?? "NULL")
    }
  }

  /// Appends a value given as UTF-8 text in the column's form.
  mutating func append(utf8 bytes: Span<UInt8>) throws {
    switch column.type {
    case .string:
      guard let code = index.code(of: bytes, in: &text) else {
        throw CPG1Error(.invalidData, "column '\(column.name)' holds more than 4 GiB of distinct text; split the query")
      }
      text.append(code: code)
      count += 1
    case .integer:
      guard let number = ExactDecimal.parse(bytes)?.normalized, number.scale == 0,
        let small = Int64(exactly: number.coefficient)
      else { throw mismatch(bytes) }
      appendNumber(small)
    case .decimal:
      guard let number = ExactDecimal.parse(bytes) else { throw mismatch(bytes) }
      try appendDecimal(number)
    case .date:
      guard let moment = CivilTimestamp.parse(bytes), moment.isMidnight else { throw mismatch(bytes) }
      appendDay(moment.date)
    case .timestamp:
      guard let moment = CivilTimestamp.parse(bytes) else { throw mismatch(bytes) }
      appendNumber(moment.microseconds)
    case .bool:
      switch Self.text(bytes).lowercased() {
      case "true", "1": appendFlag(true)
      case "false", "0": appendFlag(false)
      default: throw mismatch(bytes)
      }
    }
  }

  /// The finished column.
  consuming func finish() -> ColumnStorage {
    switch column.type {
    case .string: .text(text)
    case .integer: .integer(numbers, nulls)
    case .decimal: .decimal(decimals)
    case .date: .date(days, nulls)
    case .timestamp: .timestamp(numbers, nulls)
    case .bool: .bool(flags, nulls)
    }
  }

  private mutating func appendNumber(_ number: Int64) {
    numbers.append(number)
    count += 1
  }

  private mutating func appendDay(_ day: CivilDate) {
    days.append(Int32(day.dayNumber))
    count += 1
  }

  private mutating func appendFlag(_ flag: Bool) {
    flags.append(flag)
    count += 1
  }

  private mutating func appendDecimal(_ number: ExactDecimal) throws {
    do {
      try decimals.append(number)
    } catch {
      throw CPG1Error(.invalidData, "column '\(column.name)', row \(count): \(number) does not fit", cause: error)
    }
    count += 1
  }

  private static func text(_ bytes: Span<UInt8>) -> String {
    var copy: [UInt8] = []
    for index in bytes.indices { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
  }

  private func mismatch(_ bytes: Span<UInt8>) -> CPG1Error { mismatch(Self.text(bytes)) }

  private func mismatch(_ text: String) -> CPG1Error {
    CPG1Error(
      .invalidData,
      "column '\(column.name)', row \(count): '\(text)' is not of type \(column.type.rawValue); "
        + "correct the value or the type in the column contract"
    )
  }
}
