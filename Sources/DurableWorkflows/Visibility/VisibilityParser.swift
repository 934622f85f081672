/// Reads visibility queries.
///
///     query     = [ condition ] [ "GROUP" "BY" name ] [ "ORDER" "BY" name [ "ASC" | "DESC" ] { "," … } ]
///     condition = and { "OR" and }
///     and       = not { "AND" not }
///     not       = "NOT" not | "(" condition ")" | comparison
///     comparison = name ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
///                | name [ "NOT" ] "IN" "(" value { "," value } ")"
///                | name [ "NOT" ] "BETWEEN" value "AND" value
///                | name [ "NOT" ] "STARTS_WITH" text
///                | name "IS" [ "NOT" ] "NULL"
struct VisibilityParser {
  /// The deepest nesting that is taken.
  static let deepestNesting = 100
  private static let keywords: Set = [
    "AND", "OR", "NOT", "IN", "BETWEEN", "STARTS_WITH", "IS", "NULL", "ORDER", "GROUP",
  ]

  private let tokens: [VisibilityToken]
  private let customTypes: (String) -> SearchAttributeType?
  private var index = 0
  private var depth = 0

  /// - Parameter customTypes: the types of the application's search attributes; `nil` for unknown ones.
  /// - Throws: ``WorkflowServiceError`` with `invalidArgument` that says what was expected and where.
  static func parse(
    _ query: String, customTypes: @escaping (String) -> SearchAttributeType?
  ) throws(WorkflowServiceError) -> VisibilityQuery {
    var parser = VisibilityParser(
      tokens: try VisibilityLexer.tokens(of: query), customTypes: customTypes)
    return try parser.query()
  }

  private init(tokens: [VisibilityToken], customTypes: @escaping (String) -> SearchAttributeType?) {
    self.tokens = tokens
    self.customTypes = customTypes
  }

  // MARK: Tokens

  private var token: VisibilityToken { tokens[index] }

  private mutating func advance() { if index + 1 < tokens.count { index += 1 } }

  private func isNext(_ keyword: String) -> Bool {
    if case .word(let word) = token.kind { word.uppercased() == keyword } else { false }
  }

  private mutating func take(_ keyword: String) -> Bool {
    guard isNext(keyword) else { return false }
    advance()
    return true
  }

  private mutating func take(symbol: String) -> Bool {
    guard token.kind == .symbol(symbol) else { return false }
    advance()
    return true
  }

  private func expected(_ what: String) -> WorkflowServiceError {
    VisibilityLexer.error(at: token.position, "expected \(what), found \(token.description)")
  }

  private mutating func require(_ keyword: String) throws(WorkflowServiceError) {
    if !take(keyword) { throw expected(keyword) }
  }

  // MARK: Grammar

  private mutating func query() throws(WorkflowServiceError) -> VisibilityQuery {
    var query = VisibilityQuery()
    if token.kind != .end, !isNext("ORDER"), !isNext("GROUP") { query.filter = try condition() }
    if take("GROUP") {
      try require("BY")
      let position = token.position
      let field = try self.field()
      guard field.isGroupable else {
        throw VisibilityLexer.error(at: position, "runs cannot be grouped by \(field.name), which is \(field.kindName)")
      }
      query.grouping = field
    }
    if take("ORDER") {
      try require("BY")
      repeat { query.order.append(try order()) } while take(symbol: ",")
    }
    if token.kind != .end {
      throw expected(query.order.isEmpty ? "AND, OR, GROUP BY, ORDER BY or the end" : "',' or the end")
    }
    return query
  }

  private mutating func order() throws(WorkflowServiceError) -> VisibilityQuery.Order {
    let position = token.position
    let field = try self.field()
    if field.kind == .text || field.kind == .keywordList {
      throw VisibilityLexer.error(at: position, "runs cannot be ordered by \(field.name), which is \(field.kindName)")
    }
    if take("DESC") { return VisibilityQuery.Order(field: field, isDescending: true) }
    _ = take("ASC")
    return VisibilityQuery.Order(field: field, isDescending: false)
  }

  private mutating func condition() throws(WorkflowServiceError) -> VisibilityExpression {
    var terms = [try conjunction()]
    while take("OR") { terms.append(try conjunction()) }
    return terms.count == 1 ? terms[0] : .or(terms)
  }

  private mutating func conjunction() throws(WorkflowServiceError) -> VisibilityExpression {
    var terms = [try negation()]
    while take("AND") { terms.append(try negation()) }
    return terms.count == 1 ? terms[0] : .and(terms)
  }

