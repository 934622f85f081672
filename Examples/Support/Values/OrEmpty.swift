/// A text that may be missing in JSON; it is empty then. The workflow's own check names what is missing.
@propertyWrapper
public struct OrEmpty: Codable, Hashable, Sendable {
  /// The text.
  public var wrappedValue: String

  /// Creates the wrapper.
  public init(wrappedValue: String) { self.wrappedValue = wrappedValue }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? "" : try container.decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}

extension KeyedDecodingContainer {
  /// What synthesized decoders call for a property with the wrapper.
  public func decode(_ type: OrEmpty.Type, forKey key: Key) throws -> OrEmpty {
    try decodeIfPresent(type, forKey: key) ?? OrEmpty(wrappedValue: "")
  }
}
