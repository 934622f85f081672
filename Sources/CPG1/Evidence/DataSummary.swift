/// The summary of a table: its shape, and the distribution of its numbers.
enum DataSummary {
  /// The content of `04_data_summary.json`.
  static func json(_ frame: Frame, snapshotRows: Int, extractedAt: CivilTimestamp) -> OrderedJSON {
    let types = frame.columns.map { column in
      OrderedJSON.Member(column.name, .string(FrameJSON.dtype(of: column.type)))
    }
    var statistics: [OrderedJSON.Member] = []
    for (index, column) in frame.columns.enumerated() where column.type == .integer || column.type == .decimal {
      statistics.append(.init(column.name, describe(frame, column: index)))
    }
    let megabytes = Double(frame.memoryBytes) / 1_048_576
    return .object([
      .init("total_rows", .integer(frame.rowCount)),
      .init("total_columns", .integer(frame.columns.count)),
      .init("columns", .strings(frame.columns.map(\.name))),
      .init("data_types", .object(types)),
      .init("memory_usage_mb", .number(PythonFloat.text((megabytes * 100).rounded() / 100))),
      .init("snapshot_rows", .integer(snapshotRows)),
      .init("snapshot_type", .string("tail")),
      .init("extraction_timestamp", .string(extractedAt.text(separator: "T"))),
      .init("numeric_statistics", .object(statistics)),
    ])
  }

  /// Count, mean, standard deviation (n - 1), extremes and quartiles by linear interpolation. Null where undefined.
  private static func describe(_ frame: Frame, column: Int) -> OrderedJSON {
    var values: [Double] = []
    for row in 0..<frame.rowCount {
      switch frame.storage[column].value(row) {
      case .integer(let value): values.append(Double(value))
      case .decimal(let value): values.append(value.doubleValue)
      default: break
      }
    }
    values.sort()
    let count = Double(values.count)
    let mean = values.isEmpty ? nil : values.reduce(0, +) / count
    let deviation = mean.flatMap { mean in
      values.count > 1 ? (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot() : nil
    }
    func number(_ value: Double?) -> OrderedJSON { value.map { .number(PythonFloat.text($0)) } ?? .null }
    func quantile(_ share: Double) -> Double? {
      guard let last = values.indices.last else { return nil }
      let position = share * Double(last)
      let lower = Int(position)
      let upper = min(lower + 1, last)
      return values[lower] + (values[upper] - values[lower]) * (position - Double(lower))
    }
    return .object([
      .init("count", number(count)), .init("mean", number(mean)), .init("std", number(deviation)),
      .init("min", number(values.first)), .init("25%", number(quantile(0.25))), .init("50%", number(quantile(0.5))),
      .init("75%", number(quantile(0.75))), .init("max", number(values.last)),
    ])
  }
}

extension Frame {
  /// About how much memory the cells take.
  var memoryBytes: Int {
    storage.reduce(0) { total, column in
      switch column {
      case .text(let text): total + text.memoryBytes
      case .integer, .timestamp, .decimal: total + rowCount * 8
      case .date: total + rowCount * 4
      case .bool: total + rowCount
      }
    }
  }
}

extension TextStorage {
  /// About how much memory the column takes.
  var memoryBytes: Int {
    codes.count * 4 + entryCount * 4 + (entryCount == 0 ? 0 : range(of: entryCount - 1).upperBound)
  }
}
