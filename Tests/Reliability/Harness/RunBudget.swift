/// Divides a given time among rows: every row gets the same share of what it does in continuous integration. The share
/// follows from how long the rows took when they were last run at that size, as many beside each other as now, and is
/// set anew for each row, by how fast the rows before it went on this machine.
///
/// Times are in seconds since the rows began.
struct RunBudget {
  /// A row that has begun.
  private struct Running {
    var begin: Double
    /// What it takes, if it goes as it went when it was last run at the size of continuous integration.
    var expected: Double
  }

  /// What each row that has not begun takes at the size of continuous integration.
  private var rest: [String: Double]
  private var running: [String: Running] = [:]
  private let seconds: Double
  private let jobs: Double
  /// What the rows that have ended should have taken, and what they took.
  private var expected = 0.0
  private var taken = 0.0

  /// What a row is taken to cost that was never run at that size.
  private static let unknownCost = 60.0

  /// - Parameters:
  ///   - jobs: How many rows run at once.
  ///   - report: Earlier runs of the rows.
  init(minutes: Double, jobs: Int, rows: [String], report: ReliabilityReport) {
    seconds = minutes * 60
    self.jobs = Double(jobs)
    rest = [:]
    for row in rows { rest[row] = Self.cost(of: row, report) }
  }

  /// What a row took when it was last run at the size of continuous integration.
  static func cost(of row: String, _ report: ReliabilityReport) -> Double {
    let known = report.rows[row].flatMap { $0.size == RunSize.ci.description ? $0.seconds : nil }
    return max(1, known ?? unknownCost)
  }

  /// How much longer the rows take than they took, by those that have ended.
  private var pace: Double { expected > 0 ? taken / expected : 1 }

  /// A row begins.
  ///
  /// - Returns: How much of its work at the size of continuous integration it is to do.
  mutating func begin(_ row: String, at now: Double) -> RunSize {
    let own = rest[row] ?? Self.unknownCost
    let pace = pace
    let left = max(0, seconds - now)
    let underWay = running.values.reduce(0) { $0 + max(0, $1.expected * pace - (now - $1.begin)) }
    let needed = rest.values.reduce(0, +) * pace
    // Alone it may not take longer than there is time.
    let share = min((left * jobs - underWay) / needed, left / (own * pace))
    rest[row] = nil
    // Two digits, as the size is recorded and given to a reproducing command.
    let size: RunSize = share >= 1 ? .ci : .share(max(0.01, (share * 100).rounded(.down) / 100))
    running[row] = Running(begin: now, expected: own * size.share)
    return size
  }

  /// A row has ended.
  mutating func end(_ row: String, at now: Double) {
    guard let ended = running.removeValue(forKey: row) else { return }
    expected += ended.expected
    taken += now - ended.begin
  }
}
