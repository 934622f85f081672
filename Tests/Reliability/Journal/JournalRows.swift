internal import ArgumentParser

/// The rows on the journal alone, and the processes that they start.
enum JournalRows {
  static let all: [any ReliabilityRow] = [CutRow(), DamageRow(), FaultRow(), CrashStateRow(), FullDiskRow()]

  static let processes: [any ParsableCommand.Type] = [JournalWriterCommand.self, ShutDownCommand.self]
}
