public import DurableWorkflows
internal import ExampleSupport

/// The activities of periodic work, directories, mail domains and products.
@ActivityContainer
public struct MaintenanceActivities {
  let services: TenantServices

  /// Creates the activities.
  public init(_ services: TenantServices) { self.services = services }

  /// The tenants in use.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func listActiveTenants() async throws -> [String] {
    try await services.perform("tenants") { _ in try await services.store.activeTenants() }
  }

  /// Runs a job, for one tenant or for none in particular.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func runMaintenanceJob(job: String, tenantID: String?) async throws {
    try await services.perform(tenantID ?? job) { _ in try await services.jobs.run(job, tenantID: tenantID) }
  }

  /// Takes over what changed in a tenant's directory.
  @Activity(startToClose: .minutes(30), retryPolicy: Profile.step.retryPolicy)
  public func synchronizeDirectory(tenantID: String) async throws {
    try await services.perform(tenantID) { _ in try await services.directory.synchronize(tenantID: tenantID) }
  }

  /// Records the state of a mail domain.
  @Activity(startToClose: .minutes(1), retryPolicy: Profile.mail.retryPolicy)
  public func putEmailDomain(tenantID: String, domain: String, status: String) async throws {
    try await services.perform(domain) {
      try await services.store.putEmailDomain(domain, tenant: tenantID, status: status, $0)
    }
  }

  /// Whether the provider has verified a mail domain.
  @Activity(startToClose: .minutes(1), retryPolicy: Profile.mail.retryPolicy)
  public func checkEmailDomain(domain: String) async throws -> Bool {
    try await services.perform(domain) { _ in try await services.mailer.isVerified(domain: domain) }
  }

  /// Forgets a mail domain.
  @Activity(startToClose: .minutes(1), retryPolicy: Profile.mail.retryPolicy)
  public func removeEmailDomain(tenantID: String, domain: String) async throws {
    try await services.perform(domain) {
      try await services.store.removeEmailDomain(domain, tenant: tenantID, $0)
    }
  }

  /// Records what a tenant bought.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func setProduct(tenantID: String, product: ProductCode) async throws {
    try await services.perform(tenantID) {
      try await services.store.setProduct(product, tenant: tenantID, $0)
    }
  }
}
