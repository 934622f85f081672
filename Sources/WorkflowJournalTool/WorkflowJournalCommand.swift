package import ArgumentParser

/// `workflow-journal`: looks at journals and copies them, without changing them.
package struct WorkflowJournalCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "workflow-journal",
    abstract: "Verifies, shows, copies and repairs the journal of a workflow engine.",
    discussion: """
      No command changes a journal that exists. All but 'repair' also work while an engine uses the journal; its last \
      batch may then look unfinished.
      """,
    subcommands: [
      VerifyCommand.self, DumpCommand.self, BackupCommand.self, RepairCommand.self, HeadCommand.self,
      CheckHeadCommand.self,
    ]
  )

  package init() {}
}
