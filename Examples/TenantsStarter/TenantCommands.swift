internal import ArgumentParser
internal import DurableWorkflows
internal import Foundation
internal import ProgramSupport
internal import Tenants

struct HealthCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Runs a workflow that does nothing.")

  func run() async throws {
    try await Session.run { session in
      let id = "health-check-\(UUID().uuidString.lowercased())"
      return ["answer": try await session.client.execute(HealthCheckWorkflow.self, id: id)]
    }
  }
}

struct CreateTenant: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Creates a tenant and waits for it.")

  @Option(help: "The tenant's name.") var name: String
  @Option(help: "The address of the first user.") var email: String
  @Option(help: "The first name of the first user.") var firstName = "Ada"
  @Option(help: "The last name of the first user.") var lastName = "Lovelace"
  @Option(help: "psa or algadesk.") var product = "psa"
  @Option(help: "Stripe's subscription.") var subscription: String?
  @Option(help: "The id; with it the tenant is created once, however often it is asked for.") var tenantId: String?
  @Flag(help: "Leave what a failure leaves behind to people.") var manualRollback = false

  func run() async throws {
    try await Session.run { session in
      var input = TenantCreationInput(
        tenantName: name, adminUser: AdminUser(firstName: firstName, lastName: lastName, email: email))
      input.productCode = product
      input.tenantId = tenantId
      input.rollback = manualRollback ? .manual : .automatic
      if let subscription {
        input.stripe = StripeDetails(customerID: "cus_\(subscription)", subscriptionID: subscription)
        input.billingSource = "stripe"
      }
      let handle =
        tenantId == nil
        ? try await session.api.createTenant(input) : try await session.api.bootstrapAppliance(input)
      return try await handle.result()
    }
  }
}

struct ShowTenant: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Shows a tenant.")

  @Argument(help: "The tenant's id.") var tenantId: String

  func run() async throws {
    try await Session.run { session in
      guard let tenant = try await session.store.tenant(tenantId) else {
        throw TenantError(.tenantNotFound, "there is no tenant '\(tenantId)'")
      }
      return tenant
    }
  }
}

struct ResendWelcome: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Sends a user a fresh password.")

  @Argument(help: "The tenant's id.") var tenantId: String
  @Option(help: "The user's id; the first user's without it.") var userId: String?

  func run() async throws {
    try await Session.run { session in
      try await session.api.resendWelcomeEmail(
        ResendWelcomeEmailInput(
          tenantID: tenantId, userID: userId, triggeredBy: "tenants-starter",
          triggeredByEmail: "operations@example.com")
      ).result()
    }
  }
}

struct ExportTenant: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Writes everything that belongs to a tenant to a file.")

  @Argument(help: "The tenant's id.") var tenantId: String

  func run() async throws {
    try await Session.run { try await $0.api.exportTenant(tenantId, by: "tenants-starter").result() }
  }
}

struct RegisterDomain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Registers a portal domain, has it looked at again, or takes it away.")

  @Option(help: "The tenant's id.") var tenantId: String
  @Option(help: "The domain's id.") var domainId: String
  @Option(help: "The domain.") var domain: String
  @Option(help: "register, refresh or disable.") var trigger = "register"

  func run() async throws {
    try await Session.run { session in
      guard let trigger = PortalDomainTrigger(rawValue: trigger) else {
        throw TenantError(.validation, "--trigger is '\(trigger)'; write register, refresh or disable")
      }
      return Started(
        try await session.api.registerPortalDomain(domain, id: domainId, tenant: tenantId, trigger: trigger))
    }
  }
}
