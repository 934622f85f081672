public import DurableWorkflows
public import ExampleSupport

/// The input of ``MaintenanceFanOutWorkflow`` and ``MaintenanceJobWorkflow``.
public struct MaintenanceInput: Codable, Hashable, Sendable {
  /// The job's name.
  @OrEmpty public var job: String

  /// Creates an input.
  public init(job: String) { self.job = job }
}

/// The output of ``MaintenanceFanOutWorkflow``.
public struct MaintenanceResult: Codable, Hashable, Sendable {
  /// How many tenants the job ran for.
  public var succeeded = 0
  /// The tenants for which it failed, with the reasons.
  public var failed: [String: String] = [:]
}

/// Runs a job for every tenant in use, a few at a time. A failure for one tenant keeps no other from its turn.
@Workflow(name: "maintenanceFanOutWorkflow")
public actor MaintenanceFanOutWorkflow {
  /// The most tenants at a time.
  public static let width = 10

  private var result = MaintenanceResult()

  /// Creates the workflow; engines call it.
  public init() {}

  /// Runs the job.
  public func run(input: MaintenanceInput) async throws -> MaintenanceResult {
    try await failing {
      try require(input.job, "job")
      let job = input.job
      let activities = context.activities(MaintenanceActivities.self)
      var tenants = try await activities.listActiveTenants()[...]
      try await withThrowingTaskGroup(of: (String, String?).self) { group in
        func startNext() {
          guard let tenant = tenants.popFirst() else { return }
          group.addTask {
            do {
              try await activities.runMaintenanceJob(job: job, tenantID: tenant)
              return (tenant, nil)
            } catch let error as ActivityError {
              return (tenant, error.reason)
            }
          }
        }
        for _ in 0..<Self.width { startNext() }
        while let (tenant, reason) = try await group.next() {
          if let reason { result.failed[tenant] = reason } else { result.succeeded += 1 }
          startNext()
        }
      }
      return result
    }
  }

  /// How far the job is.
  @WorkflowQuery
  public func getState() -> MaintenanceResult { result }
}

/// Runs a job that concerns no tenant in particular.
@Workflow(name: "maintenanceJobWorkflow")
public actor MaintenanceJobWorkflow {
  /// Creates the workflow; engines call it.
  public init() {}

  /// Runs the job.
  public func run(input: MaintenanceInput) async throws {
    try await failing {
      try require(input.job, "job")
      try await context.activities(MaintenanceActivities.self).runMaintenanceJob(job: input.job, tenantID: nil)
    }
  }
}

/// The input of ``EntraSyncWorkflow``.
public struct EntraSyncInput: Codable, Hashable, Sendable {
  /// The tenant.
  @OrEmpty public var tenantId: String

  /// Creates an input.
  public init(tenantID: String) { tenantId = tenantID }
}

/// Takes over what changed in a tenant's directory.
@Workflow(name: "entraAllTenantsSyncWorkflow")
public actor EntraSyncWorkflow {
  /// Creates the workflow; engines call it.
  public init() {}

  /// Synchronizes.
  public func run(input: EntraSyncInput) async throws {
    try await failing {
      try requireID(input.tenantId, "tenantId")
      try await context.activities(MaintenanceActivities.self).synchronizeDirectory(tenantID: input.tenantId)
    }
  }
}

/// Shows that the worker works.
@Workflow(name: "healthCheckWorkflow")
public actor HealthCheckWorkflow {
  /// Creates the workflow; engines call it.
  public init() {}

  /// Waits a moment and answers.
  public func run() async throws -> String {
    try await context.sleep(for: .milliseconds(100))
    return "healthy"
  }
}

/// The input of ``TestEmailWorkflow``.
public struct TestEmailInput: Codable, Hashable, Sendable {
  /// To whom.
  @OrEmpty public var to: String

  /// Creates an input.
  public init(to: String) { self.to = to }
}

/// Shows that mail goes out.
@Workflow(name: "testEmailWorkflow")
public actor TestEmailWorkflow {
  /// Creates the workflow; engines call it.
  public init() {}

  /// Sends a mail.
  public func run(input: TestEmailInput) async throws {
    try await failing {
      try requireEmail(input.to, "to")
      try await context.activities(AccountActivities.self)
        .sendEmail(message: EmailMessage(to: input.to, template: "test"))
    }
  }
}
