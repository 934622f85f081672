/// Which of a moment's changes survive.
enum Survivors: Sendable, CustomStringConvertible {
  /// Those whose bits are set.
  case mask(UInt64)
  /// The first so many.
  case prefix(Int)
  /// All but this one.
  case allBut(Int)
  /// This one alone.
  case only(Int)
  /// Each with probability one half.
  case random(UInt64)

  func contains(_ index: Int) -> Bool {
    switch self {
    case .mask(let mask): index < 64 && mask & (1 << UInt64(index)) != 0
    case .prefix(let count): index < count
    case .allBut(let dropped): index != dropped
    case .only(let kept): index == kept
    case .random(let seed):
      SeededRandom.bit(seed, index)
    }
  }

  var description: String {
    switch self {
    case .mask(let mask): "survive by the mask \(String(mask, radix: 2))"
    case .prefix(let count): "survive up to number \(count)"
    case .allBut(let dropped): "survive but number \(dropped)"
    case .only(let kept): "are lost but number \(kept)"
    case .random(let seed): "survive by the seed \(seed)"
    }
  }
}

extension SeededRandom {
  /// Bit number `index` of an endless random sequence.
  static func bit(_ seed: UInt64, _ index: Int) -> Bool {
    var random = SeededRandom(seed, part: index)
    return random.next() & 1 == 1
  }
}

/// How many of the states of a moment are tried.
///
/// All subsets where that is possible within the limit, at most 2^12; else all prefixes, all single losses, all single
/// survivors, and random subsets, at most 4,096.
struct CrashDepth: Sendable {
  let statesPerMoment: Int
  /// Of so many states, one is crashed again during its recovery.
  let recoveryInterval: Int

  init(statesPerMoment: Int) {
    self.statesPerMoment = min(statesPerMoment, 1 << 12)
    recoveryInterval = max(2, min(16, statesPerMoment))
  }

  struct States {
    var survivors: [Survivors]
    var isExhaustive: Bool
  }

  func states(of pending: [DiskImage.Change], using random: inout SeededRandom) -> States {
    if pending.count <= 12, 1 << pending.count <= max(statesPerMoment, 16) {
      return States(survivors: (0..<(UInt64(1) << UInt64(pending.count))).map { .mask($0) }, isExhaustive: true)
    }
    var survivors: [Survivors] = (0...pending.count).map { .prefix($0) }
    survivors += pending.indices.map { .allBut($0) }
    survivors += pending.indices.map { .only($0) }
    survivors += (0..<max(4, statesPerMoment - survivors.count)).map { _ in .random(random.next()) }
    return States(survivors: survivors, isExhaustive: false)
  }

  /// The states of a moment during recovery: every subset of few changes, else prefixes and some random ones.
  func recoveryStates(of pending: [DiskImage.Change], using random: inout SeededRandom) -> [Survivors] {
    if pending.count <= 3 { return (0..<(UInt64(1) << UInt64(pending.count))).map { .mask($0) } }
    let prefixes: [Survivors] = [.prefix(0), .prefix(pending.count), .prefix(pending.count / 2)]
    return prefixes + (0..<5).map { _ in .random(random.next()) }
  }
}
