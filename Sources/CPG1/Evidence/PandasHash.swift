internal import Crypto

/// The original data hash: SHA-256 of the CSV that pandas 2.2 writes for the table sorted by all its columns.
///
/// Decimals, and whole numbers in a column with a NULL, are floating-point numbers there; NULL and the empty text are
/// both empty; timestamps of a column are days when all are midnight. Kept so that old evidence stays comparable; the
/// hash of record is ``CanonicalHash``.
public enum PandasHash {
  /// The hash in hexadecimal.
  public static func hash(_ frame: Frame) -> String {
    let printers = frame.columns.indices.map { PandasColumn(frame.storage[$0], rows: frame.rowCount) }
    var hasher = SHA256()
    var chunk: [UInt8] = []
    for (index, column) in frame.columns.enumerated() {
      if index > 0 { chunk.append(UInt8(ascii: ",")) }
      appendField(Array(column.name.utf8).span, to: &chunk)
    }
    chunk.append(10)
    for row in sortedRows(frame, printers) {
      let start = chunk.count
      for (index, printer) in printers.enumerated() {
        if index > 0 { chunk.append(UInt8(ascii: ",")) }
        printer.append(row: row, to: &chunk)
      }
      // A record of one empty field would be an empty line; it is written as two quotes.
      if printers.count == 1, chunk.count == start { chunk.append(contentsOf: "\"\"".utf8) }
      chunk.append(10)
      if chunk.count > 1 << 16 {
        hasher.update(data: chunk)
        chunk.removeAll(keepingCapacity: true)
      }
    }
    hasher.update(data: chunk)
    return Hex.string(hasher.finalize())
  }

  /// Sorts column by column: a column only has to order the rows that all columns before it left equal.
  private static func sortedRows(_ frame: Frame, _ columns: [PandasColumn]) -> [Int] {
    var order = Array(0..<frame.rowCount)
    var runs = frame.rowCount > 1 ? [0..<frame.rowCount] : []
    for column in columns where !runs.isEmpty {
      let keys = column.sortKeys(rows: frame.rowCount)
      var remaining: [Range<Int>] = []
      for run in runs {
        order[run].sort { keys[$0] < keys[$1] }
        var start = run.lowerBound
        while start < run.upperBound {
          var end = start + 1
          while end < run.upperBound, keys[order[end]] == keys[order[start]] { end += 1 }
          if end - start > 1 { remaining.append(start..<end) }
          start = end
        }
      }
      runs = remaining
    }
    return order
  }

  /// Appends a CSV field with minimal quoting.
  static func appendField(_ text: Span<UInt8>, to output: inout [UInt8]) {
    var quoted = false
    for index in text.indices {
      let byte = text[index]
      if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 10 { quoted = true }
    }
    if quoted { output.append(UInt8(ascii: "\"")) }
    for index in text.indices {
      if text[index] == UInt8(ascii: "\"") { output.append(UInt8(ascii: "\"")) }
      output.append(text[index])
    }
    if quoted { output.append(UInt8(ascii: "\"")) }
  }
}

/// A column as pandas sees it.
struct PandasColumn {
  private let storage: ColumnStorage
  private let isFloat: Bool
  private let isDateOnly: Bool
  private let hasFractions: Bool

  init(_ storage: ColumnStorage, rows: Int) {
    self.storage = storage
    switch storage {
    case .decimal: isFloat = true
    case .integer(_, let nulls): isFloat = nulls.count > 0
    default: isFloat = false
    }
    if case .timestamp(let values, let nulls) = storage {
      let moments = values.indices.lazy.filter { !nulls.isNull($0) }.map { CivilTimestamp(microseconds: values[$0]) }
      isDateOnly = moments.allSatisfy(\.isMidnight)
      hasFractions = moments.contains { $0.microseconds % CivilTimestamp.perSecond != 0 }
    } else {
      isDateOnly = true
      hasFractions = false
    }
  }

  private func number(_ row: Int) -> Double {
    switch storage {
    case .decimal(let values): ExactDecimal(coefficient: values.coefficient(row), scale: values.scale).doubleValue
    case .integer(let values, _): Double(values[row])
    default: .nan
    }
  }

  func append(row: Int, to output: inout [UInt8]) {
    if storage.isNull(row) { return }
    if isFloat {
      appendFloat(row: row, to: &output)
      return
    }
    switch storage {
    case .text(let text):
      text.withBytes(of: Int(text.codes[row])) { PandasHash.appendField($0, to: &output) }
    case .timestamp(let values, _):
      let moment = CivilTimestamp(microseconds: values[row])
      if isDateOnly {
        CellText.append(moment.date, to: &output)
      } else {
        CellText.append(moment, separator: 32, forceFraction: hasFractions, to: &output)
      }
    case .bool(let values, _): output.append(contentsOf: (values[row] ? "True" : "False").utf8)
    case .integer(let values, _): CellText.append(values[row], to: &output)
    case .date(let values, _): CellText.append(CivilDate(dayNumber: Int(values[row])), to: &output)
    case .decimal: break
    }
  }

  /// Numbers of up to 15 digits are their own shortest text that reads back; only others need the binary form.
  private func appendFloat(row: Int, to output: inout [UInt8]) {
    let exact =
      switch storage {
      case .decimal(let values): ExactDecimal(coefficient: values.coefficient(row), scale: values.scale).normalized
      case .integer(let values, _): ExactDecimal(coefficient: Int128(values[row]), scale: 0)
      default: ExactDecimal.zero
      }
    // Without an exponent from 10^-4 on: at most four places, or at least the integral part is not zero.
    let unit = exact.scale <= 15 ? PowersOfTen.int128[exact.scale] : .max
    if exact.coefficient.magnitude < 1_000_000_000_000_000,
      exact.scale <= 4 || Int128(exact.coefficient.magnitude) >= unit
    {
      CellText.append(exact, to: &output)
      if exact.scale == 0 {
        output.append(UInt8(ascii: "."))
        output.append(UInt8(ascii: "0"))
      }
    } else {
      output.append(contentsOf: PythonFloat.text(number(row)).utf8)
    }
  }

  /// Numbers that order the rows as pandas does; missing ones last.
  func sortKeys(rows: Int) -> [Int64] {
    if isFloat {
      return (0..<rows).map { storage.isNull($0) ? .max : Self.orderedBits(number($0)) }
    }
    switch storage {
    case .text(let text):
      var entries = Array(0..<text.entryCount)
      entries.sort { text.isOrderedBefore($0, $1) }
      var ranks = [Int64](repeating: 0, count: entries.count)
      var rank: Int64 = 0
      for (position, entry) in entries.enumerated() {
        if position > 0, text.isOrderedBefore(entries[position - 1], entry) { rank += 1 }
        ranks[entry] = rank
      }
      return text.codes.map { $0 < 0 ? .max : ranks[Int($0)] }
    case .integer(let values, _): return values
    case .date(let values, let nulls): return (0..<rows).map { nulls.isNull($0) ? .max : Int64(values[$0]) }
    case .timestamp(let values, let nulls): return (0..<rows).map { nulls.isNull($0) ? .max : values[$0] }
    case .bool(let values, let nulls): return (0..<rows).map { nulls.isNull($0) ? .max : (values[$0] ? 1 : 0) }
    case .decimal: return []
    }
  }

  /// Bits whose order as whole numbers is the order of the floating-point numbers.
  private static func orderedBits(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: value.bitPattern)
    return bits < 0 ? Int64.min &- bits : bits
  }
}
