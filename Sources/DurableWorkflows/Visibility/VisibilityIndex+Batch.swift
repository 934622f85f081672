extension VisibilityIndex {
  /// Reads the query of a batch.
  ///
  /// - Parameter matchesEveryRun: whether a query that every run matches is meant so.
  /// - Returns: how many runs match.
  /// - Throws: ``WorkflowServiceError`` with `invalidArgument`.
  func checkBatch(_ query: String, matchesEveryRun: Bool) throws -> Int {
    let parsed = try parse(query)
    if parsed.grouping != nil || !parsed.order.isEmpty {
      throw WorkflowServiceError(.invalidArgument, "the query of a batch takes neither GROUP BY nor ORDER BY")
    }
    if !matchesEveryRun, parsed.filter.possibleTruths == [.yes] {
      throw WorkflowServiceError(
        .invalidArgument,
        "every run matches the query of the batch; if that is meant, say so with matchesEveryRun, else add conditions")
    }
    return try count(CountWorkflowExecutionsRequest(query: query)).count
  }

  /// The runs that match with numbers below one, from the largest on.
  func batchPage(_ query: String, below position: UInt64, limit: Int) throws -> [RunKey] {
    var keys: [UInt64] = []
    var smallest: UInt64 = 0
    func keepLargest() {
      keys.sort(by: >)
      guard keys.count > limit else { return }
      keys.removeLast(keys.count - limit)
      smallest = keys[keys.count - 1]
    }
    forEachBlock(VisibilityMatcher(try parse(query).filter, self)) { rows in
      for row in rows where self.keys[row] < position && self.keys[row] > smallest { keys.append(self.keys[row]) }
      if keys.count > 4 * limit { keepLargest() }
    }
    keepLargest()
    return keys.map(RunKey.init(rawValue:))
  }

  /// The newest run of a workflow id.
  func newestRun(of workflowID: String) -> RunKey? {
    let filter = VisibilityExpression.compare(.attribute(.workflowID), .equal, .text(workflowID))
    var newest: UInt64?
    forEachBlock(VisibilityMatcher(filter, self)) { rows in
      for row in rows { newest = max(newest ?? 0, keys[row]) }
    }
    return newest.map(RunKey.init(rawValue:))
  }
}

/// What a condition can come to.
struct VisibilityTruths: OptionSet {
  let rawValue: UInt8
  static let yes = VisibilityTruths(rawValue: 1)
  static let no = VisibilityTruths(rawValue: 2)
  static let unknown = VisibilityTruths(rawValue: 4)
}

extension VisibilityExpression {
  /// What the condition can come to for some run, as far as its form shows it.
  var possibleTruths: VisibilityTruths {
    switch self {
    case .and(let terms):
      let parts = terms.map(\.possibleTruths)
      if parts.contains(where: { $0 == .no }) || areOpposites(terms, parts) { return [.no] }
      return parts.reduce([.yes]) { whole, part in
        var result = whole.union(part).intersection([.no, .unknown])
        if whole.contains(.yes), part.contains(.yes) { result.insert(.yes) }
        return result
      }
    case .or(let terms):
      let parts = terms.map(\.possibleTruths)
      if parts.contains(where: { $0 == .yes }) || areOpposites(terms, parts) { return [.yes] }
      return parts.reduce([.no]) { whole, part in
        var result = whole.union(part).intersection([.yes, .unknown])
        if whole.contains(.no), part.contains(.no) { result.insert(.no) }
        return result
      }
    case .not(let term):
      let truths = term.possibleTruths
      var result = truths.intersection([.unknown])
      if truths.contains(.yes) { result.insert(.no) }
      if truths.contains(.no) { result.insert(.yes) }
      return result
    case .isNull(let field): return field.isAlwaysThere ? [.no] : [.yes, .no]
    case .startsWith(let field, ""): return field.isAlwaysThere ? [.yes] : [.yes, .unknown]
    case .isIn(.attribute(.status), let values):
      let every = (1...8).reduce(UInt16(0)) { $0 | 1 << UInt16($1) }
      return VisibilityExpression.bits(values) & every == every ? [.yes] : [.yes, .no]
    case .compare(.attribute(.startTime), .greater, .int(let time)),
      .compare(.attribute(.startTime), .greaterOrEqual, .int(let time)):
      return time <= 0 ? [.yes] : [.yes, .no]
    case .compare(let field, _, _), .isIn(let field, _), .startsWith(let field, _):
      return field.isAlwaysThere ? [.yes, .no] : [.yes, .no, .unknown]
    }
  }

  /// Whether two of the terms are each other's opposite, where none can be unknown.
  private func areOpposites(_ terms: [VisibilityExpression], _ truths: [VisibilityTruths]) -> Bool {
    if truths.contains(where: { $0.contains(.unknown) }) { return false }
    let known = Set(terms)
    return terms.contains { if case .not(let inner) = $0 { known.contains(inner) } else { false } }
  }
}

extension VisibilityField {
  fileprivate var isAlwaysThere: Bool {
    switch self {
    case .attribute(.workflowID), .attribute(.runID), .attribute(.workflowType), .attribute(.taskQueue),
      .attribute(.status), .attribute(.startTime), .attribute(.executionTime), .attribute(.rootWorkflowID),
      .attribute(.rootRunID):
      true
    default: false
    }
  }
}
