internal import ArgumentParser

/// The rows on the whole engine, and the processes that they start.
enum EngineRows {
  static let all: [any ReliabilityRow] = [KillRow(), SimulationRow(), ClockRow(), SoakRow(), StandbyRow()]

  static let processes: [any ParsableCommand.Type] = [
    LedgerCommand.self, WorkerCommand.self, ClockProbeCommand.self, StandbyCommand.self,
  ]
}
