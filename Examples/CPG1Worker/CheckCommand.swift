internal import ArgumentParser
internal import CPG1
internal import DurableWorkflows
internal import ProgramSupport

/// `cpg1-worker check`.
struct CheckCommand: WorkflowCheckCommand {
  static let workflows: [any WorkflowDefinition.Type] = [Cpg1Workflow.self]

  @Argument(help: "The journal's directory.")
  var journal: String
}
