/// Divides a given time among rows: every row gets the same share of what it does in continuous integration. The share
/// follows from how long the rows took when they were last run at that size, and is set anew after each row, by how
/// fast this machine is.
struct RunBudget {
  /// What each row that is still to be run takes at the size of continuous integration, in seconds.
  private var rest: [String: Double]
  /// The seconds that are left.
  private var left: Double
  /// What the rows so far should have taken, and what they took.
  private var expected = 0.0
  private var taken = 0.0

  /// What a row is taken to cost that was never run at that size.
  private static let unknownCost = 60.0

  /// - Parameter report: Earlier runs of the rows.
  init(minutes: Double, rows: [String], report: ReliabilityReport) {
    left = minutes * 60
    rest = [:]
    for row in rows {
      let known = report.rows[row].flatMap { $0.size == RunSize.ci.description ? $0.seconds : nil }
      rest[row] = max(1, known ?? Self.unknownCost)
    }
  }

  /// How much of its work at the size of continuous integration the next row is to do.
  var size: RunSize {
    let needed = rest.values.reduce(0, +) * (expected > 0 ? taken / expected : 1)
    let share = needed > 0 ? left / needed : 1
    // Two digits, as the size is recorded and given to a reproducing command.
    return share >= 1 ? .ci : .share(max(0.01, (share * 100).rounded(.down) / 100))
  }

  /// A row has been run at some size.
  mutating func take(_ row: String, size: RunSize, seconds: Double) {
    expected += (rest.removeValue(forKey: row) ?? 0) * size.share
    taken += seconds
    left -= seconds
  }
}
