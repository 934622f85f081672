/// A check of a query result.
public enum QualityRule: Sendable, Hashable {
  /// At least, and optionally at most, so many rows.
  case rowCount(minimum: Int, maximum: Int?)
  /// The column exists, by its exact name.
  case columnExists(String)
  /// The exact sum of a column is, or is not, zero.
  case numericSum(column: String, shouldBeZero: Bool)
  /// A column has no NULL.
  case noNulls(column: String)

  /// The column that the rule is about, if any.
  var column: String? {
    switch self {
    case .rowCount: nil
    case .columnExists(let name), .numericSum(let name, _), .noNulls(let name): name
    }
  }

  /// Checks a table: whether it passes, and the finding in words.
  public func check(_ frame: Frame) throws -> (passed: Bool, detail: String) {
    switch self {
    case .rowCount(let minimum, let maximum): Self.checkRows(frame.rowCount, minimum, maximum)
    case .columnExists(let name): Self.checkColumn(name, in: frame)
    case .numericSum(let name, let shouldBeZero): try Self.checkSum(name, shouldBeZero, in: frame)
    case .noNulls(let name): Self.checkNulls(name, in: frame)
    }
  }

  private static func checkRows(_ rows: Int, _ minimum: Int, _ maximum: Int?) -> (Bool, String) {
    if rows < minimum { return (false, "RowCountCheck: FAIL (\(rows) rows, expected >= \(minimum))") }
    if let maximum, rows > maximum { return (false, "RowCountCheck: FAIL (\(rows) rows, expected <= \(maximum))") }
    let upper = maximum.map { ", <= \($0)" } ?? ""
    return (true, "RowCountCheck: PASS (\(rows) rows, expected >= \(minimum)\(upper))")
  }

  private static func checkColumn(_ name: String, in frame: Frame) -> (Bool, String) {
    if frame.position(of: name) != nil { return (true, "ColumnExistsCheck: PASS (column '\(name)' exists)") }
    let names = frame.columns.prefix(5).map(\.name).joined(separator: ", ") + (frame.columns.count > 5 ? "..." : "")
    return (false, "ColumnExistsCheck: FAIL (column '\(name)' not found. Available: \(names))")
  }

  private static func checkSum(_ name: String, _ shouldBeZero: Bool, in frame: Frame) throws -> (Bool, String) {
    guard let position = frame.position(of: name) else {
      return (false, "NumericSumCheck: FAIL (column '\(name)' not found)")
    }
    let amounts = try frame.amounts(column: position, in: "the table")
    var sum = ExactDecimal.zero
    for row in 0..<frame.rowCount { sum = try sum.adding(amounts.value(row) ?? .zero) }
    let passed = sum.isZero == shouldBeZero
    let expected = shouldBeZero ? "expected 0" : "expected non-zero"
    return (passed, "NumericSumCheck: \(passed ? "PASS" : "FAIL") (sum of '\(name)' is \(sum), \(expected))")
  }

  private static func checkNulls(_ name: String, in frame: Frame) -> (Bool, String) {
    guard let position = frame.position(of: name) else {
      return (false, "NoNullsCheck: FAIL (column '\(name)' not found)")
    }
    let nulls = frame.nullCount(column: position)
    if nulls == 0 { return (true, "NoNullsCheck: PASS (column '\(name)' has no nulls)") }
    return (false, "NoNullsCheck: FAIL (column '\(name)' has \(nulls) null values out of \(frame.rowCount) rows)")
  }
}

/// The findings of all rules of an item.
public struct QualityReport: Sendable, Hashable, Codable {
  /// Whether every rule passed.
  public enum Status: String, Sendable, Hashable, Codable {
    case pass = "PASS"
    case fail = "FAIL"
  }

  /// The verdict.
  public let status: Status
  /// One finding per rule, or `No rules to check`.
  public let details: [String]

  /// Applies all rules.
  public init(checking frame: Frame, rules: [QualityRule]) throws {
    let findings = try rules.map { try $0.check(frame) }
    status = findings.allSatisfy(\.passed) ? .pass : .fail
    details = rules.isEmpty ? ["No rules to check"] : findings.map(\.detail)
  }

  /// The report as JSON.
  public var json: OrderedJSON {
    .object([.init("status", .string(status.rawValue)), .init("details", .strings(details))])
  }
}
