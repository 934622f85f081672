internal import DurableWorkflows

/// What a simulation is about.
struct SimulationConfiguration<World: Sendable, Value: Equatable & Sendable>: Sendable {
  var workflows: [any WorkflowDefinition.Type]
  var world: @Sendable () async throws -> World
  var activities: @Sendable (World) throws -> [any ActivityContainer]
  var drive: @Sendable (SimulatedLife<World>) async throws -> Value
  var options: CrashSimulationOptions
  var seed: UInt64
}
