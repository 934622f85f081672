/// The part of Temporal's visibility query language that lists need first: equality of `WorkflowId`, `RunId`,
/// `WorkflowType`, `TaskQueue` and `ExecutionStatus` with quoted texts, joined by `AND`.
struct VisibilityFilter: Sendable {
  private enum Field: String, CaseIterable {
    case workflowID = "WorkflowId"
    case runID = "RunId"
    case workflowType = "WorkflowType"
    case taskQueue = "TaskQueue"
    case status = "ExecutionStatus"
  }

  private struct Term {
    var field: Field
    var isNegated: Bool
    var value: String
  }

  private var terms: [Term] = []

  /// - Throws: ``WorkflowServiceError`` with `invalidArgument` that says what was expected and where.
  init(_ query: String) throws {
    var scanner = Scanner(query)
    scanner.skipSpaces()
    if scanner.isAtEnd { return }
    while true {
      terms.append(try VisibilityFilter.term(&scanner))
      if scanner.isAtEnd { return }
      try scanner.keyword("AND")
    }
  }

  private static func term(_ scanner: inout Scanner) throws -> Term {
    let name = scanner.word()
    guard let field = Field.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
      let known = Field.allCases.map(\.rawValue).joined(separator: ", ")
      throw scanner.error("expected one of \(known), found '\(name)'")
    }
    let isNegated = try scanner.comparison()
    let value = try scanner.text()
    scanner.skipSpaces()
    return Term(field: field, isNegated: isNegated, value: value)
  }

  /// Whether there is no condition.
  var matchesAll: Bool { terms.isEmpty }

  func matches(_ state: RunState) -> Bool {
    terms.allSatisfy { term in
      let value =
        switch term.field {
        case .workflowID: state.started.workflowID
        case .runID: state.started.runID
        case .workflowType: state.started.workflowType
        case .taskQueue: state.started.taskQueue
        case .status: state.status.description
        }
      return (value == term.value) != term.isNegated
    }
  }

  private struct Scanner {
    private let characters: [Character]
    private var position = 0

    init(_ text: String) { characters = Array(text) }

    var isAtEnd: Bool { position == characters.count }

    mutating func skipSpaces() {
      while position < characters.count, characters[position].isWhitespace { position += 1 }
    }

    mutating func word() -> String {
      skipSpaces()
      let start = position
      while position < characters.count, characters[position].isLetter || characters[position].isNumber {
        position += 1
      }
      return String(characters[start..<position])
    }

    mutating func keyword(_ expected: String) throws {
      let found = word()
      if found.uppercased() != expected { throw error("expected \(expected), found '\(found)'") }
    }

    /// - Returns: whether the comparison is `!=`.
    mutating func comparison() throws -> Bool {
      skipSpaces()
      for (symbol, isNegated) in [("!=", true), ("=", false)]
      where characters[position...].starts(with: Array(symbol)) {
        position += symbol.count
        return isNegated
      }
      throw error("expected = or !=")
    }

    mutating func text() throws -> String {
      skipSpaces()
      guard position < characters.count, characters[position] == "'" || characters[position] == "\"" else {
        throw error("expected a quoted text")
      }
      let quote = characters[position]
      guard let end = characters[(position + 1)...].firstIndex(of: quote) else { throw error("the text has no end") }
      defer { position = end + 1 }
      return String(characters[(position + 1)..<end])
    }

    func error(_ message: String) -> WorkflowServiceError {
      WorkflowServiceError(.invalidArgument, "invalid query at character \(position + 1): \(message)")
    }
  }
}