  private mutating func negation() throws(WorkflowServiceError) -> VisibilityExpression {
    depth += 1
    defer { depth -= 1 }
    if depth > VisibilityParser.deepestNesting {
      throw VisibilityLexer.error(
        at: token.position, "conditions are nested more than \(VisibilityParser.deepestNesting) deep")
    }
    if take("NOT") { return .not(try negation()) }
    if take(symbol: "(") {
      let inner = try condition()
      if !take(symbol: ")") { throw expected("AND, OR or ')'") }
      return inner
    }
    return try comparison()
  }

  private mutating func field() throws(WorkflowServiceError) -> VisibilityField {
    let name: String
    switch token.kind {
    case .name(let text): name = text
    case .word(let text) where !VisibilityParser.keywords.contains(text.uppercased()): name = text
    default: throw expected("the name of an attribute")
    }
    if let type = customTypes(name) {
      advance()
      return .custom(name, type)
    }
    if let attribute = VisibilityAttribute(name: name) {
      advance()
      return .attribute(attribute)
    }
    throw VisibilityLexer.error(
      at: token.position,
      "'\(name)' is not a search attribute: neither one of every run ("
        + VisibilityAttribute.allCases.map(\.rawValue).joined(separator: ", ")
        + "), nor one that the engine's options declare or a run has had")
  }

  private mutating func comparison() throws(WorkflowServiceError) -> VisibilityExpression {
    let field = try self.field()
    let position = token.position
    if take("IS") {
      let isNegated = take("NOT")
      try require("NULL")
      return isNegated ? .not(.isNull(field)) : .isNull(field)
    }
    let isNegated = take("NOT")
    let condition: VisibilityExpression
    if take("IN") {
      try check(field, takes: "IN", field.kind != .text, at: position)
      condition = .isIn(field, try list(field))
    } else if take("BETWEEN") {
      try check(field, takes: "BETWEEN", field.isOrdered, at: position)
      let low = try value(field)
      try require("AND")
      condition = .and([.compare(field, .greaterOrEqual, low), .compare(field, .lessOrEqual, try value(field))])
    } else if take("STARTS_WITH") {
      try check(field, takes: "STARTS_WITH", field.kind == .keyword, at: position)
      guard case .text(let prefix) = token.kind else { throw expected("a quoted text") }
      advance()
      condition = .startsWith(field, prefix)
    } else if isNegated {
      throw expected("IN, BETWEEN or STARTS_WITH")
    } else {
      return try comparison(of: field)
    }
    return isNegated ? .not(condition) : condition
  }

  private mutating func comparison(of field: VisibilityField) throws(WorkflowServiceError) -> VisibilityExpression {
    let position = token.position
    guard case .symbol(let symbol) = token.kind, !["(", ")", ","].contains(symbol) else {
      throw expected("=, !=, <, <=, >, >=, IN, NOT IN, BETWEEN, STARTS_WITH, IS NULL or IS NOT NULL")
    }
    advance()
    try check(field, takes: symbol, symbol == "=" || symbol == "!=" || field.isOrdered, at: position)
    let value = try value(field)
    switch symbol {
    case "=": return .compare(field, .equal, value)
    case "!=": return .not(.compare(field, .equal, value))
    case "<": return .compare(field, .less, value)
    case "<=": return .compare(field, .lessOrEqual, value)
    case ">": return .compare(field, .greater, value)
    default: return .compare(field, .greaterOrEqual, value)
    }
  }

  private func check(
    _ field: VisibilityField, takes symbol: String, _ isPossible: Bool, at position: Int
  ) throws(WorkflowServiceError) {
    if isPossible { return }
    throw VisibilityLexer.error(
      at: position, "\(symbol) does not go with \(field.name), which is \(field.kindName) and takes \(field.operators)")
  }

  private mutating func list(_ field: VisibilityField) throws(WorkflowServiceError) -> [VisibilityValue] {
    if !take(symbol: "(") { throw expected("'('") }
    var values: [VisibilityValue] = []
    repeat { values.append(try value(field)) } while take(symbol: ",")
    if !take(symbol: ")") { throw expected("',' or ')'") }
    return values
  }

  private mutating func value(_ field: VisibilityField) throws(WorkflowServiceError) -> VisibilityValue {
    guard let value = field.value(of: token.kind) else { throw expected("\(field.valueName) for \(field.name)") }
    advance()
    return value
  }
}
