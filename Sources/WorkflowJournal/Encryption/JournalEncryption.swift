internal import Crypto

/// A key of 256 bits for ``JournalEncryption``.
public struct JournalKey: Sendable, CustomStringConvertible {
  /// The number by which files name the key. It is not secret.
  public let identifier: UInt32
  let secret: SymmetricKey

  /// The number of bytes of a key.
  public static let byteCount = 32

  /// A key. Its bytes must come from a good source of randomness or a key service, not from a password.
  ///
  /// - Parameters:
  ///   - identifier: Its number, from 1. Never use a number for two keys.
  ///   - bytes: The 32 bytes.
  /// - Throws: `invalidOptions` when there are not 32 bytes or the number is 0.
  public init(identifier: UInt32, bytes: [UInt8]) throws(JournalError) {
    guard identifier > 0, bytes.count == Self.byteCount else {
      throw JournalError(
        .invalidOptions,
        "A key has a number from 1 and \(Self.byteCount) bytes; number \(identifier) has \(bytes.count) bytes."
      )
    }
    self.identifier = identifier
    secret = SymmetricKey(data: bytes)
  }

  /// The key's number, never its bytes.
  public var description: String { "key \(identifier)" }
}

/// Encryption of everything in a journal that its owner wrote: records and blobs.
///
/// Batches and blobs are encrypted with AES-GCM, with a key of their own for every file, derived from one of these
/// keys, the journal's identifier and a random salt. Not hidden are the number, sizes and times of batches, the number
/// of records in each, and the sizes of blobs. Checksums and the chain of hashes are over what stands in the files, so
/// a journal can be verified and copied without a key.
///
/// To replace a key, make the new one ``key`` and the old one a former key, and open the journal: what is written from
/// then on uses the new one. The old one is needed until no file names it any more. A journal that was not encrypted
/// can be opened with encryption: what is there stays readable as it is.
public struct JournalEncryption: Sendable {
  /// The key with which files are written.
  public var key: JournalKey
  /// Keys with which earlier files were written.
  public var formerKeys: [JournalKey]
  /// Draws 64 bits of a file's salt; `nil` draws them from the system. A simulation gives its own source, so that equal
  /// seeds write equal bytes.
  package var saltSource: (@Sendable () -> UInt64)?

  /// Encryption with the given keys.
  public init(key: JournalKey, formerKeys: [JournalKey] = []) {
    self.key = key
    self.formerKeys = formerKeys
  }

  func key(_ identifier: UInt32) -> JournalKey? {
    key.identifier == identifier ? key : formerKeys.first { $0.identifier == identifier }
  }

  /// A new salt without its check.
  func makeSalt() -> KeySalt {
    guard let saltSource else { return .random() }
    return KeySalt(high: saltSource(), low: saltSource(), check: 0)
  }

  var hasTwoKeysOfOneNumber: Bool {
    Set(formerKeys.map(\.identifier) + [key.identifier]).count != formerKeys.count + 1
  }
}

/// What makes a file's key its own: 16 random bytes, and 8 by which a wrong key is recognised.
struct KeySalt: Hashable, Sendable {
  static let byteCount = 24
  var high: UInt64
  var low: UInt64
  /// The first bytes of a keyed hash under the file's key.
  var check: UInt64

  static let none = KeySalt(high: 0, low: 0, check: 0)

  /// A new random salt without its check.
  static func random() -> KeySalt {
    var generator = SystemRandomNumberGenerator()
    return KeySalt(high: generator.next(), low: generator.next(), check: 0)
  }

  init(high: UInt64, low: UInt64, check: UInt64) {
    self.high = high
    self.low = low
    self.check = check
  }

  init(_ span: Span<UInt8>, at offset: Int) {
    high = span.load(UInt64.self, at: offset)
    low = span.load(UInt64.self, at: offset + 8)
    check = span.load(UInt64.self, at: offset + 16)
  }

  func store(in bytes: inout [UInt8], at offset: Int) {
    bytes.store(high, at: offset)
    bytes.store(low, at: offset + 8)
    bytes.store(check, at: offset + 16)
  }

  /// The random bytes.
  var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    store(in: &bytes, at: 0)
    return Array(bytes.prefix(16))
  }
}
