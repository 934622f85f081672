/// A condition, prepared for looking at many rows.
///
/// Rows are looked at in blocks: each comparison runs over the rows of a block that are undecided, the cheap ones first.
struct VisibilityMatcher {
  /// The values of the logic, as bytes.
  enum Truth {
    static let no: UInt8 = 0
    static let yes: UInt8 = 1
    static let unknown: UInt8 = 2
  }

  private indirect enum Node {
    case all([Node])
    case any([Node])
    case not(Node)
    case leaf(VisibilityLeaf)

    /// Roughly what a row costs.
    var cost: Int {
      switch self {
      case .all(let nodes), .any(let nodes): nodes.reduce(0) { $0 + $1.cost }
      case .not(let node): node.cost
      case .leaf(let leaf): leaf.cost
      }
    }
  }

  private let index: VisibilityIndex
  private let root: Node
  /// The statuses that a matching run may have, a bit for each.
  let statuses: UInt16
  /// Whether every run matches.
  let matchesAll: Bool

  init(_ expression: VisibilityExpression, _ index: VisibilityIndex) {
    self.index = index
    root = VisibilityMatcher.node(expression, index)
    statuses = expression.possibleStatuses
    matchesAll = expression == .and([])
  }

  private static func node(_ expression: VisibilityExpression, _ index: VisibilityIndex) -> Node {
    switch expression {
    case .and(let terms): .all(terms.map { node($0, index) }.sorted { $0.cost < $1.cost })
    case .or(let terms): .any(terms.map { node($0, index) }.sorted { $0.cost < $1.cost })
    case .not(let term): .not(node(term, index))
    case .compare(let field, let comparison, let value):
      .leaf(VisibilityLeaf(field, .compare(comparison, value), index))
    case .isIn(let field, let values): .leaf(VisibilityLeaf(field, .isIn(values), index))
    case .startsWith(let field, let prefix): .leaf(VisibilityLeaf(field, .startsWith(prefix), index))
    case .isNull(let field): .leaf(VisibilityLeaf(field, .isNull, index))
    }
  }

  /// The rows of a block that match, in its order.
  func matches(of rows: [UInt32]) -> [UInt32] {
    if matchesAll { return rows }
    let truth = evaluate(root, rows)
    var matching: [UInt32] = []
    matching.reserveCapacity(rows.count)
    for position in rows.indices where truth[position] == Truth.yes { matching.append(rows[position]) }
    return matching
  }

  private func evaluate(_ node: Node, _ rows: [UInt32]) -> [UInt8] {
    switch node {
    case .leaf(let leaf): return leaf.evaluate(rows, index)
    case .not(let inner):
      var truth = evaluate(inner, rows)
      for position in truth.indices where truth[position] != Truth.unknown { truth[position] ^= 1 }
      return truth
    case .all(let nodes): return combine(nodes, rows, decided: Truth.no, neutral: Truth.yes)
    case .any(let nodes): return combine(nodes, rows, decided: Truth.yes, neutral: Truth.no)
    }
  }

  /// - Parameters:
  ///   - decided: what one part alone decides.
  ///   - neutral: what changes nothing.
  private func combine(_ nodes: [Node], _ rows: [UInt32], decided: UInt8, neutral: UInt8) -> [UInt8] {
    guard let first = nodes.first else { return Array(repeating: neutral, count: rows.count) }
    var truth = evaluate(first, rows)
    for node in nodes.dropFirst() {
      var places: [Int] = []
      var undecided: [UInt32] = []
      for position in rows.indices where truth[position] != decided {
        places.append(position)
        undecided.append(rows[position])
      }
      if undecided.isEmpty { return truth }
      let part = evaluate(node, undecided)
      for (number, position) in places.enumerated() {
        let value = part[number]
        if value == decided || truth[position] == neutral { truth[position] = value }
      }
    }
    return truth
  }
}

extension VisibilityExpression {
  private static let everyStatus = UInt16.max

  /// The statuses that a run may have for which the condition is true, a bit for each; a status is left out only where
  /// that is sure.
  var possibleStatuses: UInt16 {
    switch self {
    case .and(let terms): terms.reduce(VisibilityExpression.everyStatus) { $0 & $1.possibleStatuses }
    case .or(let terms): terms.reduce(0) { $0 | $1.possibleStatuses }
    case .not(.compare(.attribute(.status), .equal, let value)): ~VisibilityExpression.bits([value])
    case .not(.isIn(.attribute(.status), let values)): ~VisibilityExpression.bits(values)
    case .not(.isNull(.attribute(.closeTime))), .compare(.attribute(.closeTime), _, _):
      ~VisibilityExpression.openStatuses
    case .isNull(.attribute(.closeTime)): VisibilityExpression.openStatuses
    case .compare(.attribute(.status), .equal, let value): VisibilityExpression.bits([value])
    case .isIn(.attribute(.status), let values): VisibilityExpression.bits(values)
    default: VisibilityExpression.everyStatus
    }
  }

  /// The bits of the statuses of open runs.
  static let openStatuses: UInt16 =
    1 << UInt16(WorkflowExecutionStatus.running.rawValue) | 1 << UInt16(WorkflowExecutionStatus.paused.rawValue)

  static func bits(_ values: [VisibilityValue]) -> UInt16 {
    values.reduce(0) { bits, value in
      if case .int(let number) = value, (0..<16).contains(number) { bits | 1 << UInt16(number) } else { bits }
    }
  }
}
