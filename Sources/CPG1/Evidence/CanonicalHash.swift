internal import Crypto

/// The canonical data hash SOXC1: SHA-256 over the column names and the rows in a canonical text form and order.
///
/// It depends on the cells only, neither on the order of the rows nor on how a program prints numbers, and tells NULL
/// from the empty string. Form: `SOXC1`, LF; the column names joined by tabs, LF; then every row's fields joined by
/// tabs, the rows sorted by their bytes, each with LF. NULL is `\N`; backslash, tab, LF and CR are escaped; decimals
/// have no exponent and no trailing zeros; days and timestamps are `YYYY-MM-DDTHH:MM:SS`.
public enum CanonicalHash {
  /// The name of the form.
  public static let name = "SOXC1"

  /// The hash in hexadecimal. Columns named in `excluding` take no part.
  public static func hash(_ frame: Frame, excluding: Set<String> = []) -> String {
    let columns = frame.columns.indices.filter { !excluding.contains(frame.columns[$0].name) }
    var bytes: [UInt8] = []
    var ends: [Int] = []
    ends.reserveCapacity(frame.rowCount)
    for row in 0..<frame.rowCount {
      for (index, column) in columns.enumerated() {
        if index > 0 { bytes.append(9) }
        append(frame.storage[column], row: row, to: &bytes)
      }
      ends.append(bytes.count)
    }
    var hasher = SHA256()
    var header = Array("SOXC1\n".utf8)
    for (index, column) in columns.enumerated() {
      if index > 0 { header.append(9) }
      appendEscaped(Array(frame.columns[column].name.utf8).span, to: &header)
    }
    header.append(10)
    hasher.update(data: header)

    let order = sortedRows(bytes: bytes, ends: ends)
    var chunk: [UInt8] = []
    for row in order {
      chunk.append(contentsOf: bytes[(row == 0 ? 0 : ends[row - 1])..<ends[row]])
      chunk.append(10)
      if chunk.count > 1 << 16 {
        hasher.update(data: chunk)
        chunk.removeAll(keepingCapacity: true)
      }
    }
    hasher.update(data: chunk)
    return Hex.string(hasher.finalize())
  }

  private static func sortedRows(bytes: [UInt8], ends: [Int]) -> [Int] {
    let span = bytes.span
    var rows = Array(ends.indices)
    rows.sort { left, right in
      var one = left == 0 ? 0 : ends[left - 1]
      var other = right == 0 ? 0 : ends[right - 1]
      let oneEnd = ends[left]
      let otherEnd = ends[right]
      while one < oneEnd, other < otherEnd {
        let (a, b) = (span[one], span[other])
        if a != b { return a < b }
        one += 1
        other += 1
      }
      return oneEnd - one < otherEnd - other
    }
    return rows
  }

  private static func append(_ storage: ColumnStorage, row: Int, to bytes: inout [UInt8]) {
    if storage.isNull(row) {
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(UInt8(ascii: "N"))
      return
    }
    switch storage {
    case .text(let text): text.withBytes(of: Int(text.codes[row])) { appendEscaped($0, to: &bytes) }
    case .integer(let values, _): CellText.append(values[row], to: &bytes)
    case .decimal(let values):
      CellText.append(ExactDecimal(coefficient: values.coefficient(row), scale: values.scale), to: &bytes)
    case .date(let values, _):
      let midnight = CivilTimestamp(CivilDate(dayNumber: Int(values[row])))
      CellText.append(midnight, separator: UInt8(ascii: "T"), to: &bytes)
    case .timestamp(let values, _):
      CellText.append(CivilTimestamp(microseconds: values[row]), separator: UInt8(ascii: "T"), to: &bytes)
    case .bool(let values, _): bytes.append(contentsOf: (values[row] ? "true" : "false").utf8)
    }
  }

  private static func appendEscaped(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
    for index in text.indices {
      switch text[index] {
      case UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "\\")])
      case 9: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
      case 10: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
      case 13: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
      case let byte: bytes.append(byte)
      }
    }
  }
}
