internal import CCRC32C

/// The Castagnoli cyclic redundancy check (CRC-32C, RFC 3720 appendix B.4), by the processor's instruction for it where
/// there is one, else sixteen bytes per step by tables.
///
/// It detects damage by accident: every burst of up to 32 bits, and all but one in 2^32 of anything longer. It is
/// no protection against intent; the chain of SHA-256 hashes over the batches is (``ChainHash``).
public enum CRC32C {
  /// The checksum of `bytes`.
  public static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
    update(0, bytes)
  }

  /// The checksum of `bytes`.
  public static func checksum(_ bytes: [UInt8]) -> UInt32 {
    update(0, bytes.span)
  }

  /// Continues a checksum: `update(checksum(a), b)` equals the checksum of `a` followed by `b`.
  public static func update(_ checksum: UInt32, _ bytes: Span<UInt8>) -> UInt32 {
    guard hasInstruction else { return updateByTables(checksum, bytes) }
    // The pointers stay inside the call, which reads `count` bytes of the input and an entry of the 4 * 256 per byte of
    // a checksum.
    return bytes.withUnsafeBufferPointer { input in
      shift.withUnsafeBufferPointer { ccrc32c_update(checksum, input.baseAddress, input.count, $0.baseAddress) }
    }
  }

  private static let hasInstruction = ccrc32c_is_available()

  /// The effect of `CCRC32C_STREAM` zero bytes on a checksum, byte by byte of it.
  private static let shift: [UInt32] = {
    // The effect on a checksum is that on its single bits, combined by exclusive or.
    let ofBits = (0..<32).map { bit in
      var crc = UInt32(1) << UInt32(bit)
      for _ in 0..<CCRC32C_STREAM { crc = (crc >> 8) ^ table[Int(crc & 0xFF)] }
      return crc
    }
    var shift = [UInt32](repeating: 0, count: 4 * 256)
    for index in shift.indices {
      for bit in 0..<8 where index >> bit & 1 == 1 { shift[index] ^= ofBits[index / 256 * 8 + bit] }
    }
    return shift
  }()

  /// ``update(_:_:)`` for any processor.
  static func updateByTables(_ checksum: UInt32, _ bytes: Span<UInt8>) -> UInt32 {
    // The pointers stay inside this function. `input` is read only below `input.count`; an index into the table is
    // a byte plus 256 times a constant below 16, and the table has 16 * 256 entries.
    bytes.withUnsafeBytes { input in
      table.withUnsafeBufferPointer { table in
        guard let t = table.baseAddress else { return checksum }
        var crc = ~checksum
        var index = 0
        let count = input.count
        while count - index >= 16 {
          let low = UInt64(littleEndian: input.loadUnaligned(fromByteOffset: index, as: UInt64.self)) ^ UInt64(crc)
          let high = UInt64(littleEndian: input.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self))
          crc = fold(t, low, 8) ^ fold(t, high, 0)
          index += 16
        }
        while index < count {
          crc = (crc >> 8) ^ t[Int(UInt8(truncatingIfNeeded: crc) ^ input[index])]
          index += 1
        }
        return ~crc
      }
    }
  }

  /// Looks eight bytes up in the tables `first + 7` (lowest byte) down to `first` (highest byte).
  @inline(__always)
  private static func fold(_ t: UnsafePointer<UInt32>, _ word: UInt64, _ first: Int) -> UInt32 {
    let base = t + first * 256
    let a = base[1792 + Int(word & 0xFF)] ^ base[1536 + Int((word >> 8) & 0xFF)]
    let b = base[1280 + Int((word >> 16) & 0xFF)] ^ base[1024 + Int((word >> 24) & 0xFF)]
    let c = base[768 + Int((word >> 32) & 0xFF)] ^ base[512 + Int((word >> 40) & 0xFF)]
    let d = base[256 + Int((word >> 48) & 0xFF)] ^ base[Int(word >> 56)]
    return a ^ b ^ c ^ d
  }

  /// Entry `256 * k + b` is the effect of byte `b` followed by `k` zero bytes. The polynomial is bit-reversed
  /// 0x1EDC6F41.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 16 * 256)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 {
        crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1
      }
      table[byte] = crc
    }
    for index in 256..<table.count {
      let shorter = table[index - 256]
      table[index] = (shorter >> 8) ^ table[Int(shorter & 0xFF)]
    }
    return table
  }()
}
