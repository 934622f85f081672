public import DurableWorkflows
public import ExampleSupport

/// The input of ``ManagedEmailDomainWorkflow``.
public struct ManagedEmailDomainInput: Codable, Hashable, Sendable {
  /// The tenant.
  @OrEmpty public var tenantId: String
  /// The domain that mail is to leave from.
  @OrEmpty public var domain: String
  /// What an earlier run of the domain hands on.
  public var progress: ManagedEmailDomainState?

  /// Creates an input.
  public init(tenantID: String, domain: String) {
    tenantId = tenantID
    self.domain = domain
  }
}

/// The answer to `getState`, and the output, of ``ManagedEmailDomainWorkflow``.
public struct ManagedEmailDomainState: Codable, Hashable, Sendable {
  /// `pending`, `verified`, `failed` or `deleted`.
  public var status = "pending"
  /// How often the provider was asked.
  public var checks = 0
  /// When it is given up.
  public var deadline: Moment?
  /// How long until the next question, in seconds.
  public var waitSeconds = 300

  init() {}
}

/// Waits until the provider has verified a mail domain: up to three days, at first every five minutes, then every hour.
@Workflow(name: "managedEmailDomainWorkflow")
public actor ManagedEmailDomainWorkflow {
  /// How long it is waited for.
  public static let patience = Duration.hours(72)
  /// After how many questions a run continues as new.
  public static let checksPerRun = 30
  /// The longest time between two questions.
  static let longestWaitSeconds = 3600

  private var state = ManagedEmailDomainState()
  private var isDeleted = false

  /// Creates the workflow; engines call it.
  public init() {}

  /// Waits for the domain.
  public func run(input: ManagedEmailDomainInput) async throws -> ManagedEmailDomainState {
    try await failing {
      try requireID(input.tenantId, "tenantId")
      try require(input.domain, "domain")
      let domain = input.domain
      let activities = context.activities(MaintenanceActivities.self)
      if let progress = input.progress {
        state = progress
      } else {
        state.deadline = context.moment + Self.patience
        try await activities.putEmailDomain(tenantID: input.tenantId, domain: domain, status: "pending")
      }
      var checks = 0
      while !isDeleted, let deadline = state.deadline, context.moment < deadline {
        if checks == Self.checksPerRun {
          var next = input
          next.progress = state
          try context.continueAsNew(next)
        }
        checks += 1
        state.checks += 1
        let isVerified = try await activities.checkEmailDomain(domain: domain)
        if isDeleted { break }
        if isVerified { return try await end("verified", input, activities) }
        let wait = min(.seconds(state.waitSeconds), deadline - context.moment)
        state.waitSeconds = min(state.waitSeconds * 2, Self.longestWaitSeconds)
        do {
          try await context.condition(timeout: wait) { isDeleted }
        } catch is TimeoutError {
          // It is time for the next question.
        }
      }
      if isDeleted {
        try await activities.removeEmailDomain(tenantID: input.tenantId, domain: domain)
        state.status = "deleted"
        return state
      }
      return try await end("failed", input, activities)
    }
  }

  /// Nobody needs the domain any more.
  @WorkflowSignal
  public func deleteDomain() { isDeleted = true }

  /// Where the domain is.
  @WorkflowQuery
  public func getState() -> ManagedEmailDomainState { state }

  private func end(
    _ status: String, _ input: ManagedEmailDomainInput, _ activities: MaintenanceActivities.Proxy
  ) async throws -> ManagedEmailDomainState {
    try await activities.putEmailDomain(tenantID: input.tenantId, domain: input.domain, status: status)
    state.status = status
    return state
  }
}
