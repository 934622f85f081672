public import DurableWorkflows

/// Encrypts whole payloads with AES-256-GCM, a new nonce each time.
///
/// The result has the encoding `binary/encrypted` and the name of its key as `encryption-key-id`; its data is the
/// nonce, the encrypted payload message and the tag, as in Temporal's samples for other languages.
public struct EncryptionCodec: PayloadCodec {
  /// The encoding of encrypted payloads.
  public static let encoding = "binary/encrypted"
  /// The metadata key that names the encryption key.
  public static let keyIDKey = "encryption-key-id"

  private let keys: EncryptionKeys

  /// A codec with the given keys.
  public init(_ keys: EncryptionKeys) { self.keys = keys }

  /// Encrypts a payload with the current key.
  public func encode(_ payload: Payload, in context: PayloadContext) throws -> Payload {
    Payload(
      metadata: [
        Payload.encodingKey: Array(EncryptionCodec.encoding.utf8), EncryptionCodec.keyIDKey: Array(keys.currentID.utf8),
      ],
      data: try keys.seal(PayloadBytes.encode(payload)))
  }

  /// Decrypts a payload with the key that it names.
  /// - Throws: ``PayloadCodecError``: `missingKey`, `wrongKey`, `damaged`.
  public func decode(_ payload: Payload, in context: PayloadContext) throws -> Payload {
    guard payload.encoding == EncryptionCodec.encoding, let id = payload.metadata[EncryptionCodec.keyIDKey] else {
      return payload
    }
    let bytes = try keys.open(payload.data, keyID: String(decoding: id, as: UTF8.self))
    guard let inner = PayloadBytes.decode(bytes) else {
      throw PayloadCodecError(.damaged, "what was decrypted is not a payload")
    }
    return inner
  }
}
