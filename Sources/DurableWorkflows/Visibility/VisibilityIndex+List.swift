extension VisibilityIndex {
  /// The most runs in a page.
  static let largestPage = 1000
  private static let smallestBlock = 256
  static let largestBlock = 8192

  func parse(_ query: String) throws(WorkflowServiceError) -> VisibilityQuery {
    try VisibilityParser.parse(query) { [unowned self] in type(ofAttribute: $0) }
  }

  /// A page of the runs that match.
  func list(_ request: ListWorkflowExecutionsRequest) throws -> ListWorkflowExecutionsResponse {
    let query = try parse(request.query)
    if query.grouping != nil {
      throw WorkflowServiceError(.invalidArgument, "GROUP BY is for counts; a list takes ORDER BY")
    }
    let hash = VisibilityIndex.hash(request.query.utf8)
    var token: VisibilityPageToken?
    if !request.nextPageToken.isEmpty {
      guard let given = VisibilityPageToken(decoding: request.nextPageToken), given.hash == hash,
        given.isOrdered == !query.order.isEmpty
      else {
        throw WorkflowServiceError(
          .invalidArgument, "the next page token is not one that this service gave for this query")
      }
      token = given
    }
    let limit = request.pageSize > 0 ? min(request.pageSize, VisibilityIndex.largestPage) : VisibilityIndex.largestPage
    let matcher = VisibilityMatcher(query.filter, self)
    let (rows, next) =
      query.order.isEmpty
      ? page(matcher, behind: token, hash: hash, limit: limit)
      : page(matcher, query.order, behind: token, hash: hash, limit: limit)
    return ListWorkflowExecutionsResponse(executions: try rows.map(info), nextPageToken: next?.encoded ?? [])
  }

  // MARK: The default order

  /// Open runs by start, then closed ones by close, the newest first.
  ///
  /// Runs that closed since the list's first page keep their place among the open ones, so that none is seen twice.
  private func page(
    _ matcher: VisibilityMatcher, behind token: VisibilityPageToken?, hash: UInt32, limit: Int
  ) -> (rows: [UInt32], next: VisibilityPageToken?) {
    let closes = token?.stamp == stamp ? token?.closes ?? 0 : closeLogStart + UInt64(closeLog.count)
    let later = closes >= closeLogStart ? closeLog.dropFirst(Int(clamping: closes - closeLogStart)) : []
    let laterRows = Set(later)
    var rows: [UInt32] = []
    /// Looks through rows, block by block; whether the page and one more are full.
    func collect(_ candidates: some Sequence<UInt32>) -> Bool {
      var block: [UInt32] = []
      var size = VisibilityIndex.smallestBlock
      for row in candidates {
        block.append(row)
        guard block.count == size else { continue }
        rows.append(contentsOf: matcher.matches(of: block))
        if rows.count > limit { return true }
        block.removeAll(keepingCapacity: true)
        size = min(size * 2, VisibilityIndex.largestBlock)
      }
      rows.append(contentsOf: matcher.matches(of: block))
      return rows.count > limit
    }
    var isFull = false
    var openCount = 0
    if token?.isClosed != true {
      var behind: OpenPosition?
      if case .open(let start, let key)? = token?.position { behind = OpenPosition(start: start, key: key) }
      let end = behind.map { openOrder.firstIndex(notLess: $0, openPosition) } ?? openOrder.count
      let isWanted = matcher.statuses & VisibilityExpression.openStatuses != 0
      let open = openOrder[..<(isWanted ? end : 0)].reversed().lazy.filter { [statuses, closeTimes] row in
        statuses[row] != VisibilityIndex.noRun && closeTimes[row] == VisibilityIndex.isOpenTime
      }
      isFull = laterRows.isEmpty ? collect(open) : collect(merged(Array(open), with: laterRows, behind: behind))
      openCount = rows.count
    }
    if !isFull, matcher.statuses & ~VisibilityExpression.openStatuses != 0 {
      var end = closedOrder.count
      if case .closed(let close, let start, let key)? = token?.position {
        end = closedOrder.firstIndex(
          notLess: ClosedPosition(close: close, open: OpenPosition(start: start, key: key)), closedPosition)
      }
      isFull = collect(
        closedOrder[..<end].reversed().lazy.filter { [statuses] row in
          statuses[row] != VisibilityIndex.noRun && !laterRows.contains(row)
        })
    }
    guard isFull else { return (rows, nil) }
    rows.removeLast(rows.count - limit)
    let lastIsOpen = rows.count <= openCount
    let last = rows[rows.count - 1]
    let position: VisibilityPageToken.Position =
      lastIsOpen
      ? .open(start: startTimes[last], key: keys[last])
      : .closed(close: closeTimes[last], start: startTimes[last], key: keys[last])
    return (rows, VisibilityPageToken(stamp: stamp, closes: closes, hash: hash, position: position))
  }

  /// Open runs, and those behind a position that were open when the list began.
  private func merged(_ open: [UInt32], with later: Set<UInt32>, behind position: OpenPosition?) -> [UInt32] {
    let closed = later.filter { row in
      statuses[row] != VisibilityIndex.noRun && position.map { openPosition(row) < $0 } ?? true
    }
    return closed.isEmpty ? open : (open + closed).sorted { openPosition($0) > openPosition($1) }
  }

  // MARK: Orders that a query asks for

  private struct Candidate {
    var values: [VisibilityOrderValue]
    var key: UInt64
    var row: UInt32
  }

  private func page(
    _ matcher: VisibilityMatcher, _ order: [VisibilityQuery.Order], behind token: VisibilityPageToken?, hash: UInt32,
    limit: Int
  ) -> (rows: [UInt32], next: VisibilityPageToken?) {
    func isBefore(_ left: Candidate, _ right: Candidate) -> Bool {
      for (number, part) in order.enumerated() {
        let (one, other) = (left.values[number], right.values[number])
        if one < other { return !part.isDescending }
        if other < one { return part.isDescending }
      }
      return left.key > right.key
    }
    var behind: Candidate?
    if case .ordered(let values, let key)? = token?.position, values.count == order.count {
      behind = Candidate(values: values, key: key, row: 0)
    }
    var best: [Candidate] = []
    var worst: Candidate?
    func keepBest() {
      best.sort(by: isBefore)
      if best.count > limit + 1 {
        best.removeLast(best.count - limit - 1)
        worst = best.last
      }
    }
    forEachBlock(matcher) { rows in
      for row in rows {
        let candidate = Candidate(
          values: order.map { VisibilityOrderValue($0.field.storedValue(row, self)) }, key: keys[row], row: row)
        if let behind, !isBefore(behind, candidate) { continue }
        if let worst, !isBefore(candidate, worst) { continue }
        best.append(candidate)
      }
      if best.count > 4 * limit + 4096 { keepBest() }
    }
    keepBest()
    guard best.count > limit else { return (best.map(\.row), nil) }
    best.removeLast(best.count - limit)
    let last = best[best.count - 1]
    return (
      best.map(\.row),
      VisibilityPageToken(
        stamp: stamp, closes: 0, hash: hash, position: .ordered(last.values, key: last.key))
    )
  }

  /// Calls `body` with the rows that match, block by block, in no order.
  func forEachBlock(_ matcher: VisibilityMatcher, _ body: ([UInt32]) -> Void) {
    var block: [UInt32] = []
    block.reserveCapacity(VisibilityIndex.largestBlock)
    // Rows without a run have a status that no run has.
    let wanted = matcher.statuses & ~1
    for row in 0..<rowCount where (wanted >> UInt16(statuses[row])) & 1 == 1 {
      block.append(row)
      guard block.count == VisibilityIndex.largestBlock else { continue }
      body(matcher.matches(of: block))
      block.removeAll(keepingCapacity: true)
    }
    if !block.isEmpty { body(matcher.matches(of: block)) }
  }
}

extension VisibilityPageToken {
  fileprivate var isClosed: Bool { if case .closed = position { true } else { false } }
  fileprivate var isOrdered: Bool { if case .ordered = position { true } else { false } }
}
