/// What a row did and found.
struct RowResult: Sendable {
  /// How often what happened, by name.
  var counts: [String: Int] = [:]
  /// Measured values by name, with the unit in the name, for example `reopen p99 ms`.
  var figures: [String: Double] = [:]
  /// What is wrong. Any of these ends the command with status 1. At most ``failureLimit`` are kept.
  private(set) var failures: [RowFailure] = []
  /// Parts that could not run on this machine, and why.
  var skipped: [String] = []

  static let failureLimit = 20

  /// Adds to a count.
  mutating func count(_ name: String, _ number: Int = 1) {
    counts[name, default: 0] += number
  }

  /// Records something wrong, and counts it.
  mutating func fail(_ message: String, reproduce: String) {
    count("failures")
    if failures.count < Self.failureLimit { failures.append(RowFailure(message: message, reproduce: reproduce)) }
  }

  /// Adds what another part of the same row did. Figures of the other part win.
  mutating func add(_ other: RowResult) {
    counts.merge(other.counts, uniquingKeysWith: +)
    figures.merge(other.figures) { $1 }
    failures += other.failures.prefix(Self.failureLimit - failures.count)
    skipped += other.skipped
  }

  /// Whether nothing is wrong.
  var isPassed: Bool { counts["failures", default: 0] == 0 && failures.isEmpty }
}

/// Something that does not hold.
struct RowFailure: Codable, Sendable {
  /// What should hold and what was seen instead.
  var message: String
  /// The command that shows it again.
  var reproduce: String
}
