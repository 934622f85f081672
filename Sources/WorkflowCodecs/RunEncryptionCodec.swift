public import DurableWorkflows

/// Encrypts what belongs to a run with a key of its workflow id (``RunKeys``), so that it can be erased by destroying
/// that key.
///
/// Like ``EncryptionCodec``, with the reference to the run's key as `encryption-run-key`. A child's input is encrypted
/// with the key of the run that starts it.
public struct RunEncryptionCodec: PayloadCodec {
  /// The metadata key that names the run's key.
  public static let runKeyKey = "encryption-run-key"

  private let keys: RunKeys

  /// A codec with the given keys.
  public init(_ keys: RunKeys) { self.keys = keys }

  /// Encrypts a payload with the key of its run, which is made when there is none.
  public func encode(_ payload: Payload, in context: PayloadContext) throws -> Payload {
    let (reference, key) = try keys.current(context)
    return Payload(
      metadata: [
        Payload.encodingKey: Array(EncryptionCodec.encoding.utf8),
        RunEncryptionCodec.runKeyKey: Array(reference.utf8),
      ],
      data: try AESGCM.seal(PayloadBytes.encode(payload), with: key))
  }

  /// Decrypts a payload with the key that it names.
  /// - Throws: ``PayloadCodecError``: `erased`, `missingKey`, `wrongKey`, `damaged`, `unavailable`.
  public func decode(_ payload: Payload, in context: PayloadContext) throws -> Payload {
    guard payload.encoding == EncryptionCodec.encoding,
      let reference = payload.metadata[RunEncryptionCodec.runKeyKey].map({ String(decoding: $0, as: UTF8.self) })
    else { return payload }
    guard let bytes = AESGCM.open(payload.data, with: try keys.key(reference)) else {
      throw PayloadCodecError(
        .wrongKey, "the run key '\(reference)' does not decrypt the data: it is another key, or the data is damaged")
    }
    guard let inner = PayloadBytes.decode(bytes) else {
      throw PayloadCodecError(.damaged, "what was decrypted is not a payload")
    }
    return inner
  }
}
