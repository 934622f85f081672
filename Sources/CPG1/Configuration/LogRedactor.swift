/// Removes secrets from texts before they are logged: known ones, and whatever follows a key such as `PWD=`.
public struct LogRedactor: Sendable {
  private let secrets: [String]
  private static let keys = ["pwd", "password", "secret", "token", "accesskey", "authorization", "api_key", "apikey"]

  /// A redactor that also knows the given texts. Shorter ones than four bytes are left to the keys.
  public init(secrets: [String] = []) {
    self.secrets = secrets.filter { $0.utf8.count >= 4 }.sorted { $0.utf8.count > $1.utf8.count }
  }

  /// The text with `***` for each secret.
  public func redact(_ text: String) -> String {
    var text = text
    for secret in secrets { text = Self.replacing(secret, in: text) }
    return Self.redactingValues(text)
  }

  private static func replacing(_ secret: String, in text: String) -> String {
    let pieces = split(Array(text.utf8), by: Array(secret.utf8))
    return pieces.count == 1 ? text : pieces.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "***")
  }

  private static func split(_ bytes: [UInt8], by separator: [UInt8]) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var start = 0
    var index = 0
    while index + separator.count <= bytes.count {
      if bytes[index] == separator[0], bytes[index..<(index + separator.count)].elementsEqual(separator) {
        pieces.append(bytes[start..<index])
        index += separator.count
        start = index
      } else {
        index += 1
      }
    }
    pieces.append(bytes[start...])
    return pieces
  }

  /// `KEY=value` and `KEY={value}` up to the next `;`, `&`, quote or blank.
  private static func redactingValues(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "=")) else { return text }
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    var index = 0
    while index < bytes.count {
      output.append(bytes[index])
      index += 1
      guard bytes[index - 1] == UInt8(ascii: "="), endsWithKey(bytes[..<(index - 1)]) else { continue }
      output.append(contentsOf: "***".utf8)
      index = endOfValue(bytes, from: index)
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static func endsWithKey(_ bytes: ArraySlice<UInt8>) -> Bool {
    let tail = String(decoding: bytes.suffix(20), as: UTF8.self).lowercased()
    let word = tail.reversed().drop { $0 == " " }.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    let key = String(word.reversed())
    return keys.contains { key.hasSuffix($0) }
  }

  private static func endOfValue(_ bytes: [UInt8], from start: Int) -> Int {
    var index = start
    if index < bytes.count, bytes[index] == UInt8(ascii: "{") {
      index += 1
      while index < bytes.count {
        if bytes[index] == UInt8(ascii: "}") {
          if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "}") {
            index += 2
            continue
          }
          return index + 1
        }
        index += 1
      }
      return index
    }
    let stops = Set(";&\"'\n".utf8)
    while index < bytes.count, !stops.contains(bytes[index]) { index += 1 }
    return index
  }
}
