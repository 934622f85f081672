internal import DurableWorkflows
internal import WorkflowJournal

/// What became of a flipped bit.
package enum SimulatedDamage: String, Sendable {
  /// The journal was not opened.
  case refused
  /// It was opened, and reading the damaged record failed.
  case noticed
  /// The bit stands in the last write of a process that was killed, which was set aside as torn, with a report.
  case setAside
  /// Nothing depends on the bit.
  case harmless
}

extension FaultSimulation {
  /// Lets one process live until it is killed, flips one bit of what it wrote, and opens that: the journal must refuse,
  /// or hold everything that was acknowledged. It must never be silently wrong.
  ///
  /// - Throws: ``CrashSimulationError``.
  package func runWithDamage() async throws -> SimulatedDamage {
    let acknowledgements = Acknowledgements()
    let world = try await configuration.world()
    let fileSystem = InMemoryFileSystem()
    let first = await process(
      1, fileSystem, configuration.options.startTime, plan.lives[0].crash, world, acknowledgements
    ).live()
    defer { first.bury() }
    if case .failed(let error) = first.end { throw error }
    let damaged = fileSystem.copy()
    guard let place = flipBit(in: damaged) else { return .harmless }
    let second = await process(
      2, damaged, first.endTime + plan.lives[0].crash.clockJump, nil, world, acknowledgements
    ).live()
    defer { second.bury() }
    switch second.end {
    case .finished(let outcome): return try judge(outcome, [first, second], acknowledgements, damaged, place)
    case .failed(let error):
      let isNamed = "\(error)".contains("damaged") || (error.cause as? JournalError)?.code == .damaged
      guard isNamed else { throw error }
      return second.hasOpened ? .noticed : .refused
    case .crashed: throw CrashSimulationError(.recoveryFailed, "the engine of the second life was shut down")
    }
  }

  private func judge(
    _ outcome: SimulationOutcome<Outcome>, _ records: [Process.Record], _ acknowledgements: Acknowledgements,
    _ fileSystem: InMemoryFileSystem, _ place: String
  ) throws -> SimulatedDamage {
    let isSetAside = fileSystem.files.contains { $0.hasSuffix(".torn") }
    let invariants = SimulationInvariants(
      runs: outcome.runs, acknowledgements: acknowledgements.all,
      lives: records.map { .init(start: $0.start, invocations: $0.invocations) })
    do {
      try invariants.check()
      return isSetAside ? .setAside : .harmless
    } catch var error as CrashSimulationError {
      if isSetAside { return .setAside }
      error.message = "a flipped bit (\(place)) was not noticed: \(error.message)"
      throw error
    }
  }

  private func process(
    _ number: Int, _ fileSystem: InMemoryFileSystem, _ start: Timestamp, _ crash: SimulatedCrash?, _ world: World,
    _ acknowledgements: Acknowledgements
  ) -> Process {
    Process(
      configuration: configuration, world: world, acknowledgements: acknowledgements, number: number,
      fileSystem: fileSystem, start: start, crash: crash,
      random: SimulationRandom(seed: seed, 0x646D_67, UInt64(number)), cacheSize: nil)
  }

  /// Flips a bit of a byte that is not zero, in a file of the journal itself; says where.
  private func flipBit(in fileSystem: InMemoryFileSystem) -> String? {
    var random = SimulationRandom(seed: seed, 0x666C_6970)
    let files = fileSystem.files.filter { path in
      guard path.hasSuffix(".journal") || path.hasSuffix(".checkpoint") else { return false }
      return fileSystem.contents(of: path)?.contains { $0 != 0 } ?? false
    }
    guard !files.isEmpty else { return nil }
    let path = files[random.below(files.count)]
    guard let bytes = fileSystem.contents(of: path) else { return nil }
    let written = bytes.indices.filter { bytes[$0] != 0 }
    let offset = written[random.below(written.count)]
    let bit = random.below(8)
    fileSystem.modifyContents(of: path) { $0[offset] ^= 1 << bit }
    return "bit \(bit) of byte \(offset) of \(path)"
  }
}
