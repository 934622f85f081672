extension OrderedJSON {
  /// Reads JSON. `NaN` and `Infinity`, which Python writes for missing numbers, are read as null.
  ///
  /// Throws ``CPG1Error/Code/invalidData`` with the byte position.
  public init(parsing bytes: [UInt8]) throws {
    var parser = JSONParser(bytes: bytes)
    self = try parser.parseDocument()
  }

  /// Reads JSON text.
  public init(parsing text: String) throws {
    try self.init(parsing: Array(text.utf8))
  }
}

private struct JSONParser {
  static let maximumDepth = 128
  let bytes: [UInt8]
  var position = 0

  mutating func parseDocument() throws -> OrderedJSON {
    let value = try parseValue(depth: 0)
    skipBlanks()
    guard position == bytes.count else { throw failure("text after the end of the document") }
    return value
  }

  private func failure(_ what: String) -> CPG1Error {
    CPG1Error(.invalidData, "JSON, byte \(position): \(what)")
  }

  private mutating func skipBlanks() {
    while position < bytes.count, [32, 9, 10, 13].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard position + length <= bytes.count else { return false }
    let matches = String(decoding: bytes[position..<position + length], as: UTF8.self) == word.description
    if matches { position += length }
    return matches
  }

  private mutating func parseValue(depth: Int) throws -> OrderedJSON {
    guard depth < Self.maximumDepth else { throw failure("nested deeper than \(Self.maximumDepth) levels") }
    skipBlanks()
    guard position < bytes.count else { throw failure("a value is missing") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try parseObject(depth: depth)
    case UInt8(ascii: "["): return try parseArray(depth: depth)
    case UInt8(ascii: "\""): return .string(try parseString())
    default: break
    }
    if take("true") { return .bool(true) }
    if take("false") { return .bool(false) }
    if take("null") || take("NaN") || take("Infinity") || take("-Infinity") { return .null }
    return try parseNumber()
  }

  private mutating func parseObject(depth: Int) throws -> OrderedJSON {
    position += 1
    var members: [OrderedJSON.Member] = []
    skipBlanks()
    if consume("}") { return .object(members) }
    while true {
      skipBlanks()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw failure("a name is missing") }
      let name = try parseString()
      skipBlanks()
      guard consume(":") else { throw failure("':' is missing after \"\(name)\"") }
      members.append(.init(name, try parseValue(depth: depth + 1)))
      skipBlanks()
      if consume("}") { return .object(members) }
      guard consume(",") else { throw failure("',' or '}' is missing") }
    }
  }

  private mutating func parseArray(depth: Int) throws -> OrderedJSON {
    position += 1
    var elements: [OrderedJSON] = []
    skipBlanks()
    if consume("]") { return .array(elements) }
    while true {
      elements.append(try parseValue(depth: depth + 1))
      skipBlanks()
      if consume("]") { return .array(elements) }
      guard consume(",") else { throw failure("',' or ']' is missing") }
    }
  }

  private mutating func consume(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func parseNumber() throws -> OrderedJSON {
    let start = position
    let allowed = Set("+-.eE0123456789".utf8)
    while position < bytes.count, allowed.contains(bytes[position]) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard Double(text) != nil else {
      position = start
      throw failure("not a value")
    }
    return .number(text)
  }

  private mutating func parseString() throws -> String {
    position += 1
    var output: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: output, as: UTF8.self) else { throw failure("a string is not UTF-8") }
        return text
      case UInt8(ascii: "\\"): try parseEscape(into: &output)
      case 0..<32: throw failure("a control character in a string")
      default: output.append(byte)
      }
    }
    throw failure("a string has no closing quote")
  }

  private mutating func parseEscape(into output: inout [UInt8]) throws {
    guard position < bytes.count else { throw failure("an escape is cut") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): output.append(10)
    case UInt8(ascii: "t"): output.append(9)
    case UInt8(ascii: "r"): output.append(13)
    case UInt8(ascii: "b"): output.append(8)
    case UInt8(ascii: "f"): output.append(12)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
    case UInt8(ascii: "u"):
      var code = UInt32(try parseHex())
      if (0xD800..<0xDC00).contains(code), take("\\u") {
        let low = UInt32(try parseHex())
        guard (0xDC00..<0xE000).contains(low) else { throw failure("half a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair") }
      output.append(contentsOf: String(Character(scalar)).utf8)
    default: throw failure("an unknown escape")
    }
  }

  private mutating func parseHex() throws -> UInt16 {
    guard position + 4 <= bytes.count,
      let code = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw failure("\\u needs four hexadecimal digits") }
    position += 4
    return code
  }
}
