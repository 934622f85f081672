internal import DurableWorkflows
internal import Foundation
internal import Logging
internal import WorkflowJournal
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Row s: a hot standby takes over from an owner that is killed, or frozen and woken up again.
struct StandbyRow: ReliabilityRow {
  let id = "s"
  let title = "take-over by a hot standby, from killed and from frozen owners"
  let contractLines = [1, 3]

  /// How many closed runs the journal has at the beginning, for each take-over that follows: 100,000 in continuous
  /// integration. All take-overs are of this one journal, which grows meanwhile.
  private static let closedPerKill = 500

  /// After how many milliseconds a frozen owner is ended.
  private static let frozenAfter = 500

  func run(_ order: RowOrder) async throws -> RowResult {
    var result = RowResult()
    let kills = order.size.units(ci: 60)
    var random = SeededRandom(order.seed, part: 0)
    try await takeOvers(kills, order, &random, &result)
    try await freezes(max(1, kills / 4), order, &random, &result)
    return result
  }

  // MARK: Killed

  private func takeOvers(
    _ kills: Int, _ order: RowOrder, _ random: inout SeededRandom, _ result: inout RowResult
  ) async throws {
    var pair = try StandbyPair(
      journal: "\(order.scratch)/killed", closed: StandbyRow.closedPerKill * kills, frozenAfter: 0)
    defer { pair.end() }
    var (times, afterCheckpoint) = (TakeOverTimes(), TakeOverTimes())
    for kill in 0..<kills {
      if kill % 4 == 3 {
        try takeOver(&pair, afterCheckpoint: true, order, &random, &afterCheckpoint, &result)
      } else {
        try takeOver(&pair, order, &random, &times, &result)
      }
    }
    pair.end()
    try await check(pair, order, &result)
    record(times, "", &result)
    record(afterCheckpoint, " right after a checkpoint", &result)
  }

  private struct TakeOverTimes {
    /// When the kernel had closed the owner's files, and with them given up its lock.
    var free: [Double] = []
    var ready: [Double] = []
    var first: [Double] = []
  }

  private func takeOver(
    _ pair: inout StandbyPair, afterCheckpoint: Bool = false, _ order: RowOrder, _ random: inout SeededRandom,
    _ times: inout TakeOverTimes, _ result: inout RowResult
  ) throws {
    _ = try pair.listen(milliseconds: 20 + random.below(80))
    if afterCheckpoint {
      pair.order("checkpoint")
      try pair.wait(for: "the checkpoint") { $0.owner.hasCheckpoint }
      result.count("kills right after a checkpoint")
    }
    let start = ContinuousClock.now
    pair.owner.process.kill()
    var lockIsFree: Double?
    try pair.wait(for: "the take-over") { pair in
      if pair.owner.hasEnded, lockIsFree == nil { lockIsFree = (ContinuousClock.now - start) / .milliseconds(1) }
      return pair.standby.isReady
    }
    if let lockIsFree { times.free.append(lockIsFree) }
    times.ready.append((ContinuousClock.now - start) / .milliseconds(1))
    try pair.wait(for: "the first request after the take-over") { $0.standby.hasStarted }
    times.first.append((ContinuousClock.now - start) / .milliseconds(1))
    let end = pair.owner.process.wait()
    if end != .signaled(SIGKILL) { result.fail("the owner \(end)", reproduce: order.command(row: id)) }
    result.count("kills")
    try pair.promote()
  }

  private func record(_ times: TakeOverTimes, _ when: String, _ result: inout RowResult) {
    record(times.free, "kill to the end of the owner\(when)", &result)
    record(times.ready, "take-over\(when)", &result)
    record(times.first, "kill to first durable request\(when)", &result)
  }

  private func record(_ times: [Double], _ name: String, _ result: inout RowResult) {
    let sorted = times.sorted()
    for (label, share) in [("p50", 0.5), ("p99", 0.99), ("max", 1.0)] where !sorted.isEmpty {
      let index = min(sorted.count - 1, Int(Double(sorted.count) * share))
      result.figures["\(name) \(label) ms"] = (sorted[index] * 10).rounded() / 10
    }
  }

