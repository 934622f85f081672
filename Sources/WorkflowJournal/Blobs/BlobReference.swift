/// The name of a blob: the SHA-256 of its bytes, and how many there are. 40 bytes when encoded.
public struct BlobReference: Hashable, Sendable, CustomStringConvertible {
  /// SHA-256 of the bytes; in an encrypted store a keyed hash (HMAC-SHA-256), which tells nothing without the key.
  public let hash: ChainHash
  /// The number of bytes.
  public let length: UInt64

  /// The number of bytes that ``encoded`` gives.
  public static let encodedByteCount = 40

  /// The longest blob, with space for what encryption adds.
  private static let longest = UInt64(Int.max) - 1024

  init(hash: ChainHash, length: UInt64) {
    self.hash = hash
    self.length = length
  }

  /// The reference of the given bytes in a store that is not encrypted.
  public init(of bytes: Span<UInt8>) {
    hash = .hash(bytes)
    length = UInt64(bytes.count)
  }

  /// The reference that was encoded to `bytes`; `nil` unless there are exactly 40, and for a length that no file has.
  public init?(encoded bytes: [UInt8]) {
    guard bytes.count == Self.encodedByteCount else { return nil }
    hash = ChainHash(bytes.span, at: 0)
    length = bytes.span.load(UInt64.self, at: 32)
    guard length <= Self.longest else { return nil }
  }

  /// Hash and length as bytes, for records.
  public var encoded: [UInt8] {
    var bytes = hash.bytes
    bytes.appendZeros(8)
    bytes.store(length, at: 32)
    return bytes
  }

  /// The blob's file name: the hash as 64 hexadecimal digits, a dash and the length.
  public var description: String { "\(hash)-\(length)" }

  /// The reference that a file name stands for, or `nil` when it is something else's.
  init?(name: String) {
    let text = Array(name.utf8)
    guard text.count > 65, text[64] == UInt8(ascii: "-") else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: 64, by: 2) {
      guard let byte = UInt8(String(decoding: text[index...(index + 1)], as: UTF8.self), radix: 16) else { return nil }
      bytes.append(byte)
    }
    guard let length = UInt64(String(decoding: text[65...], as: UTF8.self)), length <= Self.longest else { return nil }
    hash = ChainHash(bytes.span, at: 0)
    self.length = length
    guard description == name else { return nil }
  }
}
