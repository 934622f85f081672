/// A serialised value: Temporal's `common.v1.Payload`.
///
/// The metadata key `encoding` names how `data` is encoded: `json/plain`, `binary/null`, `binary/plain`.
public struct Payload: Codable, Hashable, Sendable {
  /// Describes the data; the key `encoding` is always present in payloads that a converter made.
  public var metadata: [String: [UInt8]]
  /// The encoded value.
  public var data: [UInt8]

  /// Creates a payload from its parts.
  public init(metadata: [String: [UInt8]], data: [UInt8]) {
    self.metadata = metadata
    self.data = data
  }

  /// Creates a payload with nothing but an encoding as metadata.
  public init(encoding: String, data: [UInt8]) {
    self.init(metadata: [Payload.encodingKey: Array(encoding.utf8)], data: data)
  }

  /// The value of the metadata key `encoding`, or an empty string.
  public var encoding: String {
    String(decoding: metadata[Payload.encodingKey] ?? [], as: UTF8.self)
  }

  /// The metadata key that names the encoding.
  public static let encodingKey = "encoding"
  /// UTF-8 JSON.
  public static let jsonPlain = "json/plain"
  /// No value; `data` is empty.
  public static let binaryNull = "binary/null"
  /// Raw bytes.
  public static let binaryPlain = "binary/plain"

  static let jsonMetadata: [String: [UInt8]] = [encodingKey: Array(jsonPlain.utf8)]
  static let nullMetadata: [String: [UInt8]] = [encodingKey: Array(binaryNull.utf8)]
  static let bytesMetadata: [String: [UInt8]] = [encodingKey: Array(binaryPlain.utf8)]

  /// Whether this is the payload of "no value".
  public var isNull: Bool { metadata == Payload.nullMetadata }

  /// The payload of "no value".
  public static let null = Payload(metadata: nullMetadata, data: [])
}

extension Payload: CustomStringConvertible, CustomDebugStringConvertible {
  /// The encoding and the length; never the data, which must not come into logs by accident.
  public var description: String { "\(encoding.isEmpty ? "payload" : encoding), \(data.count) bytes" }

  /// Like ``description``.
  public var debugDescription: String { description }
}

/// The value of a workflow, activity or handler that takes or returns nothing.
///
/// Swift's `Void` cannot conform to `Codable`; the macros translate it to `Empty`. On the wire it is `binary/null`.
public struct Empty: Codable, Hashable, Sendable {
  /// Creates the only value.
  public init() {}
}
