extension VisibilityIndex {
  /// The most groups of a count.
  static let mostGroups = 10_000

  /// Counts the runs that match, in all and by group.
  func count(_ request: CountWorkflowExecutionsRequest) throws -> CountWorkflowExecutionsResponse {
    let query = try parse(request.query)
    if !query.order.isEmpty {
      throw WorkflowServiceError(.invalidArgument, "a count has no order; ORDER BY is for lists")
    }
    let matcher = VisibilityMatcher(query.filter, self)
    guard let field = query.grouping else {
      if matcher.matchesAll { return CountWorkflowExecutionsResponse(count: count) }
      var matching = 0
      forEachBlock(matcher) { matching += $0.count }
      return CountWorkflowExecutionsResponse(count: matching)
    }
    var counts: [VisibilityOrderValue: Int] = [:]
    var matching = 0
    var hasTooMany = false
    forEachBlock(matcher) { rows in
      if hasTooMany { return }
      matching += rows.count
      tally(rows, by: field, into: &counts)
      hasTooMany = counts.count > VisibilityIndex.mostGroups
    }
    if hasTooMany {
      throw WorkflowServiceError(
        .resourceExhausted,
        "\(field.name) has more than \(VisibilityIndex.mostGroups) values; add conditions that leave fewer")
    }
    let groups = counts.map { (group(of: $0.key, field), $0.key, $0.value) }.sorted { $0.1 < $1.1 }
      .map { CountWorkflowExecutionsResponse.Group(values: [$0.0], count: $0.2) }
    return CountWorkflowExecutionsResponse(count: matching, groups: groups)
  }

  private func tally(
    _ rows: [UInt32], by field: VisibilityField, into counts: inout [VisibilityOrderValue: Int]
  ) {
    // What is a number in a column is counted as a number first.
    var codes: [UInt32: Int] = [:]
    switch field {
    case .attribute(.workflowType):
      for row in rows { codes[types[row], default: 0] += 1 }
      for (code, count) in codes { counts[.text(Array(typeNames[code].utf8)), default: 0] += count }
    case .attribute(.taskQueue):
      for row in rows { codes[queues[row], default: 0] += 1 }
      for (code, count) in codes { counts[.text(Array(queueNames[code].utf8)), default: 0] += count }
    case .attribute(.status):
      for row in rows { codes[UInt32(statuses[row]), default: 0] += 1 }
      for (code, count) in codes { counts[.int(Int64(code)), default: 0] += count }
    default:
      for row in rows { counts[VisibilityOrderValue(field.storedValue(row, self)), default: 0] += 1 }
    }
  }

  /// The payload that stands for a group.
  private func group(of value: VisibilityOrderValue, _ field: VisibilityField) -> Payload {
    switch (value, field.kind) {
    case (.int(let number), .status):
      .searchAttribute(.keyword(WorkflowExecutionStatus(rawValue: Int(number))?.description ?? "\(number)"))
    case (.int(let number), .bool): .searchAttribute(.bool(number != 0))
    case (.int(let number), _): .searchAttribute(.int(number))
    case (.double(let number), _): .searchAttribute(.double(number))
    case (.text(let text), _): .searchAttribute(.keyword(String(decoding: text, as: UTF8.self)))
    case (.none, _): .null
    }
  }
}
