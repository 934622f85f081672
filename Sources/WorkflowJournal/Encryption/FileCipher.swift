internal import Crypto

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Encrypts and decrypts the batches of one segment or checkpoint part, or one blob, with that file's own key.
struct FileCipher: Sendable {
  /// What a file is, so that no two kinds share a key.
  enum Purpose: String {
    case segment, checkpoint, blob
    /// Not a file: the names of blobs.
    case blobName
  }

  /// How many bytes encryption adds to a batch: the tag.
  static let overhead = 16

  /// The number of the key from which this one is derived.
  let keyIdentifier: UInt32
  /// The salt with its check, as it stands in the file's header.
  let salt: KeySalt
  private let key: SymmetricKey

  /// The cipher of a file, derived from `key`.
  init(_ key: JournalKey, _ purpose: Purpose, _ identifier: JournalIdentifier, salt: KeySalt) {
    keyIdentifier = key.identifier
    self.key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: key.secret,
      salt: identifier.bytes + salt.bytes,
      info: Array("swift-durable-workflows \(purpose.rawValue)".utf8),
      outputByteCount: 32
    )
    var salt = salt
    let check = HMAC<SHA256>.authenticationCode(for: Array("check".utf8), using: self.key)
    salt.check = check.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }.littleEndian
    self.salt = salt
  }

  /// The cipher for a file whose header names a key, or `nil` when it names none.
  ///
  /// Throws `missingKey` and `wrongKey`.
  init?(
    _ encryption: JournalEncryption?,
    _ purpose: Purpose,
    _ identifier: JournalIdentifier,
    keyIdentifier: UInt32,
    salt: KeySalt,
    file: String
  ) throws(JournalError) {
    guard keyIdentifier != 0 else { return nil }
    guard let key = encryption?.key(keyIdentifier) else {
      throw JournalError(
        .missingKey,
        "The file is encrypted with key \(keyIdentifier), which was not given. Add it to the journal's encryption.",
        file: file
      )
    }
    self.init(key, purpose, identifier, salt: salt)
    guard self.salt == salt else {
      throw JournalError(
        .wrongKey,
        "The file is encrypted with another key than the one that was given under number \(keyIdentifier). Give the "
          + "right one.",
        file: file
      )
    }
  }

  // MARK: Batches

  /// Encrypts the records of a batch in place and appends the tag. `bytes` holds space for the header, then records.
  ///
  /// The nonce is the epoch and the sequence number. Within one file no two batches have the same: a file is written by
  /// one open, an epoch is one open's, and a batch is written once.
  func seal(_ bytes: inout [UInt8], _ header: BatchHeader) throws(JournalError) {
    do {
      let box = try AES.GCM.seal(
        bytes[BatchHeader.byteCount...],
        using: key,
        nonce: try Self.nonce(header),
        authenticating: Self.authenticated(header)
      )
      bytes.replaceSubrange(BatchHeader.byteCount..., with: box.ciphertext)
      bytes.append(contentsOf: box.tag)
    } catch {
      throw JournalError(.io, "Encrypting a batch failed: \(error).", cause: error)
    }
  }

  /// The records of the batch whose `header.length` bytes begin at `payload` in `window`; `nil` when they were not
  /// encrypted by this cipher.
  func open(_ window: [UInt8], at payload: Int, _ header: BatchHeader) -> [UInt8]? {
    let length = Int(header.length)
    guard length >= Self.overhead, payload >= 0, payload + length <= window.count else { return nil }
    let split = payload + length - Self.overhead
    return try? [UInt8](
      AES.GCM.open(
        AES.GCM.SealedBox(
          nonce: Self.nonce(header),
          ciphertext: window[payload..<split],
          tag: window[split..<(payload + length)]
        ),
        using: key,
        authenticating: Self.authenticated(header)
      )
    )
  }

  private static func nonce(_ header: BatchHeader) throws -> AES.GCM.Nonce {
    var bytes = [UInt8](repeating: 0, count: 12)
    bytes.store(header.epoch, at: 0)
    bytes.store(header.sequence, at: 4)
    return try AES.GCM.Nonce(data: bytes)
  }

  /// The header without its checksums: that of the records is over what is encrypted.
  private static func authenticated(_ header: BatchHeader) -> [UInt8] {
    var header = header
    header.payloadChecksum = 0
    var bytes = [UInt8](repeating: 0, count: BatchHeader.byteCount)
    header.store(in: &bytes)
    return Array(bytes.prefix(60))
  }

  // MARK: Blobs

  /// Encrypts a whole blob. The key is the file's own and used once, so the nonce is zero.
  func seal(blob bytes: [UInt8], authenticating header: [UInt8]) throws(JournalError) -> [UInt8] {
    do {
      let box = try AES.GCM.seal(
        bytes,
        using: key,
        nonce: try AES.GCM.Nonce(data: [UInt8](repeating: 0, count: 12)),
        authenticating: header
      )
      return [UInt8](box.ciphertext) + [UInt8](box.tag)
    } catch {
      throw JournalError(.io, "Encrypting a blob failed: \(error).", cause: error)
    }
  }

  /// The bytes of a blob; `nil` when they were not encrypted by this cipher.
  func open(blob bytes: [UInt8], authenticating header: [UInt8]) -> [UInt8]? {
    guard bytes.count >= Self.overhead else { return nil }
    let split = bytes.count - Self.overhead
    return try? [UInt8](
      AES.GCM.open(
        AES.GCM.SealedBox(
          nonce: AES.GCM.Nonce(data: [UInt8](repeating: 0, count: 12)),
          ciphertext: bytes[..<split],
          tag: bytes[split...]
        ),
        using: key,
        authenticating: header
      )
    )
  }

  /// A keyed hash of a blob's bytes, so that its name tells nothing to those without the key.
  func name(ofBlob bytes: Span<UInt8>) -> ChainHash {
    var function = HMAC<SHA256>(key: key)
    bytes.withUnsafeBytes { function.update(data: $0) }
    let code = [UInt8](function.finalize())
    return ChainHash(code.span, at: 0)
  }
}