  // MARK: Frozen

  private func freezes(
    _ rounds: Int, _ order: RowOrder, _ random: inout SeededRandom, _ result: inout RowResult
  ) async throws {
    var times: [Double] = []
    let journal = "\(order.scratch)/frozen"
    var pair = try StandbyPair(journal: journal, frozenAfter: StandbyRow.frozenAfter)
    defer { pair.end() }
    for round in 0..<rounds {
      _ = try pair.listen(milliseconds: 20 + random.below(80))
      let frozen = pair.owner.process
      let start = ContinuousClock.now
      _ = kill(frozen.id, SIGSTOP)
      result.count("freezes")
      if round % 2 == 0 {
        try pair.wait(for: "the take-over from a frozen owner") { $0.standby.isReady }
        times.append((ContinuousClock.now - start) / .milliseconds(1))
        _ = kill(frozen.id, SIGCONT)
        result.count("owners woken up after the take-over")
      } else {
        // Woken up at any moment of the take-over: either it is the owner still, or it is no more.
        let pause = StandbyRow.frozenAfter - 150 + random.below(400)
        let isLost = try pair.listen(milliseconds: pause) { $0.standby.isReady }
        _ = kill(frozen.id, SIGCONT)
        result.count(isLost ? "owners woken up after the take-over" : "owners woken up before or during it")
        let before = pair.owner.results
        let goesOn = try pair.listen(milliseconds: 5000) { $0.standby.isReady || $0.owner.results > before + 100 }
        if !goesOn { result.fail("neither process is the owner", reproduce: order.command(row: id)) }
        if !pair.standby.isReady {
          result.count("owners that were woken up in time and went on")
          frozen.kill()
          try pair.wait(for: "the take-over") { $0.standby.isReady }
        }
      }
      // It is no more: it was ended before the lock was given away.
      let end = frozen.wait()
      if end != .signaled(SIGKILL) { result.fail("the frozen owner \(end)", reproduce: order.command(row: id)) }
      _ = try pair.listen(milliseconds: 50)
      try checkEpochs(journal, order, &result)
      try pair.promote()
    }
    pair.end()
    try await check(pair, order, &result)
    record(times, "take-over from a frozen owner, of which \(StandbyRow.frozenAfter) ms patience,", &result)
  }

  /// No batch of an earlier owner stands behind one of a later owner.
  private func checkEpochs(_ journal: String, _ order: RowOrder, _ result: inout RowResult) throws {
    var epoch: UInt32 = 0
    var isOrdered = true
    // Its owner is using it: the last batches may look unfinished.
    _ = try Journal.verify(directory: journal) { batch in
      guard batch.checkpoint == 0 else { return }
      isOrdered = isOrdered && batch.epoch >= epoch
      epoch = batch.epoch
    }
    result.count("journals verified")
    if !isOrdered {
      result.fail("a batch of an earlier owner follows one of a later", reproduce: order.command(row: id))
    }
  }

  // MARK: What was acknowledged

  /// Every result that any owner reported stands in the journal.
  private func check(_ pair: StandbyPair, _ order: RowOrder, _ result: inout RowResult) async throws {
    for damage in try Journal.verify(directory: pair.journal).damage {
      result.fail("\(damage)", reproduce: order.command(row: id))
    }
    var options = WorkflowEngineOptions()
    options.logger = Logger(label: "check") { _ in SwiftLogNoOpLogHandler() }
    let engine = try await WorkflowEngine.open(
      directory: pair.journal, workflows: [StandbyRun.self], activities: [StandbySteps()], options: options)
    for (id, value) in pair.results {
      result.count("acknowledged results")
      let recorded = try await engine.client.handle(for: StandbyRun.self, id: id).result()
      if recorded != value {
        result.fail("\(id) gave \(value); the journal says \(recorded)", reproduce: order.command(row: id))
      }
    }
    try await engine.shutdown()
  }
}
