internal import ArgumentParser
internal import DurableWorkflows
internal import PixClaims
internal import ProgramSupport

/// `pix-claims-worker check`.
struct CheckCommand: WorkflowCheckCommand {
  static let workflows = PixRegistration.workflows

  @Argument(help: "The journal's directory.")
  var journal: String
}
