internal import DurableWorkflows
internal import GoldenJournals
internal import WorkflowJournal
internal import WorkflowTesting

/// The engine's decoders of records: bodies that an engine wrote are changed. And whole journals of changed records,
/// taken over as an open does.
struct RecordFuzz: FuzzTarget {
  static let names = RecordCheck.Kind.allCases.map { "record of \($0.rawValue)" } + ["recovery"]

  let name: String
  private let kind: RecordCheck.Kind?
  private let journals: [[(type: UInt8, body: [UInt8])]]
  /// Bodies of the kind, and the first record of events of a run.
  private let seeds: [[UInt8]]
  private let first: [UInt8]

  init?(name: String) async throws {
    guard Self.names.contains(name) else { return nil }
    self.name = name
    kind = RecordCheck.Kind.allCases.first { "record of \($0.rawValue)" == name }
    var journals: [[(type: UInt8, body: [UInt8])]] = []
    // Among 30 scenarios are checkpoints, schedules and every step; among those of operators every kind of batch.
    for seed in [0..<30, GoldenScenario.operatedSeeds].joined() {
      let scenario = GoldenScenario(seed: UInt64(seed), isOperated: GoldenScenario.operatedSeeds.contains(seed))
      let journal = try await scenario.record()
      if journal.isEncrypted { continue }
      var records: [(type: UInt8, body: [UInt8])] = []
      _ = try Journal.read(directory: WorkflowTestEnvironment.directory, fileSystem: journal.fileSystem()) {
        type, body, _ in
        records.append((type, [UInt8](copying: body)))
      }
      journals.append(records)
    }
    self.journals = journals
    let all = journals.flatMap { $0 }
    let kind = kind
    seeds = all.filter { kind != nil && RecordCheck.kind(ofType: $0.type) == kind }.map(\.body)
    guard let first = all.first(where: { RecordCheck.kind(ofType: $0.type) == .events })?.body else {
      throw RowError("the scenarios leave no record of events")
    }
    self.first = first
    if kind != nil, seeds.isEmpty { throw RowError("the scenarios leave no \(name)") }
  }

  func attempt(_ number: Int, seed: UInt64, accepted: inout Int) -> String? {
    var mutator = ByteMutator(seed: seed, number: number)
    guard let kind else { return recover(&mutator, &accepted) }
    var body = seeds[mutator.random.below(seeds.count)]
    mutator.mutate(&body, with: seeds[mutator.random.below(seeds.count)])
    do {
      guard let canonical = try RecordCheck.canonical(kind, body, first: first) else { return nil }
      accepted += 1
      let again: [UInt8]?
      do {
        again = try RecordCheck.canonical(kind, canonical, first: first)
      } catch {
        return "what was decoded is encoded so that it cannot be decoded: \(error)"
      }
      return again == canonical ? nil : "decoding and encoding what was encoded changes it"
    } catch {
      // Refused.
      return nil
    }
  }

  private func recover(_ mutator: inout ByteMutator, _ accepted: inout Int) -> String? {
    var records = journals[mutator.random.below(journals.count)]
    guard !records.isEmpty else { return nil }
    for _ in 0...mutator.random.below(2) {
      let index = mutator.random.below(records.count)
      switch mutator.random.below(6) {
      case 0: records.remove(at: index)
      case 1: records.append(records[index])
      case 2: records.swapAt(index, mutator.random.below(records.count))
      case 3: records[index].type = UInt8(mutator.random.below(8))
      default: mutator.mutate(&records[index].body, with: records[mutator.random.below(records.count)].body)
      }
      if records.isEmpty { return nil }
    }
    do {
      try RecordCheck.recover(records)
      accepted += 1
    } catch {
      // Refused.
    }
    return nil
  }
}
