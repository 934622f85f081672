public import DurableWorkflows
internal import ExampleSupport

/// The activities of portal domains.
@ActivityContainer
public struct PortalActivities {
  /// How often the alias is looked for.
  static let dnsTries = 12
  /// How long between two looks.
  static let dnsInterval = Duration.seconds(10)

  let services: TenantServices

  /// Creates the activities.
  public init(_ services: TenantServices) { self.services = services }

  /// The domain, or `nil` if it is gone.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func loadPortalDomain(domainID: String) async throws -> PortalDomain? {
    try await services.perform(domainID) { _ in try await services.store.portalDomain(domainID) }
  }

  /// Records where the domain is.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func markPortalDomainStatus(
    domainID: String,
    status: PortalDomainStatus,
    message: String?,
    isRecoverable: Bool
  ) async throws {
    try await services.perform(domainID) {
      try await services.store.mark(
        portalDomain: domainID,
        status,
        message: message,
        isRecoverable: isRecoverable,
        $0
      )
    }
  }

  /// Whether the domain is the alias that it must be; looks several times, and heartbeats between.
  @Activity(startToClose: .minutes(5), heartbeat: .seconds(30), retryPolicy: Profile.step.retryPolicy)
  public func verifyCname(domain: String, expected: String) async throws -> Bool {
    try await services.perform(domain) { _ in
      let wanted = expected.lowercased()
      for attempt in 1...Self.dnsTries {
        try ActivityExecutionContext.current?.heartbeat(attempt)
        let names = try await services.resolver.canonicalNames(of: domain)
        if names.contains(where: { ($0.hasSuffix(".") ? String($0.dropLast()) : $0).lowercased() == wanted }) {
          return true
        }
        if attempt < Self.dnsTries { try await services.pause(Self.dnsInterval) }
      }
      return false
    }
  }

  /// Makes the cluster's resources what they should be.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func applyPortalDomainResources(domain: PortalDomain) async throws {
    try await services.perform(domain.portalDomainID) { origin in
      try await services.cluster.apply(
        domainID: domain.portalDomainID,
        host: domain.isDisabled ? nil : domain.domain,
        key: origin.idempotencyKey ?? ""
      )
    }
  }

  /// What has become of the resources.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func checkPortalDomainDeployment(domainID: String) async throws -> DeploymentStatus {
    try await services.perform(domainID) { _ in try await services.cluster.deployment(of: domainID) }
  }

  /// Deletes the record.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func deletePortalDomainRecord(domainID: String) async throws {
    try await services.perform(domainID) { try await services.store.removePortalDomain(domainID, $0) }
  }
}
