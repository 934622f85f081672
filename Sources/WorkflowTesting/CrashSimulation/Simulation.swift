internal import DurableWorkflows
internal import WorkflowJournal

/// A simulation under way.
struct Simulation<World: Sendable, Value: Equatable & Sendable>: Sendable {
  typealias Universe = SimulatedUniverse<World, Value>

  let configuration: SimulationConfiguration<World, Value>

  private var options: CrashSimulationOptions { configuration.options }

  func run(only: [SimulatedCrash]?) async throws -> CrashSimulationReport {
    let undisturbed = try await universe([])
    let expected = undisturbed.outcome
    let again = try await universe([], schedule: 1)
    if let (expected, actual) = again.outcome.difference(from: expected, comparesRuns: options.comparesRuns) {
      throw located(
        CrashSimulationError(
          .unstable, "without any crash the outcome depends on the order in which things run, or on something outside",
          expected: expected, actual: actual), at: [])
    }
    var report = CrashSimulationReport(
      seed: configuration.seed, durableCalls: undisturbed.calls.count, crashPoints: 0, lives: 2,
      runs: expected.runs.count, workflowTypes: Set(expected.runs.compactMap(\.workflowType)),
      replays: 2 * expected.runs.count)
    for crashes in only.map({ [$0] }) ?? points(undisturbed.calls) {
      try Task.checkCancellation()
      let result = try await universe(crashes, expecting: expected)
      report.crashPoints += 1
      report.lives += result.lives
      report.replays += result.outcome.runs.count
    }
    return report
  }

  // MARK: One universe

  private func universe(
    _ crashes: [SimulatedCrash], schedule: UInt64 = 0, expecting expected: SimulationOutcome<Value>? = nil
  ) async throws -> Universe.Result {
    do {
      let result = try await Universe(configuration: configuration, crashes: crashes, schedule: schedule).run()
      try await replay(result.outcome.runs)
      if let expected,
        let (expected, actual) = result.outcome.difference(from: expected, comparesRuns: options.comparesRuns)
      {
        throw CrashSimulationError(
          .outcomeDiffers, "the outcome after a crash is not that of the undisturbed process", expected: expected,
          actual: actual)
      }
      return result
    } catch var error as CrashSimulationError {
      if let expected, crashes.contains(where: { $0.clockJump > .milliseconds(1) }) {
        error.needsClockJump = await isHarmlessWithoutJumps(crashes, expected)
      }
      throw located(error, at: crashes)
    }
  }

  private func located(_ error: CrashSimulationError, at crashes: [SimulatedCrash]) -> CrashSimulationError {
    var error = error
    error.seed = configuration.seed
    error.crashes = crashes
    return error
  }

  private func isHarmlessWithoutJumps(
    _ crashes: [SimulatedCrash], _ expected: SimulationOutcome<Value>
  ) async -> Bool {
    let crashes = crashes.map { SimulatedCrash(call: $0.call, survival: $0.survival) }
    guard let result = try? await universe(crashes, expecting: nil) else { return false }
    return result.outcome.difference(from: expected, comparesRuns: options.comparesRuns) == nil
  }

  private func replay(_ runs: [SimulatedRun]) async throws {
    var engineOptions = WorkflowEngineOptions()
    options.configure(&engineOptions)
    let replayer = WorkflowReplayer(
      workflows: configuration.workflows, payloadConverter: engineOptions.payloadConverter,
      interceptors: engineOptions.interceptors)
    for run in runs {
      do {
        try await replayer.replay(run.history)
      } catch {
        throw CrashSimulationError(
          .replayFailed, "the history of '\(run.execution.workflowID)' does not replay", cause: error)
      }
    }
  }

  // MARK: Crash points

  /// Every durable call, the end, and everything that the disk may hold there.
  private func points(_ calls: [DurableCall]) -> [[SimulatedCrash]] {
    var points: [[SimulatedCrash]] = []
    // After all others, so that what one crash shows is shown with one.
    var twice: [[SimulatedCrash]] = []
    for number in 1...(calls.count + 1) {
      var random = SimulationRandom(seed: configuration.seed, 0x706F_696E_7473, UInt64(number))
      let survivals = number <= calls.count ? calls[number - 1].survivals(&random) : [.synced]
      for survival in survivals {
        let crash = SimulatedCrash(
          call: number, survival: survival, clockJump: random.duration(in: options.clockJump))
        points.append([crash])
        if options.crashesTwice, random.below(4) == 0 { twice.append([crash, secondCrash(&random)]) }
      }
    }
    points += twice
    guard points.count > options.maximumCrashPoints else { return points }
    var random = SimulationRandom(seed: configuration.seed, 0x6472_6177)
    let chosen = points.indices.shuffled(using: &random).prefix(max(1, options.maximumCrashPoints)).sorted()
    return chosen.map { points[$0] }
  }

  /// A crash during recovery or soon after it.
  private func secondCrash(_ random: inout SimulationRandom) -> SimulatedCrash {
    let survivals: [CrashSurvival] = [
      .synced, .everything, .random(seed: random.next()), .prefix(count: 0, tornBytes: 1 + random.below(1024)),
    ]
    return SimulatedCrash(
      call: 1 + random.below(20), survival: survivals[random.below(survivals.count)],
      clockJump: random.duration(in: options.clockJump))
  }
}
