internal import CPG1
internal import DurableWorkflows
internal import Foundation

/// The report of a run, in the form of the original starter.
enum Report {
  private static let banner = String(repeating: "=", count: 80)

  static func lines(for result: Cpg1Result) -> [String] {
    var lines = [banner, "WORKFLOW COMPLETED", banner, "Status: \(result.status)", ""]
    lines.append("IPE Results:")
    lines += items(result.ipeResults)
    lines += ["", "CR Results:"]
    lines += items(result.crResults)
    lines += ["", "Bridge Calculations:"]
    for (name, bridge) in result.bridgeCalculations.named { lines.append("  - \(name): \(text(bridge))") }
    if result.bridgeCalculations.timingDifference == nil { lines.append("  - timing_difference: not computed") }
    if !result.warnings.isEmpty {
      lines += ["", "Warnings:"] + result.warnings.map { "  - \($0)" }
    }
    lines += ["", "Evidence saved to:"] + result.evidencePaths.map { "  - \($0)" }
    lines += ["", "Results: \(result.resultsPath)", banner]
    return lines
  }

  static func lines(for error: WorkflowFailedError) -> [String] {
    [banner, "WORKFLOW \("\(error.status)".uppercased())", banner]
  }

  static func json(_ result: Cpg1Result) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(result), as: UTF8.self)
  }

  private static func items(_ results: [String: ItemResult]) -> [String] {
    results.sorted { $0.key < $1.key }.map { "  - \($0.key): \($0.value.rowsExtracted) rows extracted" }
  }

  private static func text(_ bridge: BridgeResult) -> String {
    if let amount = bridge.amountUSD {
      let unconverted =
        (bridge.unconvertedLCY ?? [:]).isEmpty
        ? "" : " (not converted: \((bridge.unconvertedLCY ?? [:]).keys.sorted().joined(separator: ", ")))"
      return dollars(amount) + (bridge.verdict.map { " \($0)" } ?? "") + unconverted
    }
    if let data = bridge.data {
      return "\(data.rows - (bridge.counts["(unclassified)"] ?? 0)) of \(data.rows) rows classified"
    }
    return bridge.counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  /// `$1,234.56`, rounded half to even.
  static func dollars(_ amount: ExactDecimal) -> String {
    guard let exact = Decimal(string: amount.description) else { return "$\(amount)" }
    var value = exact
    var rounded = Decimal()
    NSDecimalRound(&rounded, &value, 2, .bankers)
    let parts = "\(rounded.magnitude)".split(separator: ".", omittingEmptySubsequences: false)
    let cents = parts.count > 1 ? String(parts[1]) : ""
    var whole = ""
    for (index, digit) in parts[0].reversed().enumerated() {
      if index > 0, index % 3 == 0 { whole = "," + whole }
      whole = String(digit) + whole
    }
    let padded = cents + String(repeating: "0", count: max(0, 2 - cents.count))
    return (rounded < 0 ? "-$" : "$") + whole + "." + padded
  }
}
