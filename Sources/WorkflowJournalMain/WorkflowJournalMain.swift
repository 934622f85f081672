internal import ArgumentParser
internal import WorkflowJournalTool

/// The program `workflow-journal`. Its commands are a library, so that tests can call them.
@main
enum WorkflowJournalMain {
  static func main() { WorkflowJournalCommand.main() }
}
