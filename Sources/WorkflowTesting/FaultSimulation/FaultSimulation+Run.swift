internal import DurableWorkflows
internal import WorkflowJournal

extension FaultSimulation {
  typealias Process = SimulatedProcess<World, Outcome>

  /// Lives through it and checks what must always hold.
  ///
  /// - Throws: ``CrashSimulationError``.
  package func run() async throws -> Result {
    let trace = SimulationTrace()
    let acknowledgements = Acknowledgements()
    let world = try await configuration.world()
    var fileSystem = InMemoryFileSystem()
    var time = configuration.options.startTime
    var records: [Process.Record] = []
    defer { for record in records { record.bury() } }
    for (index, life) in plan.lives.enumerated() {
      let disturbance = DiskDisturbance(
        fault: life.fault, latency: life.latency, random: random(index + 1, purpose: 0x64_6973_6B), trace: trace)
      let process = Process(
        configuration: configuration, world: world, acknowledgements: acknowledgements, number: index + 1,
        fileSystem: fileSystem, start: time, crash: life.crash, random: random(index + 1, purpose: 0x6F_7264),
        cacheSize: life.cacheSize, disturbance: disturbance)
      let record = await process.live()
      records.append(record)
      try judge(record, disturbance)
      note(record, life, disturbance, trace, last: index > 0 ? records[index - 1] : nil)
      fileSystem = life.isKill ? fileSystem.copy() : fileSystem.crash(life.crash.survival)
      time = record.endTime + life.crash.clockJump
      trace.add("\(time) \(record.hasOpened)")
      trace.add(fileSystem)
    }
    let outcome = try await lastLife(&records, fileSystem, time, world, acknowledgements, trace)
    return try await finish(outcome, records, acknowledgements, trace)
  }

  private func random(_ life: Int, purpose: UInt64) -> SimulationRandom {
    SimulationRandom(seed: seed, purpose, UInt64(life))
  }

  /// A life that fails although nothing struck is a finding; one whose disk failed is over like one that crashed.
  private func judge(_ record: Process.Record, _ disturbance: DiskDisturbance) throws {
    guard case .failed(let error) = record.end else { return }
    if error.code == .recoveryFailed, disturbance.hasStruck { return }
    throw error
  }

  private func lastLife(
    _ records: inout [Process.Record], _ fileSystem: InMemoryFileSystem, _ time: Timestamp, _ world: World,
    _ acknowledgements: Acknowledgements, _ trace: SimulationTrace
  ) async throws -> SimulationOutcome<Outcome> {
    let number = records.count + 1
    let disturbance = DiskDisturbance(
      fault: nil, latency: .zero, random: random(number, purpose: 0x64_6973_6B), trace: trace)
    let record = await Process(
      configuration: configuration, world: world, acknowledgements: acknowledgements, number: number,
      fileSystem: fileSystem, start: time, crash: nil, random: random(number, purpose: 0x6F_7264),
      cacheSize: nil, disturbance: disturbance
    ).live()
    records.append(record)
    trace.add(fileSystem)
    switch record.end {
    case .finished(let outcome):
      if record.endTime - record.start > limit {
        throw CrashSimulationError(
          .stuck, "after the last misfortune it took \(record.endTime - record.start) until everything had ended")
      }
      return outcome
    case .failed(let error): throw error
    case .crashed: throw CrashSimulationError(.recoveryFailed, "the engine of the last life was shut down")
    }
  }

  private func finish(
    _ outcome: SimulationOutcome<Outcome>, _ records: [Process.Record], _ acknowledgements: Acknowledgements,
    _ trace: SimulationTrace
  ) async throws -> Result {
    let invariants = SimulationInvariants(
      runs: outcome.runs, acknowledgements: acknowledgements.all,
      lives: records.map { .init(start: $0.start, invocations: $0.invocations) })
    try invariants.check()
    if replays { try await replay(outcome.runs) }
    note(outcome, records, acknowledgements, trace)
    trace.add("\(outcome.value)")
    for acknowledgement in acknowledgements.all { trace.add(acknowledgement.execution.runID) }
    let start = configuration.options.startTime
    let last = records[records.count - 1]
    return Result(
      trace: trace.hash, lives: records.count, calls: trace.calls, runs: outcome.runs.count,
      replays: replays ? outcome.runs.count : 0, time: last.endTime - start, lastLife: last.endTime - last.start,
      probes: trace.probes, outcome: outcome.value)
  }

  private func replay(_ runs: [SimulatedRun]) async throws {
    let replayer = WorkflowReplayer(workflows: configuration.workflows)
    for run in runs {
      do {
        try await replayer.replay(run.history)
      } catch {
        throw CrashSimulationError(
          .replayFailed, "the history of '\(run.execution.workflowID)' does not replay", cause: error)
      }
    }
  }
}
