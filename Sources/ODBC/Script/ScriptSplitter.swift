/// Walks through the bytes of a script once. Everything that matters here is ASCII, which no byte of a longer UTF-8
/// sequence equals.
struct ScriptSplitter {
  private let bytes: [UInt8]
  private var index = 0
  /// Where the statement that is being read starts: its first byte that is neither white space nor comment.
  private var start: Int?
  /// The end of its last such byte.
  private var end = 0
  private var words: [String] = []
  private var depth = 0
  private var result: [String] = []

  init(_ script: String) { self.bytes = Array(script.utf8) }

  mutating func statements() throws -> [String] {
    while let byte = self.byte(0) {
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
        try self.token { try $0.skipQuoted(until: byte, doubled: true) }
      case UInt8(ascii: "["):
        try self.bracket()
      case UInt8(ascii: "-") where self.byte(1) == UInt8(ascii: "-"):
        while let next = self.byte(0), next != UInt8(ascii: "\n") { self.index += 1 }
      case UInt8(ascii: "/") where self.byte(1) == UInt8(ascii: "*"):
        try self.skipComment()
      case UInt8(ascii: "$"):
        try self.dollar()
      case UInt8(ascii: ";"):
        self.semicolon()
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), 0x0B, 0x0C:
        self.index += 1
      case _ where Self.isLetter(byte):
        self.token { $0.word() }
      default:
        self.token { $0.index += 1 }
      }
    }
    self.finishStatement()
    return self.result
  }

  private func byte(_ offset: Int) -> UInt8? {
    self.index + offset < self.bytes.count ? self.bytes[self.index + offset] : nil
  }

  private mutating func token(_ read: (inout ScriptSplitter) throws -> Void) rethrows {
    if self.start == nil { self.start = self.index }
    try read(&self)
    self.end = self.index
  }

  private mutating func semicolon() {
    if self.depth > 0 {
      self.token { $0.index += 1 }
    } else {
      self.finishStatement()
      self.index += 1
    }
  }

  private mutating func finishStatement() {
    if let start { self.result.append(String(decoding: self.bytes[start..<self.end], as: UTF8.self)) }
    self.start = nil
    self.words = []
    self.depth = 0
  }

  private mutating func word() {
    let start = self.index
    while let next = self.byte(0), Self.isLetter(next) || Self.isDigit(next) || next == UInt8(ascii: "$") {
      self.index += 1
    }
    let word = String(decoding: self.bytes[start..<self.index], as: UTF8.self).uppercased()
    if self.words.count < 6 { self.words.append(word) }
    guard self.isRoutine else { return }
    // CASE … END stands within the bodies of routines too.
    if word == "BEGIN" || word == "CASE" { self.depth += 1 }
    if word == "END" { self.depth = max(0, self.depth - 1) }
  }

  /// Whether the statement creates something whose body holds statements.
  private var isRoutine: Bool {
    guard let first = self.words.first, ["CREATE", "ALTER"].contains(first) else { return false }
    return self.words.contains { ["TRIGGER", "PROCEDURE", "PROC", "FUNCTION"].contains($0) }
  }

  private mutating func skipQuoted(until quote: UInt8, doubled: Bool) throws {
    let start = self.index
    self.index += 1
    while let next = self.byte(0) {
      self.index += 1
      guard next == quote else { continue }
      if doubled, self.byte(0) == quote { self.index += 1 } else { return }
    }
    throw self.unclosed("quote", at: start)
  }

  /// SQL Server's quoted name, unless it cannot be one: PostgreSQL's subscripts follow a name or a bracket.
  private mutating func bracket() throws {
    let previous = self.index > 0 ? self.bytes[self.index - 1] : UInt8(ascii: " ")
    let isSubscript =
      Self.isLetter(previous) || Self.isDigit(previous) || previous == UInt8(ascii: "]")
      || previous == UInt8(ascii: ")") || previous == UInt8(ascii: "[")
    try self.token {
      if isSubscript { $0.index += 1 } else { try $0.skipQuoted(until: UInt8(ascii: "]"), doubled: true) }
    }
  }

  private mutating func skipComment() throws {
    let start = self.index
    var depth = 0
    while self.index < self.bytes.count {
      if self.byte(0) == UInt8(ascii: "/"), self.byte(1) == UInt8(ascii: "*") {
        depth += 1
        self.index += 2
      } else if self.byte(0) == UInt8(ascii: "*"), self.byte(1) == UInt8(ascii: "/") {
        depth -= 1
        self.index += 2
        if depth == 0 { return }
      } else {
        self.index += 1
      }
    }
    throw self.unclosed("comment", at: start)
  }

  private mutating func dollar() throws {
    var length = 1
    while let next = self.byte(length), Self.isLetter(next) || (length > 1 && Self.isDigit(next)) { length += 1 }
    guard self.byte(length) == UInt8(ascii: "$") else { return self.token { $0.index += 1 } }
    let start = self.index
    let tag = self.bytes[start...(start + length)]
    try self.token { splitter in
      splitter.index += tag.count
      while splitter.index < splitter.bytes.count {
        if splitter.bytes[splitter.index...].starts(with: tag) {
          splitter.index += tag.count
          return
        }
        splitter.index += 1
      }
      throw splitter.unclosed("dollar quote", at: start)
    }
  }

  private func unclosed(_ what: String, at index: Int) -> ODBCError {
    let line = self.bytes[..<index].count { $0 == UInt8(ascii: "\n") } + 1
    return ODBCError(
      code: .invalidArgument,
      operation: "script",
      message: "The \(what) that starts in line \(line) of the script is never closed."
    )
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
