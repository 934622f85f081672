/// Reads `KEY=VALUE;…` with `{…}` around values and `}}` for a brace in them.
struct ConnectionStringParser {
  private let characters: [Character]
  private var index = 0

  init(_ text: String) { self.characters = Array(text) }

  static func invalid(_ reason: String) -> ODBCError {
    ODBCError(
      code: .invalidConnectionString,
      operation: "connection string",
      message: "The connection string is invalid. \(reason) Write KEY=VALUE;KEY={VALUE WITH ;};…"
    )
  }

  mutating func entries() throws -> [ODBCConnectionString.Entry] {
    if self.characters.contains("\0") { throw Self.invalid("It contains a NUL.") }
    var entries: [ODBCConnectionString.Entry] = []
    while true {
      while let next = self.peek, next == ";" || next.isWhitespace { self.index += 1 }
      guard self.peek != nil else { return entries }
      entries.append(try self.entry())
    }
  }

  private var peek: Character? { self.index < self.characters.count ? self.characters[self.index] : nil }

  private mutating func entry() throws -> ODBCConnectionString.Entry {
    let start = self.index
    while let next = self.peek, next != "=" {
      if next == ";" { throw Self.invalid("The entry that starts at character \(start + 1) has no '='.") }
      self.index += 1
    }
    guard self.peek == "=" else { throw Self.invalid("The entry that starts at character \(start + 1) has no '='.") }
    let key = Self.trimmed(self.characters[start..<self.index])
    if key.isEmpty { throw Self.invalid("The entry that starts at character \(start + 1) has no keyword.") }
    self.index += 1
    let value = try self.value()
    return .init(key: key, value: value, written: Self.trimmed(self.characters[start..<self.index]))
  }

  private mutating func value() throws -> String {
    while self.peek == " " { self.index += 1 }
    let start = self.index
    guard self.peek == "{" else {
      while let next = self.peek, next != ";" { self.index += 1 }
      return Self.trimmed(self.characters[start..<self.index])
    }
    self.index += 1
    var value = ""
    while let next = self.peek {
      self.index += 1
      if next != "}" {
        value.append(next)
      } else if self.peek == "}" {
        value.append(next)
        self.index += 1
      } else {
        while self.peek == " " { self.index += 1 }
        guard self.peek == nil || self.peek == ";" else {
          throw Self.invalid("Text follows the '}' at character \(self.index); a brace in a value is written '}}'.")
        }
        return value
      }
    }
    throw Self.invalid("The '{' at character \(start + 1) is never closed.")
  }

  private static func trimmed(_ characters: ArraySlice<Character>) -> String {
    var rest = characters
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
