/// A value bound to a `?` of a query.
public struct SQLParameter: Sendable, Hashable {
  /// The typed value.
  public enum Value: Sendable, Hashable {
    /// A day.
    case date(CivilDate)
    /// Text.
    case text(String)
    /// A whole number.
    case integer(Int64)
  }

  /// The placeholder's name.
  public let name: String
  /// The value.
  public let value: Value

  /// Creates a parameter.
  public init(name: String, value: Value) {
    self.name = name
    self.value = value
  }

  /// The value as text, for records.
  public var text: String {
    switch value {
    case .date(let date): date.description
    case .text(let text): text
    case .integer(let number): String(number)
    }
  }
}

/// A query with `?` in place of its placeholders, and the values in the order of the `?`.
public struct BoundStatement: Sendable, Hashable {
  /// The query.
  public let sql: String
  /// The values.
  public let parameters: [SQLParameter]
}

/// The declared kind of a placeholder.
public enum ParameterType: String, Sendable, Hashable, Codable {
  case date, text, integer
}

/// Replaces the placeholders `{name}` and `'{name}'` of a query by `?`. Values never become part of the query's text.
///
/// Placeholders inside string literals, quoted or bracketed identifiers and comments are left alone. A list becomes
/// one `?` per element, in parentheses unless the placeholder stands alone between parentheses already.
public enum SQLBinding {
  /// How many values one statement may bind; SQL Server stops at 2,100.
  public static let maximumParameters = 2_000

