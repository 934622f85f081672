internal import ArgumentParser

/// Asks the worker for things, as other programs of the provider would.
@main
struct TenantsStarter: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenants-starter",
    abstract: "Starts and signals the workflows of tenants-worker, through the API's checks.",
    discussion: """
      The environment is the worker's. Answers are JSON on the standard output. Exit codes: 1 refused or failed, 3 not \
      reachable.
      """,
    subcommands: [
      HealthCheck.self, CreateTenant.self, ShowTenant.self, ResendWelcome.self, ExportTenant.self, RegisterDomain.self,
      OpenTicket.self, SettleTicket.self, DeleteTenant.self, ConfirmDeletion.self, RollbackDeletion.self,
      ShowDeletion.self,
    ])
}
