public import DurableWorkflows
internal import FoundationEssentials
internal import Synchronization
internal import WorkflowJournal
public import WorkflowTesting

/// A short history of an engine, drawn from a seed, that leaves a journal.
public struct GoldenScenario: Sendable {
  /// How the journal is left.
  enum Ending: String, CaseIterable {
    case closed, killed, powerLoss, tornTail
  }

  let seed: UInt64
  let isOperated: Bool

  /// Numbers of scenarios in which operators take part, with every operation among them.
  public static let operatedSeeds = 1096..<1126

  /// The scenario with that number.
  ///
  /// - Parameter isOperated: whether operators take part (``GoldenOperations``), as from version 1.1.
  public init(seed: UInt64, isOperated: Bool = false) {
    self.seed = seed
    self.isOperated = isOperated
  }

  /// Small segments, so that a journal has several and is short; long payloads are in files. Encrypted ones have a key
  /// that everybody may know.
  public static func configure(_ options: inout WorkflowEngineOptions, isEncrypted: Bool) throws {
    options.journal = JournalOptions(
      segmentSize: 16 << 10, initialSegmentSize: 4 << 10, alignment: 512, checkpointPartSize: 16 << 10,
      reserveSize: 2 << 10, preparationThreshold: 100)
    if isEncrypted {
      let bytes = (0..<JournalKey.byteCount).map { UInt8($0) }
      options.journal.encryption = JournalEncryption(key: try JournalKey(identifier: 1, bytes: bytes))
    }
    options.blobThreshold = 2048
    options.retention = .days(10_000)
    options.namespaces = [WorkflowNamespace(GoldenOperations.namespace, retention: .days(10_000))]
  }

  /// Takes over what ``configure(_:isEncrypted:)`` has set.
  static func adopt(_ prepared: WorkflowEngineOptions, _ options: inout WorkflowEngineOptions) {
    options.journal = prepared.journal
    options.blobThreshold = prepared.blobThreshold
    options.retention = prepared.retention
    options.payloadConverter = prepared.payloadConverter
    options.namespaces = prepared.namespaces
    options.buildID = prepared.buildID
  }

  /// The activities of ``GoldenWorkflow``.
  public static func mock(_ env: WorkflowTestEnvironment) {
    let attempts = Mutex<[String: Int]>([:])
    env.mock("echo") { arguments in try arguments.decode(0, as: String.self) }
    env.mock("failing") { _ in throw ApplicationError("never", type: "Hopeless", isNonRetryable: true) }
    env.mock("flaky") { arguments in
      let text = try arguments.decode(0, as: String.self)
      let count = attempts.withLock { attempts in
        attempts[text, default: 0] += 1
        return attempts[text, default: 0]
      }
      if count % 3 != 0 { throw ApplicationError("not yet: \(count)") }
      return "\(text) at last"
    }
  }

  /// Lives the history and returns its journal.
  public func record() async throws -> GoldenJournal {
    var random = GoldenRandom(state: seed)
    let plans = (0..<Int.random(in: 1...3, using: &random)).map { _ in Self.plan(&random) }
    let ending = Ending.allCases[Int(seed % 4)]
    let hasCheckpoint = seed % 5 == 1
    let hasSchedule = seed % 6 == 2
    let isEncrypted = seed % 9 == 4
    var prepared = WorkflowEngineOptions()
    try Self.configure(&prepared, isEncrypted: isEncrypted)
    let operations = isOperated ? GoldenOperations(seed: seed) : nil
    operations?.configure(&prepared)
    let options = prepared
    return try await WorkflowTestEnvironment.withEnvironment(
      workflows: [GoldenWorkflow.self], configure: { Self.adopt(options, &$0) }
    ) { env in
      Self.mock(env)
      if hasSchedule { try await Self.schedule(env) }
      try await operations?.goElsewhere(env)
      for (number, plan) in plans.enumerated() {
        let options = operations?.startOptions(number) ?? WorkflowClient.StartOptions()
        _ = try await env.client.start(GoldenWorkflow.self, id: "golden-\(number)", input: plan, options: options)
      }
      let rounds = Int.random(in: 1...4, using: &random)
      for round in 0..<rounds {
        try await env.sleep(for: .seconds(Int.random(in: 1...40, using: &random)))
        let target = Int.random(in: 0..<plans.count, using: &random)
        try await Self.disturb(env, "golden-\(target)", round, &random)
        // Last: an update of a paused run waits.
        if round == rounds - 1 { try await operations?.operate(env, on: "golden-\(target)") }
        if hasCheckpoint, round == 0 { _ = try await env.engine.checkpoint() }
        if seed % 7 == 3, round == 0 { try await env.restart(.kill) }
      }
      // After an operation runs are still under way: what is written down must be what is left.
      if isOperated { try await env.sleep(for: .milliseconds(1)) }
      try await env.settle()
      let names = plans.flatMap(\.steps).map(\.rawValue)
      let name =
        [
          ending.rawValue, hasCheckpoint ? "checkpoint" : "", hasSchedule ? "schedule" : "",
          isEncrypted ? "encrypted" : "", operations?.name ?? "",
        ].filter { !$0.isEmpty }
        .joined(separator: "-") + " " + names.joined(separator: ",")
      var journal = try await leave(env, ending, name, &random)
      journal.schedules = hasSchedule ? ["nightly"] : []
      journal.isEncrypted = isEncrypted
      if operations?.hasNamespace == true { journal.hasRunsElsewhere = true }
      return journal
    }
  }

