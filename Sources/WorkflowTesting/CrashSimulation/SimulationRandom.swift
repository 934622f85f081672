internal import DurableWorkflows

/// A small generator (SplitMix64). Every decision of a simulation draws from one that is seeded by the simulation's
/// seed and what the decision is about, so that decisions do not depend on each other.
struct SimulationRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator for one purpose.
  init(seed: UInt64, _ purpose: UInt64...) {
    state = seed
    for part in purpose { state = next() ^ (part &* 0x9E37_79B9_7F4A_7C15) }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, not including, `limit`; 0 if there is none.
  mutating func below(_ limit: Int) -> Int { limit > 1 ? Int.random(in: 0..<limit, using: &self) : 0 }

  mutating func bool() -> Bool { next() & 1 == 0 }

  /// A duration in whole milliseconds; the shortest one, every third time.
  mutating func duration(in range: ClosedRange<Duration>) -> Duration {
    let lower = range.lowerBound.inNanoseconds / 1_000_000
    let upper = range.upperBound.inNanoseconds / 1_000_000
    if below(3) == 0 { return .milliseconds(lower) }
    return .milliseconds(Int64.random(in: lower...max(lower, upper), using: &self))
  }
}
