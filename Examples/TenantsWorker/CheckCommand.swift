internal import ArgumentParser
internal import DurableWorkflows
internal import Tenants

/// `tenants-worker check`: whether this program can go on with the runs of a journal.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Replays every open run of a journal against this program and lists those that would break.",
    discussion: """
      Nothing is changed, and a worker may be using the journal. Exits with 0 if every run goes on, 1 if a run would \
      break, 2 if the journal could not be checked.
      """)

  @Argument(help: "The journal's directory.")
  var journal: String

  mutating func run() async throws {
    let code = await WorkflowCheck.main([journal], workflows: TenantRegistration.workflows)
    if code != 0 { throw ExitCode(code) }
  }
}
