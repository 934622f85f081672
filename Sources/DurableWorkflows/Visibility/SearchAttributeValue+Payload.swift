internal import FoundationEssentials

extension Payload {
  /// The payload of a search attribute: JSON, with the type's name in the metadata key `type`, as Temporal's SDKs write
  /// it.
  public static func searchAttribute(_ value: SearchAttributeValue) -> Payload {
    var payload = Payload(encoding: jsonPlain, data: value.json)
    payload.metadata[SearchAttributeValue.typeKey] = Array(value.type.rawValue.utf8)
    return payload
  }
}

extension SearchAttributeValue {
  /// The metadata key that names the type.
  static let typeKey = "type"

  /// The value of a payload; `nil` if the payload is none of a search attribute of the type.
  ///
  /// - Parameter type: the attribute's type; `nil` takes the one that the payload names, or else the one that its JSON
  ///   suggests: texts are keywords, lists of texts lists of keywords.
  public init?(_ payload: Payload, as type: SearchAttributeType? = nil) {
    guard payload.metadata[Payload.encodingKey] == Payload.jsonMetadata[Payload.encodingKey] else { return nil }
    let named = payload.metadata[SearchAttributeValue.typeKey].flatMap {
      SearchAttributeType(rawValue: String(decoding: $0, as: UTF8.self))
    }
    guard let value = SearchAttributeValue(json: payload.data, as: type ?? named) else { return nil }
    self = value
  }

  private init?(json data: [UInt8], as type: SearchAttributeType?) {
    func decode<Value: Decodable>(_ type: Value.Type) -> Value? {
      try? JSONDecoder().decode(type, from: Data(data))
    }
    switch type {
    case .keyword: self.init(SearchAttributeValue.plainText(data) ?? decode(String.self), SearchAttributeValue.keyword)
    case .text: self.init(SearchAttributeValue.plainText(data) ?? decode(String.self), SearchAttributeValue.text)
    case .keywordList:
      self.init(decode([String].self) ?? decode(String.self).map { [$0] }, SearchAttributeValue.keywordList)
    case .int: self.init(Int64(String(decoding: data, as: UTF8.self)) ?? decode(Int64.self), SearchAttributeValue.int)
    case .double: self.init(decode(Double.self), SearchAttributeValue.double)
    case .bool: self.init(decode(Bool.self), SearchAttributeValue.bool)
    case .datetime:
      self.init(decode(String.self).flatMap(Timestamp.init(rfc3339:)), SearchAttributeValue.datetime)
    case nil:
      let guesses: [SearchAttributeType] =
        switch data.first {
        case UInt8(ascii: "\""): [.keyword]
        case UInt8(ascii: "["): [.keywordList]
        case UInt8(ascii: "t"), UInt8(ascii: "f"): [.bool]
        default: [.int, .double]
        }
      for guess in guesses {
        if let value = SearchAttributeValue(json: data, as: guess) {
          self = value
          return
        }
      }
      return nil
    }
  }

  private init?<Value>(_ value: Value?, _ make: (Value) -> SearchAttributeValue) {
    guard let value else { return nil }
    self = make(value)
  }

  /// A JSON string without escapes.
  private static func plainText(_ data: [UInt8]) -> String? {
    guard data.count >= 2, data.first == UInt8(ascii: "\""), data.last == UInt8(ascii: "\"") else { return nil }
    let content = data[1..<data.count - 1]
    guard content.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) else { return nil }
    return String(validating: content, as: UTF8.self)
  }

  /// The value as JSON.
  var json: [UInt8] {
    switch self {
    case .keyword(let text), .text(let text): SearchAttributeValue.encoded(text)
    case .keywordList(let texts): SearchAttributeValue.encoded(texts)
    case .int(let number): Array(String(number).utf8)
    case .double(let number): SearchAttributeValue.encoded(number)
    case .bool(let flag): Array((flag ? "true" : "false").utf8)
    case .datetime(let time): Array("\"\(time)\"".utf8)
    }
  }

  private static func encoded(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    // Only numbers that are not finite have no JSON.
    return (try? encoder.encode(value)).map { Array($0) } ?? Array("null".utf8)
  }
}
