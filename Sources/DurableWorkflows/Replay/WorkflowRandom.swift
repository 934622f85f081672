/// A seeded generator: the same run draws the same numbers in every replay.
///
/// The algorithm is SplitMix64; it must never change, because old histories replay with it.
public struct WorkflowRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: String) {
    // FNV-1a over the run id.
    state = seed.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
