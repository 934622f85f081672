/// How one process life ends.
enum KillPlan: Sendable {
  /// By its parent, this many microseconds after it was started, which may be before it has opened its journal.
  case early(microseconds: Int)
  /// By its parent, some time after a number of runs have ended in it.
  case afterResults(Int, microseconds: Int)
  /// By its parent, this long after it was started.
  case afterTime(seconds: Double)
  /// By itself.
  case failpoint(Failpoint)
  /// Not at all.
  case never

  static func draw(_ random: inout SeededRandom, results: Int) -> KillPlan {
    switch random.below(20) {
    case 0, 1: .early(microseconds: random.below(60_000))
    case 2...10: .afterResults(random.below(results) + 1, microseconds: random.below(5000))
    default: .failpoint(Failpoint.draw(&random))
    }
  }

  var failpoint: Failpoint? {
    if case .failpoint(let failpoint) = self { failpoint } else { nil }
  }

  /// The name under which it is counted.
  var name: String {
    switch self {
    case .early: "kills soon after the start"
    case .afterResults, .afterTime: "kills at random times"
    case .failpoint(let failpoint): "kills \(failpoint.name)"
    case .never: "lives without a kill"
    }
  }
}
