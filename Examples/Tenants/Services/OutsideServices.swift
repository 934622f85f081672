/// What the activities need of the payment provider.
public protocol BillingGateway: Sendable {
  /// What was bought in a checkout.
  func checkout(_ sessionID: String) async throws -> StripeDetails
  /// Writes the tenant's id to a subscription.
  func setMetadata(subscription: String, tenantID: String, key: String) async throws
  /// Ends a subscription; one that has ended stays so.
  func cancelSubscription(_ id: String, key: String) async throws
}

/// A message to a person.
public struct EmailMessage: Hashable, Codable, Sendable {
  /// The address.
  public var to: String
  /// What kind of message.
  public var template: String
  /// The provider through which it leaves.
  public var provider: EmailProvider
  /// What the template shows, secrets included: never logged.
  public var fields: [String: String]

  /// Creates a message.
  public init(to: String, template: String, provider: EmailProvider = .resend, fields: [String: String] = [:]) {
    self.to = to
    self.template = template
    self.provider = provider
    self.fields = fields
  }
}

/// Sends mail, and checks the domains that mail leaves from.
public protocol Mailer: Sendable {
  /// Sends a message; the same key again sends nothing.
  func send(_ message: EmailMessage, key: String) async throws
  /// Whether the provider has verified a domain.
  func isVerified(domain: String) async throws -> Bool
}

/// Asks the domain name system.
public protocol NameResolver: Sendable {
  /// The names that a name is an alias of; none if it is none.
  func canonicalNames(of host: String) async throws -> [String]
}

/// What becomes of a domain in the cluster.
public enum DeploymentStatus: Hashable, Codable, Sendable {
  /// The certificate's secret is not there yet.
  case missingSecret
  /// The certificate is being issued.
  case issuing
  /// It serves.
  case active
  /// The certificate was refused; `isRecoverable` says whether waiting may help.
  case failed(message: String, isRecoverable: Bool)
}

/// The cluster's resources of portal domains.
public protocol PortalCluster: Sendable {
  /// Makes the resources of a domain what they should be; without `host` they are removed.
  func apply(domainID: String, host: String?, key: String) async throws
  /// What has become of them.
  func deployment(of domainID: String) async throws -> DeploymentStatus
}

/// Keeps files.
public protocol ObjectStore: Sendable {
  /// The bucket.
  var bucket: String { get }
  /// Writes a file; an earlier one of the name is replaced.
  func put(_ name: String, _ bytes: [UInt8]) async throws
}

/// The customers' own directories.
public protocol IdentityDirectory: Sendable {
  /// Whether a tenant's product includes the synchronization.
  func isEligible(tenantID: String) async throws -> Bool
  /// Takes over what changed in a tenant's directory.
  func synchronize(tenantID: String) async throws
}

/// The periodic work of the product.
public protocol JobRunner: Sendable {
  /// Runs a job, for one tenant or for none in particular.
  func run(_ job: String, tenantID: String?) async throws
}

/// The schedules of a tenant in the engine.
public protocol TenantScheduleControl: Sendable {
  /// Deletes them; missing ones are no problem.
  func deleteSchedules(ofTenant tenantID: String) async throws
}

/// Something that people must look at.
public protocol OperatorAlerts: Sendable {
  /// Hands an alert over.
  func raise(_ name: String, subject: String, message: String) async throws
}
