extension OrderedJSON {
  /// JSON text: members in order, text other than ASCII as it is; `indent` blanks per level, or one line for zero.
  public func text(indent: Int = 2) -> String {
    String(decoding: bytes(indent: indent), as: UTF8.self)
  }

  /// ``text(indent:)`` as UTF-8.
  public func bytes(indent: Int = 2) -> [UInt8] {
    var output: [UInt8] = []
    write(to: &output, indent: indent, level: 0)
    return output
  }

  private func write(to output: inout [UInt8], indent: Int, level: Int) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let text): output.append(contentsOf: text.utf8)
    case .string(let text): Self.quote(text, to: &output)
    case .array(let elements):
      Self.writeList(elements, brackets: ("[", "]"), to: &output, indent: indent, level: level) { element, output in
        element.write(to: &output, indent: indent, level: level + 1)
      }
    case .object(let members):
      Self.writeList(members, brackets: ("{", "}"), to: &output, indent: indent, level: level) { member, output in
        Self.quote(member.name, to: &output)
        output.append(UInt8(ascii: ":"))
        if indent > 0 { output.append(32) }
        member.value.write(to: &output, indent: indent, level: level + 1)
      }
    }
  }

  private static func writeList<Element>(
    _ elements: [Element],
    brackets: (String, String),
    to output: inout [UInt8],
    indent: Int,
    level: Int,
    _ body: (Element, inout [UInt8]) -> Void
  ) {
    output.append(contentsOf: brackets.0.utf8)
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      newLine(to: &output, indent: indent, level: level + 1)
      body(element, &output)
    }
    if !elements.isEmpty { newLine(to: &output, indent: indent, level: level) }
    output.append(contentsOf: brackets.1.utf8)
  }

  private static func newLine(to output: inout [UInt8], indent: Int, level: Int) {
    guard indent > 0 else { return }
    output.append(10)
    output.append(contentsOf: repeatElement(32, count: indent * level))
  }

  private static func quote(_ text: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): output.append(contentsOf: "\\\"".utf8)
      case UInt8(ascii: "\\"): output.append(contentsOf: "\\\\".utf8)
      case 10: output.append(contentsOf: "\\n".utf8)
      case 13: output.append(contentsOf: "\\r".utf8)
      case 9: output.append(contentsOf: "\\t".utf8)
      case 0..<32:
        let digits = String(byte, radix: 16)
        output.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8)
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
