internal import Crypto

/// A SHA-256 value in the chain of hashes over a journal's batches.
///
/// The hash of a batch covers its header, which holds the hash of the batch before, and its records. So the hash of
/// the last batch, the chain's head, fixes the whole journal: whoever keeps a copy of it elsewhere can tell later that
/// nothing before it was rewritten. Without such an outside copy, somebody with write access can rewrite a tail
/// undetected.
public struct ChainHash: Hashable, Sendable, CustomStringConvertible {
  var words: (UInt64, UInt64, UInt64, UInt64)

  /// The number of bytes of a hash.
  public static let byteCount = 32

  /// How many leading bytes of the previous batch's hash a batch header has space for.
  static let truncatedByteCount = 16

  /// Where there is no hash.
  static let zero = ChainHash(words: (0, 0, 0, 0))

  /// The hash from which a journal's first batch continues: SHA-256 of the journal's identifier.
  static func genesis(of identifier: JournalIdentifier) -> ChainHash {
    hash(identifier.bytes.span)
  }

  /// SHA-256 of `bytes`.
  static func hash(_ bytes: Span<UInt8>) -> ChainHash {
    var function = SHA256()
    bytes.withUnsafeBytes { function.update(bufferPointer: $0) }
    return function.finalize().withUnsafeBytes { digest in
      // A SHA-256 digest has 32 bytes; loads are in range.
      ChainHash(
        words: (
          UInt64(littleEndian: digest.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
          UInt64(littleEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
          UInt64(littleEndian: digest.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
          UInt64(littleEndian: digest.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        )
      )
    }
  }

  init(words: (UInt64, UInt64, UInt64, UInt64)) {
    self.words = words
  }

  /// Reads a hash from 32 bytes at `offset`, which the caller has checked to be there.
  init(_ bytes: Span<UInt8>, at offset: Int) {
    words = (
      bytes.load(UInt64.self, at: offset), bytes.load(UInt64.self, at: offset + 8),
      bytes.load(UInt64.self, at: offset + 16), bytes.load(UInt64.self, at: offset + 24)
    )
  }

  /// The 32 bytes of the hash.
  public var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    store(in: &bytes, at: 0)
    return bytes
  }

  func store(in bytes: inout [UInt8], at offset: Int) {
    bytes.store(words.0, at: offset)
    bytes.store(words.1, at: offset + 8)
    bytes.store(words.2, at: offset + 16)
    bytes.store(words.3, at: offset + 24)
  }

  /// The hash as 64 hexadecimal digits.
  public var description: String {
    hexadecimal(bytes)
  }

  /// Whether two hashes are equal.
  public static func == (left: ChainHash, right: ChainHash) -> Bool {
    left.words == right.words
  }

  /// Feeds the hash's first word, which is as well distributed as any, to `hasher`.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
  }
}
