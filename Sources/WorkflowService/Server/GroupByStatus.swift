internal import DurableWorkflows

/// A visibility query that ends in `GROUP BY ExecutionStatus`, the only grouping that Temporal's server knows too.
struct GroupByStatus: Hashable {
  /// The query without the grouping.
  var query: String

  static let statuses: [WorkflowExecutionStatus] = [
    .running, .completed, .failed, .canceled, .terminated, .continuedAsNew, .timedOut,
  ]

  /// - Returns: `nil` for a query without the grouping; other groupings are left for the engine to refuse.
  init?(_ text: String) {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count >= 3,
      words.suffix(3).map({ $0.lowercased() }) == ["group", "by", "executionstatus"],
      let group = words.dropLast(2).last
    else { return nil }
    let query = text[..<group.startIndex]
    let end = query.lastIndex { !$0.isWhitespace }
    self.query = end.map { String(query[...$0]) } ?? ""
  }
}
