public import ArgumentParser
public import DurableWorkflows
internal import Foundation

/// A worker's command `check`: whether the program can go on with the runs of a journal.
public protocol WorkflowCheckCommand: AsyncParsableCommand {
  /// The program's workflows.
  static var workflows: [any WorkflowDefinition.Type] { get }
  /// The journal's directory.
  var journal: String { get }
  /// The engine's options; of them the payload converter counts.
  var options: WorkflowEngineOptions { get throws }
}

extension WorkflowCheckCommand {
  /// The command.
  public static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "check",
      abstract: "Replays every open run of a journal against this program and lists those that would break.",
      discussion: """
        Nothing is changed, and a worker may be using the journal. Exits with 0 if every run goes on, 1 if a run would \
        break, 2 if the journal could not be checked.
        """)
  }

  /// The defaults.
  public var options: WorkflowEngineOptions { WorkflowEngineOptions() }

  /// Checks the journal.
  public mutating func run() async throws {
    let engine: WorkflowEngineOptions
    do {
      engine = try options
    } catch {
      for line in StartupProblem.lines(for: error, database: "the environment") {
        FileHandle.standardError.write(Data("check: error: \(line)\n".utf8))
      }
      throw ExitCode(2)
    }
    let code = await WorkflowCheck.main([journal], workflows: Self.workflows, options: engine)
    if code != 0 { throw ExitCode(code) }
  }
}
