internal import ArgumentParser

/// Runs rows of the test plan and records what they found.
@main
struct ReliabilityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reliability",
    abstract: "Runs the rows of the test plan and writes reliability.json.",
    subcommands: [RunCommand.self, ListCommand.self] + hidden)

  /// Processes that rows start: this executable again.
  static let hidden: [any ParsableCommand.Type] = [JournalWriterCommand.self, ShutDownCommand.self]
}

/// All rows, in the order in which `--all` runs them.
enum Rows {
  static let all: [any ReliabilityRow] = journal + engine

  /// The rows on the journal alone.
  static let journal: [any ReliabilityRow] = [CutRow(), DamageRow(), FaultRow(), CrashStateRow()]

  /// The rows on the whole engine.
  static let engine: [any ReliabilityRow] = []
}
