/// Writes frames as CSV.
public struct CSVWriter: Sendable {
  /// How missing values are written.
  public let dialect: CSVDialect

  /// A writer of a dialect.
  public init(dialect: CSVDialect) { self.dialect = dialect }

  /// The frame as CSV: header, then one record per row, LF after each.
  public func write(_ frame: Frame) -> [UInt8] {
    var output: [UInt8] = []
    appendRecord(frame.columns.map { Optional($0.name) }, to: &output)
    for row in 0..<frame.rowCount { append(row: row, of: frame, to: &output) }
    return output
  }

  /// Appends one row as a record.
  func append(row: Int, of frame: Frame, to output: inout [UInt8]) {
    for column in frame.columns.indices {
      if column > 0 { output.append(UInt8(ascii: ",")) }
      append(frame.storage[column], row: row, to: &output)
    }
    output.append(10)
  }

  private func append(_ storage: ColumnStorage, row: Int, to output: inout [UInt8]) {
    if storage.isNull(row) {
      appendField(nil, to: &output)
      return
    }
    switch storage {
    case .text(let text): appendField(text.text(of: Int(text.codes[row])), to: &output)
    case .integer(let values, _): CellText.append(values[row], to: &output)
    case .decimal(let values):
      CellText.append(ExactDecimal(coefficient: values.coefficient(row), scale: values.scale), to: &output)
    case .date(let values, _): CellText.append(CivilDate(dayNumber: Int(values[row])), to: &output)
    case .timestamp(let values, _):
      CellText.append(CivilTimestamp(microseconds: values[row]), separator: 32, to: &output)
    case .bool(let values, _): output.append(contentsOf: (values[row] ? "true" : "false").utf8)
    }
  }

  func appendRecord(_ fields: [String?], to output: inout [UInt8]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      appendField(field, to: &output)
    }
    output.append(10)
  }

  private func appendField(_ field: String?, to output: inout [UInt8]) {
    guard let field else {
      if dialect == .sox { output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "N")]) }
      return
    }
    let bytes = field.utf8
    if needsQuotes(field) {
      output.append(UInt8(ascii: "\""))
      for byte in bytes {
        if byte == UInt8(ascii: "\"") { output.append(byte) }
        output.append(byte)
      }
      output.append(UInt8(ascii: "\""))
    } else {
      output.append(contentsOf: bytes)
    }
  }

  private func needsQuotes(_ field: String) -> Bool {
    let bytes = field.utf8
    guard let first = bytes.first, let last = bytes.last else { return dialect == .sox }
    if first == 32 || first == 9 || last == 32 || last == 9 { return true }
    if dialect == .sox, field == "\\N" { return true }
    return bytes.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13 }
  }
}
