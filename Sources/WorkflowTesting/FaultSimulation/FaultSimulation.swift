package import DurableWorkflows
internal import WorkflowJournal

/// One world drawn from a seed, in which processes, machines and disks fail, and then stop failing.
///
/// First the safety phase: some lives of the process, each of which ends by a crash before one of its durable calls, or
/// by a disk that fails; between them the disk may lose what was not synced, and time passes. Then the liveness phase:
/// one more life without misfortune, in which `drive` must return. Everything that a client was told in any life must
/// be true in the end, no recorded result may have been computed again, histories have no gaps, and they replay.
///
/// Equal seeds, equal traces, as long as `drive` and the activities stay on Swift's tasks and actors.
package struct FaultSimulation<World: Sendable, Outcome: Equatable & Sendable>: Sendable {
  /// What the seed has decided, for people.
  package struct Plan: Sendable, CustomStringConvertible {
    package var lives: [Life] = []
    /// Changes the engine's options.
    package var alignment = 4096
    package var segmentSize = 64 << 10
    package var concurrency = 200
    package var checkpointThreshold = 64 << 20
    package var isEncrypted = false

    package struct Life: Sendable, CustomStringConvertible {
      var crash: SimulatedCrash
      /// Whether only the process ends, so that the disk keeps everything.
      var isKill: Bool
      var fault: DiskFault?
      var latency: Duration
      var cacheSize: Int?

      package var description: String {
        var text = isKill ? "killed before durable call \(crash.call)" : "\(crash)"
        if let fault { text += ", \(fault)" }
        if latency > .zero { text += ", syncs take up to \(latency)" }
        return text + ", away for \(crash.clockJump)"
      }
    }

    package var description: String {
      "alignment \(alignment), segments of \(segmentSize), \(concurrency) activities at once, a checkpoint every "
        + "\(checkpointThreshold) bytes\(isEncrypted ? ", encrypted" : ""); lives: "
        + lives.map(\.description).joined(separator: "; ")
    }
  }

  /// What a simulation went through without finding anything.
  package struct Result: Sendable {
    /// Everything that happened, as a number.
    package var trace: UInt64
    package var lives: Int
    /// Calls to the file system.
    package var calls: Int
    package var runs: Int
    package var replays: Int
    /// The virtual time from beginning to end.
    package var time: Duration
    /// The virtual time that the last life took.
    package var lastLife: Duration
    /// How often what happened.
    package var probes: [String: Int]
    /// What `drive` returned.
    package var outcome: Outcome
  }

  package typealias Drive = @Sendable (SimulatedLife<World>) async throws -> Outcome

  package let seed: UInt64
  package let plan: Plan
  let configuration: SimulationConfiguration<World, Outcome>
  /// The longest virtual time that the last life may take.
  let limit: Duration
  /// Whether histories are replayed at the end.
  let replays: Bool

  /// - Parameters:
  ///   - workflows: the workflow types.
  ///   - seed: decides everything.
  ///   - limit: the longest virtual time in which everything must end once nothing fails any more.
  ///   - replays: whether histories are replayed at the end.
  ///   - world: makes what is outside the process.
  ///   - activities: makes the activities of one life.
  ///   - configure: changes the engine's options before every open.
  ///   - drive: acts as clients do; called once per life, so it must bear repetition.
  package init(
    workflows: [any WorkflowDefinition.Type], seed: UInt64, limit: Duration, replays: Bool,
    world: @escaping @Sendable () async throws -> World,
    activities: @escaping @Sendable (World) throws -> [any ActivityContainer],
    configure: @escaping @Sendable (inout WorkflowEngineOptions) -> Void = { _ in }, drive: @escaping Drive
  ) {
    self.seed = seed
    self.limit = limit
    self.replays = replays
    let plan = Self.plan(seed)
    self.plan = plan
    let key = try? JournalKey(identifier: 1, bytes: [UInt8](repeating: 7, count: JournalKey.byteCount))
    var options = CrashSimulationOptions()
    options.patience = .seconds(10)
    options.settlingSteps = 0
    options.configure = { options in
      options.journal = JournalOptions(
        segmentSize: plan.segmentSize, initialSegmentSize: min(plan.segmentSize, 16 << 10), alignment: plan.alignment,
        reserveSize: 16 << 10, identifier: JournalIdentifier(high: seed, low: 0x1234_5678))
      if plan.isEncrypted { options.journal.encryption = key.map { JournalEncryption(key: $0) } }
      options.maxConcurrentActivities = plan.concurrency
      options.checkpointThreshold = plan.checkpointThreshold
      // Whoever looks at the end must find every run.
      options.retention = .days(10_000)
      options.blobThreshold = 1024
      // It is measured in real time, of which a busy machine may take any amount.
      options.deadlockDetectionTimeout = nil
      configure(&options)
    }
    configuration = SimulationConfiguration(
      workflows: workflows, world: world, activities: activities, drive: drive, options: options, seed: seed)
  }

  private static func plan(_ seed: UInt64) -> Plan {
    var random = SimulationRandom(seed: seed, 0x706C_616E)
    var plan = Plan()
    plan.alignment = random.bool() ? 4096 : 512
    plan.segmentSize = [16 << 10, 64 << 10, 1 << 20][random.below(3)]
    plan.concurrency = [1, 2, 200][random.below(3)]
    plan.checkpointThreshold = [4 << 10, 20 << 10, 64 << 20][random.below(3)]
    plan.isEncrypted = random.below(4) == 0
    for _ in 0..<(1 + random.below(4)) {
      let call = 1 + random.below(1 << (1 + random.below(7)))
      let survivals: [CrashSurvival] = [
        .synced, .everything, .random(seed: random.next()),
        .prefix(count: random.below(3), tornBytes: random.bool() ? 512 * random.below(9) : random.below(4096)),
      ]
      let jumps: [Duration] = [.milliseconds(1), .seconds(1), .minutes(10), .hours(3), .days(2)]
      plan.lives.append(
        Plan.Life(
          crash: SimulatedCrash(
            call: call, survival: survivals[random.below(survivals.count)],
            clockJump: jumps[random.below(jumps.count)]),
          isKill: random.below(3) == 0, fault: random.bool() ? DiskFault.draw(&random) : nil,
          latency: random.below(4) == 0 ? .milliseconds(1 << random.below(14)) : .zero,
          cacheSize: random.bool() ? 1 : nil))
    }
    return plan
  }
}
