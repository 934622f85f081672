internal import ArgumentParser
internal import DurableWorkflows
internal import Foundation
internal import ProgramSupport
internal import Tenants

/// `tenants-worker check`. It decrypts what the journal holds, with the keys of the environment.
struct CheckCommand: WorkflowCheckCommand {
  static let workflows = TenantRegistration.workflows

  @Argument(help: "The journal's directory.")
  var journal: String

  var options: WorkflowEngineOptions {
    get throws { try TenantConfiguration(ProcessInfo.processInfo.environment).engineOptions }
  }
}
