/// What the visibility queries of schedules can ask: `ScheduleId` and `WorkflowType` with `=`, `!=` and `STARTS_WITH`,
/// and `TemporalSchedulePaused` with `=` and `!=`, joined by `AND`.
struct ScheduleFilter: Sendable {
  private enum Field: String, CaseIterable {
    case scheduleID = "ScheduleId"
    case workflowType = "WorkflowType"
    case isPaused = "TemporalSchedulePaused"
  }

  private enum Comparison: String, CaseIterable {
    case isNot = "!="
    case isEqual = "="
    case startsWith = "STARTS_WITH"
  }

  private struct Term {
    var field: Field
    var comparison: Comparison
    var value: String
  }

  private var terms: [Term] = []

  /// - Throws: ``WorkflowServiceError`` with `invalidArgument` that says what was expected and where.
  init(_ query: String) throws {
    var scanner = Scanner(query)
    if scanner.isAtEnd { return }
    while true {
      guard let field = scanner.take(Field.allCases.map(\.rawValue)).flatMap(Field.init) else {
        throw scanner.error("one of \(Field.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      let comparisons = Comparison.allCases.filter { field != .isPaused || $0 != .startsWith }.map(\.rawValue)
      guard let comparison = scanner.take(comparisons).flatMap(Comparison.init) else {
        throw scanner.error("one of \(comparisons.joined(separator: ", "))")
      }
      let value: String
      if field == .isPaused {
        guard let word = scanner.take(["true", "false"]) else { throw scanner.error("true or false") }
        value = word
      } else {
        guard let text = scanner.quoted() else { throw scanner.error("a quoted text") }
        value = text
      }
      terms.append(Term(field: field, comparison: comparison, value: value))
      if scanner.isAtEnd { return }
      guard scanner.take(["AND"]) != nil else { throw scanner.error("AND") }
    }
  }

  func matches(_ machine: ScheduleMachine) -> Bool {
    terms.allSatisfy { term in
      let value =
        switch term.field {
        case .scheduleID: machine.id
        case .workflowType: machine.workflowType
        case .isPaused: "\(machine.progress.state.isPaused)"
        }
      return switch term.comparison {
      case .isEqual: value == term.value
      case .isNot: value != term.value
      case .startsWith: value.hasPrefix(term.value)
      }
    }
  }

  private struct Scanner {
    private let characters: [Character]
    private var position = 0

    init(_ text: String) {
      characters = Array(text)
      skipSpaces()
    }

    var isAtEnd: Bool { position == characters.count }

    /// Takes one of several words or signs, in any case.
    mutating func take(_ words: [String]) -> String? {
      let rest = characters[position...]
      guard let word = words.first(where: { rest.starts(with: $0, by: { $0.lowercased() == $1.lowercased() }) }) else {
        return nil
      }
      let end = position + word.count
      // A longer word is another word.
      if let last = word.last, last.isLetter, end < characters.count, characters[end].isLetter { return nil }
      position = end
      skipSpaces()
      return word
    }

    mutating func quoted() -> String? {
      guard position < characters.count, characters[position] == "'" || characters[position] == "\"",
        let end = characters[(position + 1)...].firstIndex(of: characters[position])
      else { return nil }
      let text = String(characters[(position + 1)..<end])
      position = end + 1
      skipSpaces()
      return text
    }

    private mutating func skipSpaces() {
      while position < characters.count, characters[position].isWhitespace { position += 1 }
    }

    func error(_ expected: String) -> WorkflowServiceError {
      WorkflowServiceError(.invalidArgument, "invalid query at character \(position + 1): expected \(expected)")
    }
  }
}