  private static func plan(_ random: inout GoldenRandom) -> GoldenWorkflow.Plan {
    let all = GoldenWorkflow.Step.allCases.filter { $0 != .fail }
    var steps = (0..<Int.random(in: 2...6, using: &random)).map { _ in all.randomElement(using: &random) ?? .sleep }
    if Int.random(in: 0..<8, using: &random) == 0 { steps.append(.fail) }
    return GoldenWorkflow.Plan(steps)
  }

  private static func schedule(_ env: WorkflowTestEnvironment) async throws {
    let action = try ScheduleAction.startWorkflow(
      GoldenWorkflow.self, id: "scheduled", input: GoldenWorkflow.Plan([.activity]))
    let schedule = Schedule(action: action, spec: ScheduleSpec(cronExpressions: ["* * * * *"]))
    try await env.client.createSchedule(id: "nightly", schedule)
  }

  /// A request from outside; refusals, of runs that have ended, do not matter.
  private static func disturb(
    _ env: WorkflowTestEnvironment, _ id: String, _ round: Int, _ random: inout GoldenRandom
  ) async throws {
    let handle = env.client.handle(for: GoldenWorkflow.self, id: id)
    do {
      switch Int.random(in: 0..<12, using: &random) {
      case 0..<5:
        try await handle.signal(name: "say", input: [try JSONPayloadConverter().payload(for: "word \(round)")])
      case 5..<8: _ = try await handle.executeUpdate(GoldenWorkflow.ask, "asked \(round)")
      case 8: _ = try await handle.executeUpdate(GoldenWorkflow.ask, "no")
      case 9: try await handle.cancel(reason: "enough")
      case 10: try await handle.terminate(reason: "too much")
      default: _ = try await handle.describe()
      }
    } catch is WorkflowServiceError {
    } catch is WorkflowUpdateFailedError {
    }
  }

  /// Writes down what there is, ends the engine as the scenario says, and takes its files.
  private func leave(
    _ env: WorkflowTestEnvironment, _ ending: Ending, _ name: String, _ random: inout GoldenRandom
  ) async throws -> GoldenJournal {
    let runs = try await GoldenJournal.runs(of: env)
    let time = env.now.nanosecondsSinceEpoch
    var fileSystem = env.fileSystem
    var hasTornTail = false
    switch ending {
    case .closed: await env.close()
    case .killed: fileSystem = fileSystem.copy()
    case .powerLoss: fileSystem = fileSystem.crash()
    case .tornTail:
      fileSystem = fileSystem.crash()
      hasTornTail = try tear(fileSystem, &random)
    }
    return GoldenJournal(
      name: name, seed: seed, time: time, hasTornTail: hasTornTail, isEncrypted: false,
      files: GoldenJournal.files(of: fileSystem), runs: runs, schedules: [])
  }

  /// Puts the trace of an unfinished write behind the last batch, if there is space.
  private func tear(_ fileSystem: InMemoryFileSystem, _ random: inout GoldenRandom) throws -> Bool {
    guard let path = fileSystem.files.last(where: { $0.hasSuffix(".journal") }),
      let bytes = fileSystem.contents(of: path)
    else { return false }
    let end = ((bytes.lastIndex { $0 != 0 } ?? 0) / 512 + 1) * 512
    guard end + 512 <= bytes.count else { return false }
    let torn = (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
    fileSystem.modifyContents(of: path) { $0.replaceSubrange((end + 100)..<(end + 400), with: torn) }
    return true
  }
}

/// Numbers that are the same in every run (Steele, Lea and Flood 2014).
struct GoldenRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
