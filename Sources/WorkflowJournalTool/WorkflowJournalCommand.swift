internal import ArgumentParser

/// `workflow-journal`: looks at journals without changing them.
@main
struct WorkflowJournalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workflow-journal",
    abstract: "Verifies and shows the journal of a workflow engine.",
    discussion: """
      Both commands only read. They take no lock, so they also work while an engine uses the journal; its last batch \
      may then look unfinished.
      """,
    subcommands: [VerifyCommand.self, DumpCommand.self]
  )
}
