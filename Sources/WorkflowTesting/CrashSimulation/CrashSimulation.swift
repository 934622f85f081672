public import DurableWorkflows

/// Runs workflows under a seeded scheduler, clock and disk, kills the process at every durable write, and checks that
/// the outcome is always the same.
///
/// ```swift
/// let report = try await CrashSimulation.run(
///   workflows: [Checkout.self], activities: { [Payments()] },
///   drive: { client in
///     let checkout = try await client.start(Checkout.self, id: "order-17", input: order)
///     try await checkout.signal(Checkout.approve, "Ada")
///     return try await checkout.result()
///   })
/// #expect(report.crashPoints > 0)
/// ```
///
/// First it runs undisturbed, twice, in different orders; the outcome is what `drive` returned and how every run ended.
/// Then, for every durable call of that process, and for everything that the disk may hold when the machine stops there
/// (nothing that was not synced, all of it, a torn last write, any sectors), it begins a new world, lets the process
/// live up to that call, moves the clock forward, opens what the disk still holds, calls `drive` again, and lets
/// everything end. Some crashes are followed by a second one.
///
/// Checked are, beside the outcome: that no result that was recorded is computed again, that everything which was
/// acknowledged is there, once, that histories have no gaps, and that every history replays.
///
/// One seed decides everything, as long as `drive` and the activities stay on Swift's tasks and actors: they run on the
/// engine's own thread, one job at a time. Code that waits for other threads works, but the order may then vary.
/// Schedules are simulated, too. What a life was told about one is not asked for again in a later life. A schedule that
/// has nothing left to do is deleted after a week, as always: if `drive` is called again after that, it is not found.
///
/// The lives share one address space: what workflows and activities keep in static variables survives the crashes.
public enum CrashSimulation {
  /// Simulates with a world that survives crashes: the services and databases that activities act upon.
  ///
  /// - Parameters:
  ///   - workflows: the workflow types.
  ///   - seed: decides orders, survivals and clock jumps.
  ///   - options: what is varied.
  ///   - only: the crashes of an earlier ``CrashSimulationError``, to see just these again.
  ///   - world: makes what is outside the process, anew for every crash point. It must not be or hold a plain actor:
  ///     one that runs code of a life when that dies is never free again. A class with a mutex always is.
  ///   - activities: makes the activities of one life of the process.
  ///   - drive: acts on the engine as clients do, and returns what came out. It is called once per life, so it must
  ///     bear repetition; requests without ids of their own are recognised when they are repeated.
  /// - Throws: ``CrashSimulationError``; `CancellationError` when the task is cancelled.
  @discardableResult
  public static func run<World: Sendable, Outcome: Equatable & Sendable>(
    workflows: [any WorkflowDefinition.Type], seed: UInt64 = 1,
    options: CrashSimulationOptions = CrashSimulationOptions(), only: [SimulatedCrash]? = nil,
    world: @escaping @Sendable () async throws -> World,
    activities: @escaping @Sendable (World) throws -> [any ActivityContainer],
    drive: @escaping @Sendable (SimulatedLife<World>) async throws -> Outcome
  ) async throws -> CrashSimulationReport {
    let configuration = SimulationConfiguration(
      workflows: workflows, world: world, activities: activities, drive: drive, options: options, seed: seed)
    return try await Simulation(configuration: configuration).run(only: only)
  }

  /// Simulates without a world.
  ///
  /// - Parameters:
  ///   - workflows: the workflow types.
  ///   - activities: makes the activities of one life of the process.
  ///   - seed: decides orders, survivals and clock jumps.
  ///   - options: what is varied.
  ///   - only: the crashes of an earlier ``CrashSimulationError``, to see just these again.
  ///   - drive: acts on the engine as clients do, and returns what came out. It is called once per life, so it must
  ///     bear repetition; requests without ids of their own are recognised when they are repeated.
  /// - Throws: ``CrashSimulationError``; `CancellationError` when the task is cancelled.
  @discardableResult
  public static func run<Outcome: Equatable & Sendable>(
    workflows: [any WorkflowDefinition.Type],
    activities: @escaping @Sendable () throws -> [any ActivityContainer] = { [] }, seed: UInt64 = 1,
    options: CrashSimulationOptions = CrashSimulationOptions(), only: [SimulatedCrash]? = nil,
    drive: @escaping @Sendable (WorkflowClient) async throws -> Outcome
  ) async throws -> CrashSimulationReport {
    try await run(
      workflows: workflows, seed: seed, options: options, only: only, world: { Empty() },
      activities: { _ in try activities() }, drive: { try await drive($0.client) })
  }
}
