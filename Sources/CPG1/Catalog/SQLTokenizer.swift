/// A piece of SQL text.
struct SQLToken: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    /// Keywords, names, operators, numbers.
    case code
    /// A string literal, a quoted or bracketed identifier, or a comment: never looked into.
    case opaque
    /// `{name}` or `'{name}'`.
    case placeholder(String)
  }

  let kind: Kind
  /// The text as it stands in the query.
  let text: String
}

/// Cuts SQL into tokens, so that placeholders are found only where a value may stand.
struct SQLTokenizer {
  private let bytes: [UInt8]
  private var position = 0
  private var codeStart = 0
  private var tokens: [SQLToken] = []

  private init(_ sql: String) { bytes = Array(sql.utf8) }

  /// The tokens of a query. Throws ``CPG1Error/Code/invalidBinding`` for a literal, identifier or comment without end.
  static func tokens(of sql: String) throws -> [SQLToken] {
    var tokenizer = SQLTokenizer(sql)
    try tokenizer.run()
    return tokenizer.tokens
  }

  private mutating func run() throws {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "'"): try takeQuoted(UInt8(ascii: "'"), "string literal")
      case UInt8(ascii: "\""): try takeQuoted(UInt8(ascii: "\""), "quoted identifier")
      case UInt8(ascii: "["): try takeQuoted(UInt8(ascii: "]"), "bracketed identifier")
      case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"): takeLineComment()
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): try takeBlockComment()
      case UInt8(ascii: "{"): takeBrace()
      default: position += 1
      }
    }
    flushCode()
  }

  private func peek(_ offset: Int) -> UInt8? {
    position + offset < bytes.count ? bytes[position + offset] : nil
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  private mutating func flushCode() {
    if codeStart < position { tokens.append(SQLToken(kind: .code, text: text(codeStart..<position))) }
    codeStart = position
  }

  private mutating func emit(_ kind: SQLToken.Kind, from start: Int) {
    tokens.append(SQLToken(kind: kind, text: text(start..<position)))
    codeStart = position
  }

  private mutating func takeQuoted(_ close: UInt8, _ what: String) throws {
    flushCode()
    let start = position
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      guard byte == close else { continue }
      if position < bytes.count, bytes[position] == close {
        position += 1
        continue
      }
      if close == UInt8(ascii: "'"), let name = Self.placeholder(bytes[(start + 1)..<(position - 1)]) {
        emit(.placeholder(name), from: start)
      } else {
        emit(.opaque, from: start)
      }
      return
    }
    throw CPG1Error(.invalidBinding, "the query has a \(what) without end, from byte \(start); close it")
  }

  private mutating func takeLineComment() {
    flushCode()
    let start = position
    while position < bytes.count, bytes[position] != 10 { position += 1 }
    emit(.opaque, from: start)
  }

  private mutating func takeBlockComment() throws {
    flushCode()
    let start = position
    var depth = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
        depth += 1
        position += 2
      } else if bytes[position] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
        depth -= 1
        position += 2
        if depth == 0 {
          emit(.opaque, from: start)
          return
        }
      } else {
        position += 1
      }
    }
    throw CPG1Error(.invalidBinding, "the query has a comment without end, from byte \(start); close it")
  }

  private mutating func takeBrace() {
    var end = position + 1
    while end < bytes.count, bytes[end] != UInt8(ascii: "}"), bytes[end] != 10 { end += 1 }
    guard end < bytes.count, let name = Self.placeholder(bytes[position...end]) else {
      position += 1
      return
    }
    flushCode()
    let start = position
    position = end + 1
    emit(.placeholder(name), from: start)
  }

  /// The name in `{name}`; nil for anything else.
  private static func placeholder(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}"), bytes.count > 2 else { return nil }
    let name = bytes.dropFirst().dropLast()
    func isLetter(_ byte: UInt8) -> Bool { (byte | 32) >= 97 && (byte | 32) <= 122 || byte == UInt8(ascii: "_") }
    guard let first = name.first, isLetter(first), name.allSatisfy({ isLetter($0) || ($0 >= 48 && $0 <= 57) }) else {
      return nil
    }
    return String(decoding: name, as: UTF8.self)
  }
}
