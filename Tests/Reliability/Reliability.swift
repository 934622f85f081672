internal import ArgumentParser

/// Runs rows of the test plan and records what they found.
@main
struct ReliabilityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reliability",
    abstract: "Runs the rows of the test plan and writes reliability.json.",
    subcommands: [RunCommand.self, ListCommand.self] + hidden)

  /// Processes that rows start: this executable again.
  static let hidden: [any ParsableCommand.Type] =
    JournalRows.processes + [FuzzCommand.self, GoldenCommand.self] + EngineRows.processes
}

/// All rows, in the order in which `--all` runs them.
enum Rows {
  static let all: [any ReliabilityRow] = (JournalRows.all + [FuzzRow()] + EngineRows.all).sorted { $0.id < $1.id }
}
