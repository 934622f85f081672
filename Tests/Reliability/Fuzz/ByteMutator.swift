/// Changes bytes in the ways that break decoders.
struct ByteMutator: Sendable {
  var random: SeededRandom

  init(seed: UInt64, number: Int) { random = SeededRandom(seed, part: number) }

  /// Integers at which lengths and counts go wrong.
  private static let edges: [UInt64] = [
    0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 32,
    0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF,
  ]

  /// A few changes within a range, which keep the length.
  mutating func overwrite(_ bytes: inout [UInt8], in range: Range<Int>) {
    guard !range.isEmpty else { return }
    for _ in 0...random.below(4) {
      let position = range.lowerBound + random.below(range.count)
      switch random.below(5) {
      case 0: bytes[position] ^= 1 << UInt8(random.below(8))
      case 1: bytes[position] = UInt8(truncatingIfNeeded: random.next())
      case 2: bytes[position] = [0, 1, 0x7F, 0x80, 0xFF][random.below(5)]
      default:
        let width = [1, 2, 4, 8][random.below(4)]
        let value = Self.edges[random.below(Self.edges.count)] &+ UInt64(random.below(3)) &- 1
        for index in 0..<width where position + index < range.upperBound {
          bytes[position + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
      }
    }
  }

  /// Some changes that may also lengthen and shorten, or take parts of another input.
  mutating func mutate(_ bytes: inout [UInt8], with other: [UInt8]) {
    for _ in 0...random.below(3) {
      switch random.below(8) {
      case 0..<4: overwrite(&bytes, in: 0..<bytes.count)
      case 4: bytes.removeLast(random.below(bytes.count + 1))
      case 5:
        let position = random.below(bytes.count + 1)
        bytes.insert(contentsOf: random.bytes(1 + random.below(12)), at: position)
      case 6:
        guard !bytes.isEmpty else { continue }
        let start = random.below(bytes.count)
        bytes.removeSubrange(start..<min(bytes.count, start + 1 + random.below(12)))
      default:
        guard !other.isEmpty else { continue }
        let start = random.below(other.count)
        let part = other[start..<min(other.count, start + 1 + random.below(64))]
        bytes.insert(contentsOf: part, at: random.below(bytes.count + 1))
      }
    }
    // A long LEB128 integer where there was a short one.
    if random.oneIn(6), !bytes.isEmpty {
      let position = random.below(bytes.count)
      var value = Self.edges[random.below(Self.edges.count)]
      var encoded: [UInt8] = []
      while value >= 0x80 {
        encoded.append(UInt8(truncatingIfNeeded: value) | 0x80)
        value >>= 7
      }
      encoded.append(UInt8(value))
      bytes.replaceSubrange(position..<(position + 1), with: encoded)
    }
  }
}