  /// The names of the placeholders, each once, in order.
  public static func placeholders(in sql: String) throws -> [String] {
    var names: [String] = []
    for token in try SQLTokenizer.tokens(of: sql) {
      if case .placeholder(let name) = token.kind, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// Binds a query.
  ///
  /// - Parameters:
  ///   - sql: the query with placeholders
  ///   - values: the values by name; names that the query does not use are ignored
  ///   - types: the declared kinds by name; a value of another kind is refused
  /// - Returns: one statement, or several whose results together are the result when a list of an `IN` is too long
  ///   for one
  /// - Throws: ``CPG1Error/Code/invalidBinding`` for unknown names, missing or null values, empty or mixed lists, bad
  ///   dates, a `?` outside literals, and lists too long that cannot be divided.
  public static func bind(
    _ sql: String,
    values: [String: ParameterValue],
    types: [String: ParameterType] = [:]
  ) throws -> [BoundStatement] {
    let tokens = try SQLTokenizer.tokens(of: sql)
    var resolved: [String: [SQLParameter]] = [:]
    var lists: Set<String> = []
    for token in tokens {
      if token.kind == .code, token.text.utf8.contains(UInt8(ascii: "?")) {
        throw CPG1Error(
          .invalidBinding,
          "the query has a '?' of its own; write a named placeholder such as {cutoff_date}"
        )
      }
      guard case .placeholder(let name) = token.kind, resolved[name] == nil else { continue }
      guard let value = values[name] else {
        throw CPG1Error(
          .invalidBinding,
          "the query needs the parameter '\(name)', which has no value "
            + "(known: \(values.keys.sorted().joined(separator: ", "))); "
            + "give it or correct the name"
        )
      }
      resolved[name] = try parameters(name: name, value: value, type: types[name])
      if case .list = value { lists.insert(name) }
    }
    return try divide(tokens, resolved: resolved, lists: lists).map { render(tokens, resolved: $0, lists: lists) }
  }

  private static func parameters(name: String, value: ParameterValue, type: ParameterType?) throws -> [SQLParameter] {
    guard case .list(let elements) = value else { return [try parameter(name: name, value: value, type: type)] }
    guard !elements.isEmpty else {
      throw CPG1Error(
        .invalidBinding,
        "the list parameter '\(name)' is empty; an empty IN would select nothing, so name at least one value"
      )
    }
    let parameters = try elements.map { try parameter(name: name, value: $0, type: type) }
    guard Set(parameters.map { kind(of: $0.value) }).count == 1 else {
      throw CPG1Error(.invalidBinding, "the list parameter '\(name)' mixes kinds of values; give all as one kind")
    }
    return parameters
  }

  private static func parameter(name: String, value: ParameterValue, type: ParameterType?) throws -> SQLParameter {
    let bound: SQLParameter.Value
    switch value {
    case .null:
      throw CPG1Error(.invalidBinding, "the parameter '\(name)' is null; give a value, or write IS NULL in the query")
    case .list:
      throw CPG1Error(.invalidBinding, "the list parameter '\(name)' holds another list; give a flat list")
    case .date(let date): bound = .date(date)
    case .integer(let number): bound = .integer(number)
    case .text(let text):
      if type == .date {
        guard let date = CivilDate(text) else {
          throw CPG1Error(
            .invalidBinding,
            "the parameter '\(name)' is '\(text)', not a date; give an existing day as YYYY-MM-DD"
          )
        }
        bound = .date(date)
      } else {
        bound = .text(text)
      }
    }
    if let type, type != kind(of: bound) {
      throw CPG1Error(
        .invalidBinding,
        "the parameter '\(name)' is declared as \(type.rawValue) but has the \(kind(of: bound).rawValue) value "
          + "'\(SQLParameter(name: name, value: bound).text)'; correct the value or the declaration"
      )
    }
    return SQLParameter(name: name, value: bound)
  }

  private static func kind(of value: SQLParameter.Value) -> ParameterType {
    switch value {
    case .date: .date
    case .text: .text
    case .integer: .integer
    }
  }

  /// Splits the longest list into parts when one statement would bind too much.
  private static func divide(
    _ tokens: [SQLToken],
    resolved: [String: [SQLParameter]],
    lists: Set<String>
  ) throws -> [[String: [SQLParameter]]] {
    var uses: [String: Int] = [:]
    for token in tokens {
      if case .placeholder(let name) = token.kind { uses[name, default: 0] += 1 }
    }
    let total = uses.reduce(0) { $0 + $1.value * (resolved[$1.key]?.count ?? 0) }
    guard total > maximumParameters else { return [resolved] }
    guard let longest = lists.max(by: { (resolved[$0]?.count ?? 0, $1) < (resolved[$1]?.count ?? 0, $0) }),
      let elements = resolved[longest], uses[longest] == 1, total - elements.count < maximumParameters,
      !isNegated(longest, in: tokens)
    else {
      throw CPG1Error(
        .invalidBinding,
        "the query binds \(total) values, more than \(maximumParameters), and its lists cannot be divided over several "
          + "statements (a list in NOT IN, used twice, or several long lists); shorten the lists"
      )
    }
    let size = maximumParameters - (total - elements.count)
    var unique: [SQLParameter] = []
    var seen: Set<SQLParameter> = []
    for element in elements where seen.insert(element).inserted { unique.append(element) }
    return stride(from: 0, to: unique.count, by: size).map { start in
      var part = resolved
      part[longest] = Array(unique[start..<min(start + size, unique.count)])
      return part
    }
  }

  private static func isNegated(_ name: String, in tokens: [SQLToken]) -> Bool {
    guard let index = tokens.firstIndex(where: { $0.kind == .placeholder(name) }) else { return true }
    let code = tokens[..<index].filter { $0.kind == .code }.map(\.text).joined(separator: " ")
    let words = code.uppercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    return words.last != "IN" || words.dropLast().last == "NOT"
  }

  private static func render(
    _ tokens: [SQLToken],
    resolved: [String: [SQLParameter]],
    lists: Set<String>
  ) -> BoundStatement {
    var sql = ""
    var parameters: [SQLParameter] = []
    for (index, token) in tokens.enumerated() {
      guard case .placeholder(let name) = token.kind, let values = resolved[name] else {
        sql += token.text
        continue
      }
      parameters += values
      let marks = repeatElement("?", count: values.count).joined(separator: ", ")
      sql += lists.contains(name) && !isParenthesised(index, in: tokens) ? "(" + marks + ")" : marks
    }
    return BoundStatement(sql: sql, parameters: parameters)
  }

  private static func isParenthesised(_ index: Int, in tokens: [SQLToken]) -> Bool {
    guard index > 0, index + 1 < tokens.count, tokens[index - 1].kind == .code, tokens[index + 1].kind == .code else {
      return false
    }
    return tokens[index - 1].text.last { !$0.isWhitespace } == "("
      && tokens[index + 1].text.first { !$0.isWhitespace } == ")"
  }
}
