internal import DurableWorkflows
internal import ExampleSupport
internal import Logging

/// What the activities work with.
public struct TenantServices: Sendable {
  /// The store.
  public let store: TenantStore
  /// Makes and hashes passwords.
  public let credentials: Credentials
  /// Where the application is, for links in mail.
  public var applicationURL = "https://app.example.com"
  /// The payment provider.
  public var billing: any BillingGateway
  /// The way to people.
  public var mailer: any Mailer
  /// The domain name system.
  public var resolver: any NameResolver
  /// The cluster.
  public var cluster: any PortalCluster
  /// Files.
  public var objects: any ObjectStore
  /// The customers' directories.
  public var directory: any IdentityDirectory
  /// Periodic work.
  public var jobs: any JobRunner
  /// The engine's schedules.
  public var schedules: any TenantScheduleControl
  /// The operators.
  public var alerts: any OperatorAlerts
  /// How an activity waits between two looks.
  public var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

  /// Creates services over a simulation of everything outside.
  public init(store: TenantStore, credentials: Credentials, outside: SimulatedServices) {
    self.store = store
    self.credentials = credentials
    billing = outside
    mailer = outside
    resolver = outside
    cluster = outside
    objects = outside
    directory = outside
    jobs = outside
    schedules = outside
    alerts = outside
  }

  /// Runs an activity's work: logs its end, and turns errors into those of activities.
  ///
  /// - Parameters:
  ///   - subject: the id that the log line carries: a tenant, a ticket, a domain.
  ///   - body: the work; its argument says when and for whom the store is changed.
  @discardableResult
  func perform<Result>(_ subject: String, _ body: (ChangeOrigin) async throws -> Result) async throws -> Result {
    guard let context = ActivityExecutionContext.current else {
      throw ApplicationError("an activity was called outside an engine", isNonRetryable: true)
    }
    let info = context.info
    let origin = ChangeOrigin(
      now: Moment(info.startedTime), actor: info.workflowExecution.owner, idempotencyKey: info.idempotencyKey)
    let begin = ContinuousClock.now
    do {
      try Task.checkCancellation()
      let result = try await body(origin)
      let duration = Int((ContinuousClock.now - begin) / .milliseconds(1))
      context.logger.info("activity completed", metadata: ["subject": "\(subject)", "duration_ms": "\(duration)"])
      return result
    } catch {
      context.logger.warning("activity failed", metadata: ["subject": "\(subject)", "reason": "\(error)"])
      throw activityFailure(of: error)
    }
  }
}

extension WorkflowExecution {
  /// Names a run, as the creator of a row.
  var owner: String { "\(workflowID)/\(runID)" }
}
