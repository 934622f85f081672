/// A payload converter with a chain of codecs behind it, as in Temporal's SDKs.
///
/// ```swift
/// options.payloadConverter = DataConverter(codecs: [ZlibCodec(), EncryptionCodec(keys)], encodesFailures: true)
/// ```
///
/// Engine, workflows, activities and clients of the engine use it everywhere; a client elsewhere needs an equal one.
public struct DataConverter: PayloadConverter {
  /// Turns values into payloads.
  public var payloadConverter: any PayloadConverter
  /// What changes them then: encoding goes from the first to the last, decoding back.
  public var codecs: [any PayloadCodec]
  /// Whether the messages and stack traces of failures are encoded too (Temporal's `encodeCommonAttributes`). Their
  /// types stay readable: retry policies need them. Details always go through the codecs.
  public var encodesFailures: Bool
  /// What the values belong to.
  var context = PayloadContext()
  /// Is told of every codec's error.
  var onCodecError: (@Sendable (PayloadCodecError) -> Void)?

  /// A converter of the given parts.
  public init(
    payloadConverter: any PayloadConverter = JSONPayloadConverter(), codecs: [any PayloadCodec],
    encodesFailures: Bool = false
  ) {
    self.payloadConverter = payloadConverter
    self.codecs = codecs
    self.encodesFailures = encodesFailures
  }

  /// Converts and encodes a value.
  /// - Throws: ``PayloadConversionError``, ``PayloadCodecError``.
  public func payload(for value: some Encodable) throws -> Payload {
    try encode(try payloadConverter.payload(for: value))
  }

  /// Decodes and converts a payload.
  /// - Throws: ``PayloadConversionError``, ``PayloadCodecError``.
  public func value<Value: Decodable>(of payload: Payload, as type: Value.Type) throws -> Value {
    try payloadConverter.value(of: try decode(payload), as: type)
  }

  /// The same converter for values that belong to a run.
  public func bound(
    to context: PayloadContext, onCodecError: (@Sendable (PayloadCodecError) -> Void)?
  ) -> any PayloadConverter {
    var bound = self
    bound.context = context
    bound.onCodecError = onCodecError ?? self.onCodecError
    return bound
  }

  /// Encodes a payload.
  public func encode(_ payload: Payload) throws -> Payload {
    try reporting { try codecs.reduce(payload) { try $1.encode($0, in: context) } }
  }

  /// Decodes a payload.
  public func decode(_ payload: Payload) throws -> Payload {
    try reporting { try codecs.reversed().reduce(payload) { try $1.decode($0, in: context) } }
  }

  private func reporting<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as PayloadCodecError {
      onCodecError?(error)
      throw error
    }
  }
}
