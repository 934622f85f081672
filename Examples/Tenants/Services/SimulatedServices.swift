internal import Logging
internal import Synchronization

/// Everything outside, in memory: it answers by itself, remembers what it was asked, and fails when it is told to.
///
/// A request whose key it knows has no further effect.
public final class SimulatedServices: Sendable {
  /// What can be asked.
  public enum Operation: String, Hashable, Sendable, CaseIterable {
    case checkout, setMetadata, cancelSubscription, send, isVerified, canonicalNames, apply, deployment, put
    case isEligible, synchronize, runJob, deleteSchedules, raise
  }

  /// What was asked and had an effect.
  public struct Request: Hashable, Sendable {
    /// What.
    public let operation: Operation
    /// Whom or what it concerned.
    public let subject: String
  }

  private struct State {
    var requests: [Request] = []
    var attempts: [Operation: Int] = [:]
    var keys: Set<String> = []
    var failures: [Operation: [TenantError]] = [:]
    var messages: [EmailMessage] = []
    var names: [String: [String]] = [:]
    var deployments: [String: [DeploymentStatus]] = [:]
    var files: [String: [UInt8]] = [:]
    var ineligible: Set<String> = []
    var verifiedAfter: [String: Int] = [:]
    var running = 0
    var mostRunning = 0
  }

  public let bucket = "tenant-exports"
  private let latency: Duration
  private let state = Mutex(State())

  /// Creates services.
  ///
  /// - Parameter latency: how long every answer takes.
  public init(latency: Duration = .zero) { self.latency = latency }

  /// The requests with an effect, in order.
  public var requests: [Request] { state.withLock { $0.requests } }

  /// The subjects of the requests of a kind, in order.
  public func subjects(_ operation: Operation) -> [String] {
    requests.filter { $0.operation == operation }.map(\.subject)
  }

  /// How often something was asked, refused requests included.
  public func attempts(_ operation: Operation) -> Int { state.withLock { $0.attempts[operation] ?? 0 } }

  /// The messages that were sent.
  public var messages: [EmailMessage] { state.withLock { $0.messages } }

  /// The files that were written.
  public var files: [String: [UInt8]] { state.withLock { $0.files } }

  /// The most jobs that ran at the same time.
  public var mostJobsAtOnce: Int { state.withLock { $0.mostRunning } }

  /// Lets the next requests of a kind fail.
  public func fail(_ operation: Operation, times: Int, with error: TenantError) {
    state.withLock { $0.failures[operation, default: []] += Array(repeating: error, count: times) }
  }

  /// Says what a name is an alias of.
  public func setNames(_ names: [String], of host: String) { state.withLock { $0.names[host] = names } }

  /// Says what becomes of a domain, look by look; the last answer stays.
  public func setDeployments(_ list: [DeploymentStatus], of domainID: String) {
    state.withLock { $0.deployments[domainID] = list }
  }

  /// Excludes a tenant from the synchronization of directories.
  public func setEligible(_ isEligible: Bool, tenantID: String) {
    state.withLock { state in
      if isEligible { state.ineligible.remove(tenantID) } else { state.ineligible.insert(tenantID) }
    }
  }

  /// Says at which look a mail domain is verified.
  public func verify(domain: String, afterChecks checks: Int) { state.withLock { $0.verifiedAfter[domain] = checks } }

  /// Counts a request; a repeated one has no effect.
  private func take(
    _ operation: Operation, _ subject: String, key: String? = nil, effect: (inout State) -> Void = { _ in }
  ) async throws {
    if latency > .zero { try await Task.sleep(for: latency) }
    try state.withLock { state in
      state.attempts[operation, default: 0] += 1
      if let failure = state.failures[operation]?.first {
        state.failures[operation]?.removeFirst()
        throw failure
      }
      if let key, !state.keys.insert("\(operation.rawValue)/\(key)").inserted { return }
      state.requests.append(Request(operation: operation, subject: subject))
      effect(&state)
    }
  }
}

extension SimulatedServices: BillingGateway {
  public func checkout(_ sessionID: String) async throws -> StripeDetails {
    try await take(.checkout, sessionID)
    return StripeDetails(customerID: "cus_\(sessionID)", subscriptionID: "sub_\(sessionID)")
  }

  public func setMetadata(subscription: String, tenantID: String, key: String) async throws {
    try await take(.setMetadata, tenantID, key: key)
  }

  public func cancelSubscription(_ id: String, key: String) async throws {
    try await take(.cancelSubscription, id, key: key)
  }
}

extension SimulatedServices: Mailer {
  public func send(_ message: EmailMessage, key: String) async throws {
    try await take(.send, message.to, key: key) { $0.messages.append(message) }
  }

  public func isVerified(domain: String) async throws -> Bool {
    try await take(.isVerified, domain)
    return state.withLock { state in
      guard let checks = state.verifiedAfter[domain] else { return false }
      return state.requests.count { $0.operation == .isVerified && $0.subject == domain } >= checks
    }
  }
}

extension SimulatedServices: NameResolver, PortalCluster, ObjectStore {
  public func canonicalNames(of host: String) async throws -> [String] {
    try await take(.canonicalNames, host)
    return state.withLock { $0.names[host] ?? [] }
  }

  public func apply(domainID: String, host: String?, key: String) async throws {
    try await take(.apply, host ?? "-", key: key)
  }

  public func deployment(of domainID: String) async throws -> DeploymentStatus {
    try await take(.deployment, domainID)
    return state.withLock { state in
      guard var list = state.deployments[domainID], let first = list.first else { return .active }
      if list.count > 1 { list.removeFirst() }
      state.deployments[domainID] = list
      return first
    }
  }

  public func put(_ name: String, _ bytes: [UInt8]) async throws {
    try await take(.put, name) { $0.files[name] = bytes }
  }
}

extension SimulatedServices: IdentityDirectory, JobRunner, TenantScheduleControl, OperatorAlerts {
  public func isEligible(tenantID: String) async throws -> Bool {
    try await take(.isEligible, tenantID)
    return state.withLock { !$0.ineligible.contains(tenantID) }
  }

  public func synchronize(tenantID: String) async throws { try await take(.synchronize, tenantID) }

  public func run(_ job: String, tenantID: String?) async throws {
    state.withLock { state in
      state.running += 1
      state.mostRunning = max(state.mostRunning, state.running)
    }
    defer { state.withLock { $0.running -= 1 } }
    // Others begin meanwhile, if they may.
    for _ in 0..<20 { await Task.yield() }
    try await take(.runJob, tenantID.map { "\(job)/\($0)" } ?? job)
  }

  public func deleteSchedules(ofTenant tenantID: String) async throws {
    try await take(.deleteSchedules, tenantID)
  }

  public func raise(_ name: String, subject: String, message: String) async throws {
    Logger(label: "alerts").critical("\(message)", metadata: ["alert": "\(name)", "subject": "\(subject)"])
    try await take(.raise, name)
  }
}
