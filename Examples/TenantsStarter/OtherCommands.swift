internal import ArgumentParser
internal import DurableWorkflows
internal import ExampleSupport
internal import ProgramSupport
internal import Tenants

struct OpenTicket: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Records a ticket and watches its service level.")

  @Option(help: "The tenant's id.") var tenantId: String
  @Option(help: "The ticket's id.") var ticketId: String
  @Option(help: "Within how many minutes somebody answers.") var responseMinutes = 60
  @Option(help: "Within how many minutes it is solved.") var resolutionMinutes = 480
  @Option(help: "The time zone of the working hours, Monday to Friday from 8 to 17.") var timezone = "UTC"

  func run() async throws {
    try await Session.run { session in
      try await session.store.createTicket(
        ticketId, tenant: tenantId, title: "opened with tenants-starter", now: Moment(SystemClock().now()))
      return Started(
        try await session.api.watchTicket(
          SLATicketInput(
            ticketID: ticketId, tenantID: tenantId,
            target: SLAPolicyTarget(responseTimeMinutes: responseMinutes, resolutionTimeMinutes: resolutionMinutes),
            hours: .weekdays(timezone: timezone))))
    }
  }
}

struct SettleTicket: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says that a ticket was answered and solved, and waits for the end of its service level.")

  @Option(help: "The tenant's id.") var tenantId: String
  @Option(help: "The ticket's id.") var ticketId: String

  func run() async throws {
    try await Session.run { session in
      let handle = session.client.handle(
        for: SLATicketWorkflow.self, id: SLATicketWorkflow.id(tenant: tenantId, ticket: ticketId))
      try await handle.signal(SLATicketWorkflow.Signals.completeResponse, SLACompletion(met: true))
      try await handle.signal(SLATicketWorkflow.Signals.completeResolution, SLACompletion(met: true))
      return try await handle.result()
    }
  }
}

struct DeleteTenant: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Starts the deletion of a tenant.")

  @Argument(help: "The tenant's id.") var tenantId: String
  @Option(help: "stripe_webhook, apple_iap_webhook, nineminds_extension or manual.") var trigger = "manual"

  func run() async throws {
    try await Session.run { session in
      var input = TenantDeletionInput(tenantID: tenantId, trigger: .manual, triggeredBy: "tenants-starter")
      input.triggerSource = trigger
      return Started(try await session.api.deleteTenant(input))
    }
  }
}

struct ConfirmDeletion: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Confirms a deletion.")

  @Argument(help: "The tenant's id.") var tenantId: String
  @Option(help: "immediate, 30_days or 90_days.") var delay = "immediate"
  @Flag(help: "Wait until the deletion has ended.") var wait = false

  func run() async throws {
    try await Session.run { session in
      guard let delay = DeletionDelay(rawValue: delay) else {
        let known = DeletionDelay.allCases.map(\.rawValue).joined(separator: ", ")
        throw TenantError(.validation, "--delay is '\(delay)'; write one of \(known)")
      }
      let handle = session.client.handle(
        for: TenantDeletionWorkflow.self, id: TenantDeletionWorkflow.id(tenant: tenantId))
      try await handle.signal(
        TenantDeletionWorkflow.Signals.confirmDeletion,
        DeletionConfirmation(type: delay, confirmedBy: "tenants-starter"))
      return wait
        ? try await handle.result() : try await handle.query(TenantDeletionWorkflow.Queries.getDeletionState)
    }
  }
}

struct RollbackDeletion: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Has a tenant back, and waits for it.")

  @Argument(help: "The tenant's id.") var tenantId: String
  @Option(help: "Why.") var reason: String
  @Option(help: "The subscription that pays from then on.") var subscription: String?

  func run() async throws {
    try await Session.run { session in
      let handle = session.client.handle(
        for: TenantDeletionWorkflow.self, id: TenantDeletionWorkflow.id(tenant: tenantId))
      try await handle.signal(
        TenantDeletionWorkflow.Signals.rollbackDeletion,
        DeletionRollback(
          reason: reason, rolledBackBy: "tenants-starter",
          reactivation: Reactivation(subscriptionExternalId: subscription)))
      return try await handle.result()
    }
  }
}

struct ShowDeletion: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Shows where a deletion is.")

  @Argument(help: "The tenant's id.") var tenantId: String

  func run() async throws {
    try await Session.run { session in
      try await session.client.handle(
        for: TenantDeletionWorkflow.self, id: TenantDeletionWorkflow.id(tenant: tenantId)
      ).query(TenantDeletionWorkflow.Queries.getDeletionState)
    }
  }
}
