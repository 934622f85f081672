internal import ArgumentParser
internal import CPG1
internal import Foundation

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Compares a results.json with the recommended results of an expected.json, exactly; exit code 1 if they differ."
  )

  @Argument(help: "The results.json of a run.")
  var results: String

  @Argument(help: "The expected.json of a data set.")
  var expected: String

  func run() throws {
    let (results, expected) = (try Self.read(results), try Self.read(expected))
    var differences: [String] = []
    var compared = 0
    func check(_ path: String, _ actual: OrderedJSON?, _ wanted: OrderedJSON?) {
      guard let wanted else { return }
      compared += 1
      if let difference = JSONDifference.first(actual, wanted, path: path) { differences.append(difference) }
    }
    for name in [
      "customer_posting_group", "timing_difference", "nav_voucher_categories", "vtc_adjustment", "integration_errors",
      "business_line_reclass", "variance",
    ] { check(name, results[name], expected[name]?["recommended"]) }
    for item in ["IPE_31", "IPE_10"] {
      check(
        "classification/\(item)",
        results["classification"]?[item],
        expected["classification"]?[item]?["recommended"]
      )
    }
    for name in ["recommended_rates", "recommended_conflicts", "companies_without_rate"] {
      check("fx/\(name)", results["fx"]?[name], expected["fx"]?[name])
    }
    for hash in expected["evidence_integrity_hash"]?.members ?? [] {
      check(
        "evidence_integrity_hash/\(hash.name)",
        results["evidence_integrity_hash"]?[hash.name],
        hash.value["canonical_soxc1"]
      )
    }
    guard compared > 0 else {
      throw ToolFailure(description: "'\(self.expected)' holds no recommended results; give a data set's expected.json")
    }
    for difference in differences { print("DIFFERENT \(difference)") }
    print("\(compared) results compared, \(differences.count) different")
    if !differences.isEmpty { throw ExitCode(1) }
  }

  private static func read(_ path: String) throws -> OrderedJSON {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ToolFailure(description: "'\(path)' cannot be read; give an existing file")
    }
    return try OrderedJSON(parsing: [UInt8](data))
  }
}

/// Finds where two values differ.
enum JSONDifference {
  static func first(_ left: OrderedJSON?, _ right: OrderedJSON?, path: String) -> String? {
    guard left != right else { return nil }
    if let one = left?.members, let other = right?.members {
      for name in Set(one.map(\.name)).union(other.map(\.name)).sorted() {
        if let found = first(left?[name], right?[name], path: path + "/" + name) { return found }
      }
    }
    if let one = left?.array, let other = right?.array, one.count == other.count {
      for index in one.indices {
        if let found = first(one[index], other[index], path: "\(path)[\(index)]") { return found }
      }
    }
    let texts = [left, right].map { String(($0?.text(indent: 0) ?? "(absent)").prefix(200)) }
    return "\(path): \(texts[0]), expected \(texts[1])"
  }
}
