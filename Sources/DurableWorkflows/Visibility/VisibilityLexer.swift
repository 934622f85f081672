/// A piece of a visibility query.
struct VisibilityToken: Equatable {
  enum Kind: Equatable {
    /// A name or a keyword.
    case word(String)
    /// A name in backquotes, which is never a keyword.
    case name(String)
    /// A quoted text.
    case text(String)
    case number(String)
    case symbol(String)
    case end
  }

  var kind: Kind
  /// The number of its first character, from 1.
  var position: Int

  /// The token as errors show it.
  var description: String {
    switch kind {
    case .word(let text), .number(let text), .symbol(let text): "'\(text)'"
    case .name(let text): "`\(text)`"
    case .text(let text): "the text '\(text)'"
    case .end: "the end of the query"
    }
  }
}

/// Takes a visibility query apart.
struct VisibilityLexer {
  /// The longest query that is taken, in characters.
  static let longestQuery = 64 * 1024

  private let characters: [Character]
  private var position = 0

  init(_ query: String) throws(WorkflowServiceError) {
    characters = Array(query)
    if characters.count > VisibilityLexer.longestQuery {
      throw VisibilityLexer.error(
        at: VisibilityLexer.longestQuery + 1, "the query is longer than \(VisibilityLexer.longestQuery) characters")
    }
  }

  static func error(at position: Int, _ message: String) -> WorkflowServiceError {
    WorkflowServiceError(.invalidArgument, "invalid query at character \(position): \(message)")
  }

  /// All tokens; the last one is the end.
  static func tokens(of query: String) throws(WorkflowServiceError) -> [VisibilityToken] {
    var lexer = try VisibilityLexer(query)
    var tokens: [VisibilityToken] = []
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private mutating func next() throws(WorkflowServiceError) -> VisibilityToken {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    let start = position
    guard start < characters.count else { return VisibilityToken(kind: .end, position: start + 1) }
    let character = characters[start]
    let kind: VisibilityToken.Kind
    switch character {
    case "'", "\"": kind = .text(try quoted(character))
    case "`": kind = .name(try quoted(character))
    case _ where character.isASCIIDigit: kind = .number(number())
    case "-", "+", ".":
      kind = .number(number())
      if position == start { throw unexpected(character) }
    case "=", "(", ")", ",":
      position += 1
      kind = .symbol(String(character))
    case "!", "<", ">":
      position += 1
      let second: Character? = position < characters.count ? characters[position] : nil
      if second == "=" || (character == "<" && second == ">") { position += 1 }
      let symbol = String(characters[start..<position])
      if symbol == "!" {
        position = start
        throw unexpected(character)
      }
      kind = .symbol(symbol == "<>" ? "!=" : symbol)
    case _ where character.isLetter || character == "_":
      while position < characters.count, characters[position].isPartOfName { position += 1 }
      kind = .word(String(characters[start..<position]))
    default: throw unexpected(character)
    }
    return VisibilityToken(kind: kind, position: start + 1)
  }

  private func unexpected(_ character: Character) -> WorkflowServiceError {
    VisibilityLexer.error(
      at: position + 1, "'\(character)' begins no name, text, number or operator; texts stand in quotes")
  }

  /// What stands between quotes; a quote within is doubled or follows a backslash.
  private mutating func quoted(_ quote: Character) throws(WorkflowServiceError) -> String {
    let start = position
    position += 1
    var text = ""
    while position < characters.count {
      let character = characters[position]
      let following: Character? = position + 1 < characters.count ? characters[position + 1] : nil
      if character == "\\", let following, following == quote || following == "\\" {
        text.append(following)
        position += 2
      } else if character == quote {
        position += 1
        guard following == quote else { return text }
        text.append(quote)
        position += 1
      } else {
        text.append(character)
        position += 1
      }
    }
    throw VisibilityLexer.error(at: start + 1, "the text that begins here has no closing \(quote)")
  }

  /// Digits with sign, point and exponent; nothing is taken if there is no digit.
  private mutating func number() -> String {
    let start = position
    var end = position
    if characters[end] == "-" || characters[end] == "+" { end += 1 }
    var digits = 0
    while end < characters.count, characters[end].isASCIIDigit || characters[end] == "." {
      if characters[end].isASCIIDigit { digits += 1 }
      end += 1
    }
    if digits == 0 { return "" }
    if end < characters.count, characters[end] == "e" || characters[end] == "E" {
      var exponent = end + 1
      if exponent < characters.count, characters[exponent] == "-" || characters[exponent] == "+" { exponent += 1 }
      if exponent < characters.count, characters[exponent].isASCIIDigit {
        while exponent < characters.count, characters[exponent].isASCIIDigit { exponent += 1 }
        end = exponent
      }
    }
    position = end
    return String(characters[start..<end])
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
  fileprivate var isPartOfName: Bool { isLetter || isNumber || self == "_" || self == "-" || self == "." }
}
