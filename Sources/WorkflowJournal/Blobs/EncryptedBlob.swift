/// How an encrypted blob stands in its file: a header of 64 bytes, the encrypted bytes, and 16 that authenticate both.
///
/// | bytes | content |
/// |---|---|
/// | 0–7 | `DWBLOBAE` |
/// | 8–9 | major version |
/// | 10–11 | zero |
/// | 12–15 | number of the key |
/// | 16–31 | journal identifier |
/// | 32–55 | what makes the file's key its own (``KeySalt``) |
/// | 56–59 | CRC-32C of everything behind the header, for verifying without a key |
/// | 60–63 | CRC-32C of the bytes before |
///
/// A file of a blob that is not encrypted holds the blob's bytes and nothing else; the lengths tell both apart.
struct EncryptedBlob {
  static let headerCount = 64
  static let overhead = headerCount + FileCipher.overhead
  private static let magic = Array("DWBLOBAE".utf8)

  var key: UInt32
  var identifier: JournalIdentifier
  var salt: KeySalt
  /// The encrypted bytes with their tag.
  var sealed: [UInt8]

  /// The part of the header that is authenticated.
  private var authenticated: [UInt8] {
    var bytes = Self.magic
    bytes.appendZeros(Self.headerCount - bytes.count)
    bytes.store(JournalFormat.majorVersion, at: 8)
    bytes.store(key, at: 12)
    identifier.store(in: &bytes, at: 16)
    salt.store(in: &bytes, at: 32)
    return bytes
  }

  var encoded: [UInt8] {
    var bytes = authenticated
    bytes.store(CRC32C.checksum(sealed), at: 56)
    bytes.store(CRC32C.checksum(bytes.span.extracting(0..<60)), at: 60)
    return bytes + sealed
  }

  /// Encrypts a blob with a key of its own.
  init(
    _ bytes: [UInt8],
    _ encryption: JournalEncryption,
    _ identifier: JournalIdentifier
  ) throws(JournalError) {
    let cipher = FileCipher(encryption.key, .blob, identifier, salt: encryption.makeSalt())
    key = encryption.key.identifier
    self.identifier = identifier
    salt = cipher.salt
    sealed = []
    sealed = try cipher.seal(blob: bytes, authenticating: authenticated)
  }

  /// Reads a file; `nil` when its checksums do not match.
  init?(decoding bytes: [UInt8]) {
    let span = bytes.span
    guard bytes.count >= Self.overhead, Array(bytes.prefix(8)) == Self.magic,
      span.load(UInt16.self, at: 8) == JournalFormat.majorVersion,
      span.load(UInt32.self, at: 60) == CRC32C.checksum(span.extracting(0..<60)),
      span.load(UInt32.self, at: 56) == CRC32C.checksum(span.extracting(Self.headerCount..<span.count))
    else { return nil }
    key = span.load(UInt32.self, at: 12)
    identifier = JournalIdentifier(span, at: 16)
    salt = KeySalt(span, at: 32)
    sealed = Array(bytes.dropFirst(Self.headerCount))
  }

  /// The blob's bytes; `nil` when they were changed or are not the blob of that name.
  ///
  /// Throws `missingKey`, `wrongKey`.
  func opened(
    _ encryption: JournalEncryption?,
    as reference: BlobReference,
    file: String
  ) throws(JournalError) -> [UInt8]? {
    let cipher = try FileCipher(encryption, .blob, identifier, keyIdentifier: key, salt: salt, file: file)
    guard let cipher, let source = encryption?.key(key),
      let bytes = cipher.open(blob: sealed, authenticating: authenticated),
      Self.reference(of: bytes.span, source, identifier) == reference
    else { return nil }
    return bytes
  }

  /// The reference of a blob in an encrypted store: its hash is keyed.
  static func reference(
    of bytes: Span<UInt8>,
    _ key: JournalKey,
    _ identifier: JournalIdentifier
  ) -> BlobReference {
    let cipher = FileCipher(key, .blobName, identifier, salt: .none)
    return BlobReference(hash: cipher.name(ofBlob: bytes), length: UInt64(bytes.count))
  }
}
