internal import DurableWorkflows
internal import Foundation
internal import Synchronization
internal import WorkflowJournal
internal import WorkflowTesting

/// Row f: the whole engine under a seeded scheduler, a virtual clock and a disk that fails, every seed twice.
struct SimulationRow: ReliabilityRow {
  let id = "f"
  let title = "deterministic simulation of the engine"
  let contractLines = [1, 3, 4, 7]

  /// What the seeds of a whole run must have come through.
  static let required = [
    "crash during recovery", "recovery failed twice in a row", "recovery ended by a failing disk",
    "life with a failing disk", "inputOutputError in write", "inputOutputError in synchronizeData",
    "noSpace in write", "tornWrite in write", "short in write", "short in read", "a sync takes time",
    "crash before write", "crash before synchronizeData", "crash before synchronizeDirectory", "crash before rename",
    "crash with unsynced changes", "a checkpoint was written", "crash during a checkpoint",
    "a payload went to a file of its own", "only the process ended", "everything unsynced was lost",
    "everything unsynced survived", "sectors survived at random", "a prefix survived, its last write torn",
    "update repeated after a crash", "signal repeated after a crash", "start repeated after a crash",
    "activity repeated after a crash", "timer fired in a later life", "WorkflowExecutionContinuedAsNew",
    "WorkflowExecutionCanceled", "WorkflowExecutionTerminated", "WorkflowExecutionTimedOut",
    "WorkflowExecutionFailed", "ActivityTaskFailed", "ActivityTaskCanceled", "ChildWorkflowExecutionCompleted",
    "ChildWorkflowExecutionCanceled", "MarkerRecorded", "TimerCanceled", "WorkflowExecutionUpdateCompleted",
    "WorkflowPropertiesModified", "ExternalWorkflowExecutionSignaled",
  ]

  func run(_ order: RowOrder) async throws -> RowResult {
    let seeds = order.size.units(ci: 10_000)
    if let only = order.onlyCase.flatMap({ UInt64($0) }) { return try await one(only, order, isVerbose: true) }
    let progress = SimulationProgress(seeds: seeds)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<ProcessInfo.processInfo.activeProcessorCount {
        group.addTask {
          while let index = progress.next() {
            progress.add(try await one(order.seed &* 1_000_003 &+ UInt64(index), order))
          }
        }
      }
      try await group.waitForAll()
    }
    var result = progress.result
    if seeds >= 10_000 {
      for damage in ["refused", "setAside"] where result.counts["flipped bits: \(damage)", default: 0] == 0 {
        result.fail("no flipped bit was \(damage)", reproduce: order.command(row: id))
      }
      for probe in SimulationRow.required where result.counts["probe: \(probe)", default: 0] == 0 {
        result.fail("no seed came through '\(probe)'", reproduce: order.command(row: id))
      }
    }
    return result
  }

  private func simulation(_ seed: UInt64, replays: Bool) -> FaultSimulation<Empty, [String]> {
    let drive = RandomDrive(world: RandomWorld(seed: seed))
    return FaultSimulation(
      workflows: [RandomWorkflow.self], seed: seed, limit: .days(3), replays: replays, world: { Empty() },
      activities: { _ in [RandomActivities()] }, drive: { try await drive.run($0) })
  }

  /// One seed, twice.
  private func one(_ seed: UInt64, _ order: RowOrder, isVerbose: Bool = false) async throws -> RowResult {
    var result = RowResult()
    let simulation = simulation(seed, replays: true)
    if isVerbose { say("  \(simulation.plan)\n  \(RandomWorld(seed: seed))") }
    result.count("seeds")
    do {
      let first = try await simulation.run()
      let second = try await self.simulation(seed, replays: false).run()
      result.count("double runs")
      if first.trace != second.trace || first.outcome != second.outcome {
        result.fail(
          "seed \(seed) ran differently the second time: traces \(hex(first.trace)) and \(hex(second.trace))",
          reproduce: order.command(row: id, onlyCase: "\(seed)"))
      }
      result.count("lives", first.lives + second.lives)
      result.count("workflow runs", first.runs + second.runs)
      result.count("replayed histories", first.replays)
      result.count("file system calls", first.calls + second.calls)
      result.figures["hours"] = (first.time + second.time) / .seconds(3600)
      // One seed in ten loses a bit as well.
      if seed % 10 == 0 {
        let damage = try await self.simulation(seed, replays: false).runWithDamage()
        result.count("flipped bits: \(damage.rawValue)")
      }
      for (name, count) in first.probes { result.count("probe: \(name)", count) }
      if isVerbose { say("  trace \(hex(first.trace)), \(first.outcome)") }
    } catch {
      result.fail(
        "seed \(seed), \(simulation.plan): \(error)", reproduce: order.command(row: id, onlyCase: "\(seed)"))
    }
    return result
  }

  private func hex(_ number: UInt64) -> String { String(number, radix: 16) }
}

/// Which seed is next, and what the seeds before have found.
private final class SimulationProgress: Sendable {
  private let seeds: Int
  private let state = Mutex((next: 0, hours: 0.0, result: RowResult()))

  init(seeds: Int) { self.seeds = seeds }

  /// The index of the next seed; `nil` when all are taken, or when enough is wrong.
  func next() -> Int? {
    state.withLock { state in
      guard state.next < seeds, state.result.failures.count < 5 else { return nil }
      if state.next > 0, state.next % 1000 == 0 { say("  \(state.next) seeds") }
      defer { state.next += 1 }
      return state.next
    }
  }

  func add(_ result: RowResult) {
    state.withLock { state in
      state.hours += result.figures["hours"] ?? 0
      state.result.add(result)
    }
  }

  var result: RowResult {
    state.withLock { state in
      var result = state.result
      result.figures = ["simulated days": (state.hours / 24).rounded()]
      return result
    }
  }
}
