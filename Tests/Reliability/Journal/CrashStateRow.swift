internal import Synchronization
internal import WorkflowJournal

/// Row e: every state in which a crash may leave the disk, around every sync of short lives, and again while the
/// journal is recovered.
struct CrashStateRow: ReliabilityRow {
  let id = "e"
  let title = "crash states: subsets and orders of writes, sizes and names, two crashes deep; cuts of a real ext4"
  let contractLines = [1, 2, 3]

  /// What a life has behind it when the operations begin.
  static let prologues = ["", "aa", "aarwabcia", "arabciabca"]

  func run(_ order: RowOrder) async throws -> RowResult {
    let wanted = order.size.units(ci: 100_000)
    var lives = Self.lives()
    if let only = order.onlyCase { lives = lives.filter { $0 == only } }
    // A life has about ten moments, of which most leave four states; all lives together are the least for a whole run.
    let moments = lives.count * 10
    let step = order.onlyCase == nil ? max(1, moments * 4 / max(wanted, 1)) : 1
    let depth = CrashDepth(statesPerMoment: order.onlyCase == nil ? max(8, wanted / moments) : 1 << 12)
    let chosen = stride(from: Int(order.seed % UInt64(step)), to: lives.count, by: step).map { lives[$0] }
    // Most moments have few states. More of them come from other records, which end in other sectors.
    let rounds = order.onlyCase == nil ? max(1, wanted / 100_000) : 1
    let count = chosen.count * rounds
    var result = try await inParallel(64) { part in
      var result = RowResult()
      for index in stride(from: part, to: count, by: 64) {
        var round = order
        round.seed &+= UInt64(index / chosen.count)
        Self.run(chosen[index % chosen.count], depth, round, part: index % chosen.count, &result)
      }
      return result
    }
    result.count("lives", count)
    if order.onlyCase == nil { result.add(try await RealFileSystemCuts(order: order).run()) }
    return result
  }

  /// All sequences of up to three operations behind every prologue.
  static func lives() -> [String] {
    let operations = JournalLife.Operation.allCases.map { String($0.rawValue) }
    var sequences = [""]
    var all = sequences
    for _ in 0..<3 {
      sequences = sequences.flatMap { sequence in operations.map { sequence + $0 } }
      all += sequences
    }
    return prologues.flatMap { prologue in all.map { prologue + "." + $0 } }
  }

  /// A moment at which the machine may stop, and what may be found then.
  struct Crash: Sendable {
    var moment: CrashDisk.Moment
    var legal: [Transcript]
  }

  private static func run(
    _ name: String, _ depth: CrashDepth, _ order: RowOrder, part: Int, _ result: inout RowResult
  ) {
    var random = SeededRandom(order.seed, part: part)
    let (crashes, violation) = crashes(of: name, seed: order.seed)
    func fail(_ message: String) {
      result.fail("the life '\(name)': \(message)", reproduce: order.command(row: "e", onlyCase: name))
    }
    if let violation { fail(violation) }
    result.count("moments", crashes.count)
    for (index, crash) in crashes.enumerated() {
      let states = depth.states(of: crash.moment.pending, using: &random)
      if states.isExhaustive { result.count("moments with every subset") }
      for (state, survivors) in states.survivors.enumerated() {
        result.count("states")
        // Every state of a short list, and some of a long one, is left again while it is recovered.
        let goesDeeper = state % depth.recoveryInterval == 0
        if let problem = recover(crash, survivors, goesDeeper, depth, &random, &result) {
          let changes = crash.moment.pending.count
          fail("crash \(index + 1) of \(crashes.count), of \(changes) changes \(survivors): \(problem)")
        }
      }
    }
  }

  /// Lives the life, and returns every moment at which it may have been cut off.
  private static func crashes(of name: String, seed: UInt64) -> (crashes: [Crash], violation: String?) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let (prologue, operations) = (parts.first ?? "", parts.last ?? "")
    let disk = CrashDisk()
    let life = JournalLife(on: disk, .tiny, seed: seed)
    life.live(prologue.compactMap { JournalLife.Operation(rawValue: $0) })
    let collected = Mutex<[Crash]>([])
    let ledger = life.ledger
    disk.observe { moment in collected.withLock { $0.append(Crash(moment: moment, legal: ledger.legal)) } }
    life.live(operations.compactMap { JournalLife.Operation(rawValue: $0) })
    life.drop()
    disk.observe(nil)
    let last = Crash(moment: disk.moment, legal: ledger.legal)
    return (collected.withLock { $0 } + [last], life.violation)
  }

  /// Opens what a crash left, checks it, and crashes again during that.
  private static func recover(
    _ crash: Crash, _ survivors: Survivors, _ goesDeeper: Bool, _ depth: CrashDepth, _ random: inout SeededRandom,
    _ result: inout RowResult
  ) -> String? {
    let disk = crash.moment.disk(keeping: survivors.contains)
    if let problem = JournalLife.complaint(about: disk, .tiny, legal: crash.legal, crash: { $0.crashed() }) {
      return problem
    }
    guard goesDeeper else { return nil }
    let collected = Mutex<[CrashDisk.Moment]>([])
    let recovering = crash.moment.disk(keeping: survivors.contains)
    recovering.observe { moment in collected.withLock { $0.append(moment) } }
    do {
      _ = try openJournal(recovering, .tiny)
    } catch {
      return "a second recovery of the same state throws \(error)"
    }
    recovering.observe(nil)
    let recovery = collected.withLock { $0 }
    for (index, moment) in recovery.enumerated() {
      for survivors in depth.recoveryStates(of: moment.pending, using: &random) {
        result.count("states of a crash during recovery")
        // The first open has not returned yet, so that anything legal before is still legal.
        let again = moment.disk(keeping: survivors.contains)
        if let problem = JournalLife.complaint(about: again, .tiny, legal: crash.legal, crash: { $0.crashed() }) {
          return "then crash \(index + 1) of the recovery, \(survivors): \(problem)"
        }
      }
    }
    return nil
  }
}
