@testable internal import DurableWorkflows

/// A run as the reference evaluator sees it: plain values by name, none of the index's forms.
struct ReferenceRun {
  var key: UInt64
  /// What is missing is null.
  var values: [String: ReferenceValue]

  var isOpen: Bool { values["CloseTime"] == nil }

  func number(_ name: String) -> Int64? {
    if case .number(let number)? = values[name] { number } else { nil }
  }
}

enum ReferenceValue: Hashable {
  case text(String)
  case words(String)
  case list([String])
  case number(Int64)
  case real(Double)
  case flag(Bool)
}

/// A condition as its meaning; `text` is how it is written.
indirect enum ReferenceCondition {
  case comparison(name: String, symbol: String, ReferenceValue)
  case oneOf(name: String, isNegated: Bool, [ReferenceValue])
  case between(name: String, isNegated: Bool, ReferenceValue, ReferenceValue)
  case startsWith(name: String, isNegated: Bool, String)
  case null(name: String, isNegated: Bool)
  case and(ReferenceCondition, ReferenceCondition)
  case or(ReferenceCondition, ReferenceCondition)
  case not(ReferenceCondition)
}

extension ReferenceCondition {
  /// SQL's three values; `nil` is unknown.
  func holds(_ run: ReferenceRun) -> Bool? {
    switch self {
    case .comparison(let name, let symbol, let value):
      guard let actual = run.values[name] else { return nil }
      return Self.compare(actual, symbol, value)
    case .oneOf(let name, let isNegated, let values):
      guard let actual = run.values[name] else { return nil }
      return values.contains { Self.compare(actual, "=", $0) } != isNegated
    case .between(let name, let isNegated, let low, let high):
      guard let actual = run.values[name] else { return nil }
      return (Self.compare(actual, ">=", low) && Self.compare(actual, "<=", high)) != isNegated
    case .startsWith(let name, let isNegated, let prefix):
      guard case .text(let text)? = run.values[name] else { return nil }
      return Array(text.utf8).starts(with: Array(prefix.utf8)) != isNegated
    case .null(let name, let isNegated):
      return (run.values[name] == nil) != isNegated
    case .and(let left, let right):
      switch (left.holds(run), right.holds(run)) {
      case (false?, _), (_, false?): return false
      case (true?, true?): return true
      default: return nil
      }
    case .or(let left, let right):
      switch (left.holds(run), right.holds(run)) {
      case (true?, _), (_, true?): return true
      case (false?, false?): return false
      default: return nil
      }
    case .not(let inner):
      return inner.holds(run).map { !$0 }
    }
  }

  private static func compare(_ actual: ReferenceValue, _ symbol: String, _ value: ReferenceValue) -> Bool {
    switch (actual, value) {
    case (.text(let left), .text(let right)):
      let (left, right) = (Array(left.unicodeScalars.map(\.value)), Array(right.unicodeScalars.map(\.value)))
      let isLess = left.lexicographicallyPrecedes(right)
      return decide(symbol, isEqual: left == right, isLess: isLess)
    case (.number(let left), .number(let right)): return decide(symbol, isEqual: left == right, isLess: left < right)
    case (.real(let left), .real(let right)): return decide(symbol, isEqual: left == right, isLess: left < right)
    case (.flag(let left), .flag(let right)): return decide(symbol, isEqual: left == right, isLess: false)
    case (.list(let elements), .text(let text)): return elements.contains(text) == (symbol == "=")
    case (.words(let text), .text(let query)):
      func words(_ text: String) -> Set<String> {
        Set(text.lowercased().split(whereSeparator: { !($0.isLetter || $0.isNumber) }).map(String.init))
      }
      return !words(text).isDisjoint(with: words(query)) == (symbol == "=")
    default: return false
    }
  }

  private static func decide(_ symbol: String, isEqual: Bool, isLess: Bool) -> Bool {
    switch symbol {
    case "=": isEqual
    case "!=": !isEqual
    case "<": isLess
    case "<=": isLess || isEqual
    case ">": !isLess && !isEqual
    default: !isLess
    }
  }
}
