/// Queries that count the rows of another query, with the same placeholders.
enum CountingQuery {
  /// `SELECT COUNT(*)` over a query, or over those of its rows that meet a condition.
  static func over(_ sql: String, where condition: String? = nil) throws -> String {
    let body = try withoutOrder(sql)
    let counted = "SELECT COUNT(*) FROM (\n\(body)\n) AS counted_rows"
    return condition.map { counted + "\nWHERE \($0)" } ?? counted
  }

  /// The query without its last ORDER BY, which SQL Server does not allow in a derived table.
  static func withoutOrder(_ sql: String) throws -> String {
    let tokens = try SQLTokenizer.tokens(of: sql)
    var depth = 0
    var cut: (token: Int, offset: Int)?
    for (index, token) in tokens.enumerated() where token.kind == .code {
      let bytes = Array(token.text.utf8)
      var offset = 0
      while offset < bytes.count {
        switch bytes[offset] {
        case UInt8(ascii: "("): depth += 1
        case UInt8(ascii: ")"): depth -= 1
        default:
          if depth == 0, isOrderBy(bytes, at: offset) { cut = (index, offset) }
        }
        offset += 1
      }
    }
    var result = ""
    for (index, token) in tokens.enumerated() {
      if let cut, index == cut.token {
        result += String(decoding: Array(token.text.utf8)[..<cut.offset], as: UTF8.self)
        break
      }
      result += token.text
    }
    let end = result.lastIndex { !$0.isWhitespace && $0 != ";" }
    return end.map { String(result[...$0]) } ?? ""
  }

  private static func isOrderBy(_ bytes: [UInt8], at offset: Int) -> Bool {
    func word(_ text: String, at start: Int) -> Int? {
      let expected = Array(text.utf8)
      guard start + expected.count <= bytes.count else { return nil }
      for index in expected.indices where bytes[start + index] & 0xDF != expected[index] { return nil }
      return start + expected.count
    }
    func isWordByte(_ byte: UInt8) -> Bool {
      (byte | 32) >= 97 && (byte | 32) <= 122 || byte == 95 || (byte >= 48 && byte <= 57)
    }
    if offset > 0, isWordByte(bytes[offset - 1]) { return false }
    guard var next = word("ORDER", at: offset), next < bytes.count, !isWordByte(bytes[next]) else { return false }
    while next < bytes.count, !isWordByte(bytes[next]) { next += 1 }
    guard let end = word("BY", at: next) else { return false }
    return end >= bytes.count || !isWordByte(bytes[end])
  }
}
