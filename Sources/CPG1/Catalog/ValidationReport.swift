/// The three tests of a query's result: nothing lost, the right rows in, the wrong rows out.
public struct ValidationReport: Sendable, Hashable {
  /// The outcome of a test. A test that was not configured is skipped, never passed.
  public enum Status: String, Sendable, Hashable {
    case pass = "PASS"
    case fail = "FAIL"
    case skipped = "SKIPPED"
  }

  /// Rows according to the count query, nil when it was not run.
  public let expectedCount: Int?
  /// Rows fetched.
  public let actualCount: Int
  /// Rows that meet the witness condition, nil when there is none.
  public let witnessCount: Int?
  /// Rows out of scope, nil when no scope is configured.
  public let violationCount: Int?

  /// Creates a report from the counts of the validation queries.
  public init(expectedCount: Int?, actualCount: Int, witnessCount: Int?, violationCount: Int?) {
    self.expectedCount = expectedCount
    self.actualCount = actualCount
    self.witnessCount = witnessCount
    self.violationCount = violationCount
  }

  /// Whether as many rows arrived as the database counts.
  public var completeness: Status { expectedCount.map { $0 == actualCount ? .pass : .fail } ?? .skipped }
  /// Whether the witness is there.
  public var positiveAccuracy: Status { witnessCount.map { $0 > 0 ? .pass : .fail } ?? .skipped }
  /// Whether nothing is out of scope.
  public var negativeAccuracy: Status { violationCount.map { $0 == 0 ? .pass : .fail } ?? .skipped }
  /// Whether no test failed.
  public var isSuccessful: Bool { ![completeness, positiveAccuracy, negativeAccuracy].contains(.fail) }

  /// The tests as JSON, in the form of the evidence file.
  public var members: [OrderedJSON.Member] {
    func count(_ value: Int?) -> OrderedJSON { value.map { .integer($0) } ?? .null }
    return [
      .init(
        "completeness",
        .object([
          .init("expected_count", count(expectedCount)), .init("actual_count", .integer(actualCount)),
          .init("status", .string(completeness.rawValue)),
        ])
      ),
      .init(
        "accuracy_positive",
        .object([
          .init("witness_count", count(witnessCount)), .init("status", .string(positiveAccuracy.rawValue)),
        ])
      ),
      .init(
        "accuracy_negative",
        .object([
          .init("excluded_count", count(violationCount)), .init("status", .string(negativeAccuracy.rawValue)),
        ])
      ),
      .init("overall_status", .string(isSuccessful ? "SUCCESS" : "FAILED")),
    ]
  }
}
