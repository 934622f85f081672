internal import DurableWorkflows
internal import WorkflowJournal

/// A world of its own with a sequence of process lives in it: all but the last end with a crash.
struct SimulatedUniverse<World: Sendable, Value: Equatable & Sendable>: Sendable {
  typealias Process = SimulatedProcess<World, Value>

  let configuration: SimulationConfiguration<World, Value>
  let crashes: [SimulatedCrash]
  /// Which order of things the first life has; equal numbers, equal orders.
  let schedule: UInt64

  struct Result: Sendable {
    var outcome: SimulationOutcome<Value>
    /// The durable calls of the first life.
    var calls: [DurableCall]
    var lives: Int
  }

  /// Lives through it and checks what must always hold.
  ///
  /// - Throws: ``CrashSimulationError`` without seed and crashes.
  func run() async throws -> Result {
    let acknowledgements = Acknowledgements()
    let world: World
    do {
      world = try await configuration.world()
    } catch {
      throw CrashSimulationError(.driveFailed, "the world could not be made", cause: error)
    }
    var fileSystem = InMemoryFileSystem()
    var time = configuration.options.startTime
    var records: [Process.Record] = []
    defer { for record in records { record.bury() } }
    while true {
      let crash = records.count < crashes.count ? crashes[records.count] : nil
      let record = await process(records.count + 1, fileSystem, time, crash, world, acknowledgements).live()
      records.append(record)
      switch record.end {
      case .finished(let outcome):
        let invariants = SimulationInvariants(
          runs: outcome.runs, acknowledgements: acknowledgements.all,
          lives: records.map { .init(start: $0.start, invocations: $0.invocations) })
        try invariants.check()
        return Result(outcome: outcome, calls: records[0].calls, lives: records.count)
      case .failed(let error):
        throw error
      case .crashed:
        guard let crash else {
          throw CrashSimulationError(.recoveryFailed, "the engine of life \(records.count) was shut down")
        }
        fileSystem = fileSystem.crash(crash.survival)
        time = record.endTime + crash.clockJump
      }
    }
  }

  private func process(
    _ number: Int, _ fileSystem: InMemoryFileSystem, _ start: Timestamp, _ crash: SimulatedCrash?, _ world: World,
    _ acknowledgements: Acknowledgements
  ) -> Process {
    var random = SimulationRandom(
      seed: configuration.seed, number == 1 ? schedule : UInt64(crashes.first?.call ?? 0), UInt64(number))
    let isSmall = number > 1 ? random.bool() : schedule > 0
    return Process(
      configuration: configuration, world: world, acknowledgements: acknowledgements, number: number,
      fileSystem: fileSystem, start: start, crash: crash, random: random, cacheSize: isSmall ? 1 : nil)
  }
}
