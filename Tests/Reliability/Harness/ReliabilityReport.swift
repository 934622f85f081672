internal import Foundation

/// The file `reliability.json`: for every row its last run.
struct ReliabilityReport: Codable {
  /// One run of a row.
  struct Row: Codable {
    var id: String
    var title: String
    /// The lines of the durability contract that the row shows.
    var contractLines: [Int]
    /// The commit of the tested sources, with `+` when they had been changed since.
    var commit: String
    /// When the run ended, in UTC.
    var date: String
    var machine: Machine
    var size: String
    var seed: UInt64
    /// The run's duration in seconds.
    var seconds: Double
    var counts: [String: Int]
    var figures: [String: Double]
    var failures: [RowFailure]
    var skipped: [String]
  }

  /// The rows by letter.
  var rows: [String: Row] = [:]
  /// For every line of the durability contract the rows that show it.
  var contract: [String: [String]] = [:]

  /// The report in a file, or an empty one when there is none.
  static func read(_ path: String) throws -> ReliabilityReport {
    guard FileManager.default.fileExists(atPath: path) else { return ReliabilityReport() }
    return try JSONDecoder().decode(ReliabilityReport.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Puts a row in the place of its earlier run.
  mutating func merge(_ row: Row) {
    rows[row.id] = row
    contract = [:]
    for row in rows.values {
      for line in row.contractLines { contract[String(line), default: []].append(row.id) }
    }
    for line in contract.keys { contract[line]?.sort() }
  }

  /// Writes the report, with sorted keys, in one step.
  func write(_ path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var data = try encoder.encode(self)
    data.append(UInt8(ascii: "\n"))
    try data.write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
