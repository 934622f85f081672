/// All arguments as they arrived: the input of a dynamic workflow, and the output of one that answers with raw
/// payloads.
public struct RawPayloads: Sendable {
  /// The payloads, one per argument.
  public let payloads: [Payload]
  let converter: any PayloadConverter

  /// Creates a value from payloads.
  public init(_ payloads: [Payload], converter: any PayloadConverter = JSONPayloadConverter()) {
    self.payloads = payloads
    self.converter = converter
  }

  /// Decodes the argument at `index` (from 0).
  /// - Throws: ``PayloadConversionError`` that names the argument.
  public func decode<Value: Decodable>(_ index: Int, as type: Value.Type = Value.self) throws -> Value {
    try Arguments(payloads, converter: converter, subject: "a dynamic workflow").decode(index, as: type)
  }
}

extension RawPayloads: Codable {
  private enum CodingKeys: String, CodingKey { case payloads }

  private struct Item: Codable {
    var metadata: [String: [UInt8]]
    var data: [UInt8]
  }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let items = try decoder.container(keyedBy: CodingKeys.self).decode([Item].self, forKey: .payloads)
    self.init(items.map { Payload(metadata: $0.metadata, data: $0.data) })
  }

  /// Writes the payloads with their metadata; used where raw payloads are one value among others.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(payloads.map { Item(metadata: $0.metadata, data: $0.data) }, forKey: .payloads)
  }
}
