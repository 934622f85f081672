/// How a CSV file writes missing values. Both dialects: UTF-8, comma, header row, quotes doubled.
public enum CSVDialect: String, Sendable, Codable {
  /// The project's own files: NULL is `\N` without quotes, the empty string is `""`.
  case sox
  /// Files of other programs: an empty field is missing, `\N` has no meaning.
  case plain
}

/// Cuts CSV bytes into fields. Fields may be quoted and hold commas, doubled quotes and line feeds.
struct CSVTokenizer {
  private let bytes: [UInt8]
  private var position: Int
  private var line = 1
  private var scratch: [UInt8] = []

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    self.position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  var isAtEnd: Bool { position >= bytes.count }
  /// The line on which the next field starts, from 1.
  var lineNumber: Int { line }

  /// Reads the next field and hands it to `body` with the fact whether it was quoted.
  /// Returns whether the field was the last of its record.
  mutating func next(_ body: (Span<UInt8>, _ quoted: Bool) throws -> Void) throws -> Bool {
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
      try readQuoted()
      try body(scratch.span, true)
    } else {
      let start = position
      while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != 10 { position += 1 }
      var end = position
      if end > start, bytes[end - 1] == 13, position >= bytes.count || bytes[position] == 10 { end -= 1 }
      try body(bytes.span.extracting(start..<end), false)
    }
    if position >= bytes.count { return true }
    position += 1
    if bytes[position - 1] == 10 {
      line += 1
      return true
    }
    return false
  }

  private mutating func readQuoted() throws {
    let startLine = line
    scratch.removeAll(keepingCapacity: true)
    position += 1
    while true {
      guard position < bytes.count else {
        throw CPG1Error(
          .invalidData,
          "line \(startLine): a quoted field has no closing quote; the file is cut or damaged"
        )
      }
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { break }
        position += 1
      }
      if byte == 10 { line += 1 }
      scratch.append(byte)
    }
    if position < bytes.count, bytes[position] == 13 { position += 1 }
    guard position >= bytes.count || bytes[position] == UInt8(ascii: ",") || bytes[position] == 10 else {
      throw CPG1Error(
        .invalidData,
        "line \(line): text follows a closing quote; quote the whole field and double its quotes"
      )
    }
  }
}
