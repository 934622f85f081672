/// The random 128-bit identifier (a version 4 UUID) that a journal gets when it is created and keeps for ever.
///
/// Every file and every batch carries it, so bytes of another journal are never taken for this one's.
public struct JournalIdentifier: Hashable, Sendable, CustomStringConvertible {
  let high: UInt64
  let low: UInt64

  /// A new random identifier.
  public init() {
    var generator = SystemRandomNumberGenerator()
    self.init(using: &generator)
  }

  /// A new identifier from the given source of randomness.
  public init(using generator: inout some RandomNumberGenerator) {
    high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
  }

  /// The identifier with the given upper and lower 64 bits, taken as they are.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads an identifier from 16 bytes at `offset`, which the caller has checked to be there.
  init(_ bytes: Span<UInt8>, at offset: Int) {
    high = bytes.load(UInt64.self, at: offset).byteSwapped
    low = bytes.load(UInt64.self, at: offset + 8).byteSwapped
  }

  /// Both halves combined by exclusive or: what a batch header has space for.
  var fold: UInt64 { high ^ low }

  /// The same for the batches of checkpoint `number`, so that no batch of a segment passes for one of a checkpoint.
  func fold(ofCheckpoint number: UInt32) -> UInt64 { fold ^ (UInt64(number) << 32 | 0x504B_4843) }

  /// The 16 bytes in network order, as RFC 9562 writes them.
  public var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 16)
    store(in: &bytes, at: 0)
    return bytes
  }

  func store(in bytes: inout [UInt8], at offset: Int) {
    bytes.store(high.byteSwapped, at: offset)
    bytes.store(low.byteSwapped, at: offset + 8)
  }

  /// The identifier in the usual form of 8-4-4-4-12 hexadecimal digits.
  public var description: String {
    let digits = Array(hexadecimal(bytes))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }
}
