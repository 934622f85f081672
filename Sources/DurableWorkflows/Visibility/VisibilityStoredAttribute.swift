/// A search attribute in the arena: the typed value that queries look at and, if the payload cannot be made from it
/// again, the payload.
struct VisibilityStoredAttribute {
  private enum Flag {
    /// The payload names the type.
    static let isTyped: UInt8 = 8
    /// The payload follows.
    static let hasPayload: UInt8 = 16
    /// The value is not of the attribute's type: queries take it for missing.
    static let isForeign: UInt8 = 32
  }

  private static let types: [SearchAttributeType] = [.keyword, .keywordList, .text, .int, .double, .bool, .datetime]

  static func bytes(of payload: Payload, _ type: SearchAttributeType) -> [UInt8] {
    var writer = ByteWriter(reserving: payload.data.count + 8)
    guard let value = SearchAttributeValue(payload, as: type), let code = types.firstIndex(of: type) else {
      writer.byte(Flag.isForeign | Flag.hasPayload)
      writer.payload(payload)
      return writer.bytes
    }
    var flags = UInt8(code)
    let plain = Payload(encoding: Payload.jsonPlain, data: value.json)
    if payload == plain {
      writer.byte(flags)
      writer.searchAttribute(value)
      return writer.bytes
    }
    if payload == .searchAttribute(value) {
      flags |= Flag.isTyped
    } else {
      flags |= Flag.hasPayload
    }
    writer.byte(flags)
    writer.searchAttribute(value)
    if flags & Flag.hasPayload != 0 { writer.payload(payload) }
    return writer.bytes
  }

  private let flags: UInt8
  private var cursor: VisibilityCursor
  private let size: Int

  @inline(__always)
  init(_ bytes: UnsafeRawBufferPointer) {
    cursor = VisibilityCursor(bytes)
    flags = cursor.byte()
    size = bytes.count
  }

  /// Where the value begins; `nil` if queries take it for missing.
  @inline(__always)
  var value: VisibilityCursor? { flags & Flag.isForeign != 0 ? nil : cursor }

  func payload() throws(RecordCodingError) -> Payload {
    var cursor = cursor
    let type = VisibilityStoredAttribute.types[Int(flags & 7)]
    let value = flags & Flag.isForeign != 0 ? nil : cursor.searchAttribute(type)
    if flags & Flag.hasPayload != 0 {
      var reader = ByteReader(Array(cursor.take(size - cursor.position)))
      return try reader.payload()
    }
    guard let value else { return .null }
    return flags & Flag.isTyped != 0
      ? .searchAttribute(value) : Payload(encoding: Payload.jsonPlain, data: value.json)
  }
}

extension ByteWriter {
  fileprivate mutating func searchAttribute(_ value: SearchAttributeValue) {
    switch value {
    case .keyword(let text), .text(let text): self.text(text)
    case .keywordList(let texts): array(texts) { $0.text($1) }
    case .int(let number): signed(number)
    case .double(let number): unsigned(number.bitPattern)
    case .bool(let flag): byte(flag ? 1 : 0)
    case .datetime(let time): signed(time.nanosecondsSinceEpoch)
    }
  }
}

extension VisibilityCursor {
  fileprivate mutating func searchAttribute(_ type: SearchAttributeType) -> SearchAttributeValue {
    switch type {
    case .keyword: .keyword(text())
    case .text: .text(text())
    case .keywordList: .keywordList((0..<unsigned()).map { _ in text() })
    case .int: .int(signed())
    case .double: .double(Double(bitPattern: unsigned()))
    case .bool: .bool(byte() != 0)
    case .datetime: .datetime(Timestamp(nanosecondsSinceEpoch: signed()))
    }
  }
}
