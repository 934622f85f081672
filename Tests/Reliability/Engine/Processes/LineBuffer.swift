/// Bytes that arrive in pieces and are taken line by line.
struct LineBuffer {
  private var bytes: [UInt8] = []
  private var start = 0

  mutating func append(_ piece: ArraySlice<UInt8>) {
    if start > 0 {
      bytes.removeFirst(start)
      start = 0
    }
    bytes.append(contentsOf: piece)
  }

  /// The next whole line, split at its tabs; `nil` if there is none yet.
  mutating func next() -> [String]? {
    guard let end = bytes[start...].firstIndex(of: 10) else { return nil }
    defer { start = end + 1 }
    return bytes[start..<end].split(separator: 9, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// A line of fields, whose own tabs and line ends become spaces.
  static func line(_ fields: [String]) -> [UInt8] {
    var line: [UInt8] = []
    for (index, field) in fields.enumerated() {
      if index > 0 { line.append(9) }
      line.append(contentsOf: field.utf8.map { $0 == 9 || $0 == 10 ? 32 : $0 })
    }
    line.append(10)
    return line
  }
}
