public import DurableWorkflows
public import ExampleSupport

/// Why a portal domain is looked at.
public enum PortalDomainTrigger: String, Codable, Hashable, Sendable, CaseIterable {
  case register, refresh, disable
}

/// The input of ``PortalDomainRegistrationWorkflow``.
public struct PortalDomainInput: Codable, Hashable, Sendable {
  /// The tenant.
  @OrEmpty public var tenantId: String
  /// The domain's id.
  @OrEmpty public var portalDomainId: String
  /// A ``PortalDomainTrigger``; `register` by default.
  public var trigger: String?
  /// Whether an earlier run of the domain has made its pass, and this one only watches.
  public var isWatching: Bool?

  /// Creates an input.
  public init(tenantID: String, portalDomainID: String, trigger: PortalDomainTrigger = .register) {
    tenantId = tenantID
    portalDomainId = portalDomainID
    self.trigger = trigger.rawValue
  }
}

/// The signal `reconcilePortalDomainState`.
public struct PortalDomainReconciliation: Codable, Hashable, Sendable {
  /// Why.
  public var trigger: PortalDomainTrigger?

  /// Creates a reconciliation.
  public init(trigger: PortalDomainTrigger? = nil) { self.trigger = trigger }
}

/// The answer to `getState`, and the output, of ``PortalDomainRegistrationWorkflow``.
public struct PortalDomainState: Codable, Hashable, Sendable {
  /// Where the domain is; `nil` if it is gone.
  public var status: PortalDomainStatus?
  /// Why it was looked at last.
  public var trigger = PortalDomainTrigger.register
  /// How many passes this run has made.
  public var passes = 0
  /// What went wrong.
  public var error: String?

  init() {}
}

/// Brings a portal domain into the state that its record asks for, and watches it until it serves or cannot.
@Workflow(name: "portalDomainRegistrationWorkflow")
public actor PortalDomainRegistrationWorkflow {
  /// How long between two looks.
  static let interval = Duration.minutes(1)

  private var state = PortalDomainState()
  private var request: PortalDomainTrigger?

  /// Creates the workflow; engines call it.
  public init() {}

  /// The id of a tenant's registration.
  public static func id(tenant: String) -> String { "portal-domain:\(tenant)" }

  /// Registers the domain.
  public func run(input: PortalDomainInput) async throws -> PortalDomainState {
    try await failing {
      try require(input.tenantId, "tenantId")
      try require(input.portalDomainId, "portalDomainId")
      state.trigger = try choice(input.trigger, "trigger", default: .register)
      let id = input.portalDomainId
      var isOver = false
      if input.isWatching != true { isOver = try await pass(id) }
      while !isOver || request != nil {
        do {
          try await context.condition(timeout: Self.interval) { request != nil }
          state.trigger = request ?? .refresh
          request = nil
          isOver = try await pass(id)
        } catch is TimeoutError {
          isOver = try await look(id)
        }
        if !isOver, request == nil, context.isContinueAsNewSuggested {
          var next = input
          next.trigger = state.trigger.rawValue
          next.isWatching = true
          try context.continueAsNew(next)
        }
      }
      return state
    }
  }

  /// The record has changed.
  @WorkflowSignal
  public func reconcilePortalDomainState(reconciliation: PortalDomainReconciliation) {
    request = reconciliation.trigger ?? .refresh
  }

  /// Where the domain is.
  @WorkflowQuery
  public func getState() -> PortalDomainState { state }

  /// Makes everything what the record asks for.
  ///
  /// - Returns: whether there is nothing left to watch.
  private func pass(_ id: String) async throws -> Bool {
    let activities = context.activities(PortalActivities.self)
    state.passes += 1
    state.error = nil
    guard let domain = try await activities.loadPortalDomain(domainID: id) else {
      state.status = nil
      return true
    }
    if domain.isDisabled || state.trigger == .disable {
      try await mark(id, .disabled)
      var removed = domain
      removed.isDisabled = true
      try await activities.applyPortalDomainResources(domain: removed)
      try await tolerating("delete record", context) { try await activities.deletePortalDomainRecord(domainID: id) }
      return true
    }
    try await mark(id, .verifyingDNS)
    let isVerified = try await activities.verifyCname(domain: domain.domain, expected: domain.canonicalHost)
    if !isVerified {
      try await mark(id, .dnsFailed, "\(domain.domain) is no alias of \(domain.canonicalHost)")
      return false
    }
    try await mark(id, .pendingCertificate)
    do {
      try await activities.applyPortalDomainResources(domain: domain)
    } catch let error as ActivityError {
      // Another pass may help, and people ask for it with a signal.
      try await mark(id, .certificateFailed, error.reason, isRecoverable: true)
      return false
    }
    try await mark(id, .deploying)
    return false
  }

  /// Looks what has become of the domain.
  ///
  /// - Returns: whether there is nothing left to watch.
  private func look(_ id: String) async throws -> Bool {
    let activities = context.activities(PortalActivities.self)
    guard let domain = try await activities.loadPortalDomain(domainID: id) else {
      state.status = nil
      return true
    }
    switch domain.status {
    case .active, .disabled, .dnsFailed: return true
    case .certificateFailed: return !domain.isRecoverable
    default: break
    }
    switch try await activities.checkPortalDomainDeployment(domainID: id) {
    case .missingSecret: return false
    case .issuing:
      try await mark(id, .certificateIssuing)
      return false
    case .active:
      try await mark(id, .active)
      return true
    case .failed(let message, let isRecoverable):
      try await mark(id, .certificateFailed, message, isRecoverable: isRecoverable)
      return !isRecoverable
    }
  }

  private func mark(
    _ id: String, _ status: PortalDomainStatus, _ message: String? = nil, isRecoverable: Bool = false
  ) async throws {
    state.status = status
    state.error = message
    try await context.activities(PortalActivities.self)
      .markPortalDomainStatus(domainID: id, status: status, message: message, isRecoverable: isRecoverable)
  }
}
