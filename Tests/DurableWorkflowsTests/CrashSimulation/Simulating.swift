internal import DurableWorkflows
internal import Foundation
internal import Testing
internal import WorkflowTesting

/// The seed of the simulations: `WORKFLOW_SIMULATION_SEED`, or 1.
let simulationSeed = ProcessInfo.processInfo.environment["WORKFLOW_SIMULATION_SEED"].flatMap { UInt64($0) } ?? 1

/// Kills a process with these workflows at every durable write, and expects that each of them has had a run.
@discardableResult
func simulate<Outcome: Equatable & Sendable>(
  _ workflows: [any WorkflowDefinition.Type], activities: ActivityStubs = [:], seed: UInt64 = simulationSeed,
  options: CrashSimulationOptions = CrashSimulationOptions(), sourceLocation: SourceLocation = #_sourceLocation,
  drive: @escaping @Sendable (SimulatedLife<Empty>) async throws -> Outcome
) async throws -> CrashSimulationReport {
  let report = try await CrashSimulation.run(
    workflows: workflows, seed: seed, options: options, world: { Empty() }, activities: { _ in [activities] },
    drive: drive)
  #expect(report.workflowTypes.isSuperset(of: workflows.map { $0.name }), sourceLocation: sourceLocation)
  #expect(report.crashPoints > report.durableCalls, sourceLocation: sourceLocation)
  return report
}

/// Kills a process with one run at every durable write.
///
/// - Parameter act: acts on the run, before its end is awaited.
@discardableResult
func simulateRun<W: WorkflowDefinition>(
  _ type: W.Type, input: W.Input, activities: ActivityStubs = [:],
  options: CrashSimulationOptions = CrashSimulationOptions(), sourceLocation: SourceLocation = #_sourceLocation,
  act: @escaping @Sendable (SimulatedLife<Empty>, WorkflowHandle<W>) async throws -> Void = { _, _ in }
) async throws -> CrashSimulationReport {
  try await simulate([type], activities: activities, options: options, sourceLocation: sourceLocation) { life in
    let handle = try await life.client.start(type, id: "run", input: input)
    try await act(life, handle)
    return try await ending(of: handle)
  }
}

/// How a run ended, in words.
func ending<W: WorkflowDefinition>(of handle: WorkflowHandle<W>) async throws -> String {
  do {
    return "\(try await handle.result())"
  } catch let error as WorkflowFailedError {
    return "\(error.status): \(error.cause.root.message)"
  }
}

/// How a run ended in which an attempt is never repeated: as it should, also if a crash fell into such an attempt and
/// the run was told that its outcome is not known.
func ending<W: WorkflowDefinition>(
  of handle: WorkflowHandle<W>, unlessUnknown expected: String
) async throws -> String {
  let words = try await ending(of: handle)
  return words.contains("whether it took effect is not known") ? expected : words
}

/// Why an update was refused or failed.
func refusal(_ update: () async throws -> Void) async throws -> String {
  do {
    try await update()
    return "accepted"
  } catch let error as WorkflowUpdateFailedError {
    return error.cause.message
  }
}

/// Options under which runs are compared only by what `drive` returns.
var comparingOutcomes: CrashSimulationOptions {
  var options = CrashSimulationOptions()
  options.comparesRuns = false
  return options
}

/// Options for what must not wait long for a process that is away.
var shortAbsences: CrashSimulationOptions {
  var options = CrashSimulationOptions()
  options.clockJump = .milliseconds(1) ... .seconds(1)
  return options
}

/// An encoded argument.
func argument(_ value: some Encodable & Sendable) throws -> Payload { try JSONPayloadConverter().payload(for: value) }
