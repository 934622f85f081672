public import DurableWorkflows

/// Periodic work, and when it is done.
public struct PeriodicWork: Hashable, Sendable {
  /// When.
  public enum Times: Hashable, Sendable {
    /// Again and again.
    case every(Duration)
    /// By a cron expression, in UTC.
    case cron(String)
  }

  /// The schedule's id.
  public var id: String
  /// The job's name.
  public var job: String
  /// When.
  public var times: Times
  /// In which queue.
  public var queue: TaskQueue
  /// How long a run may take.
  public var timeout: Duration
  /// Whether it is done for each tenant.
  public var isForEachTenant: Bool
  /// Whether it is done once when the worker starts.
  public var isTriggeredAtStart = false

  /// Times that passed while no worker ran are caught up with if they are not older.
  public static let catchUpWindow = Duration.minutes(1)

  /// The schedule. While a run goes on, its next times are left out.
  ///
  /// - Throws: what the converter throws for the input.
  public func schedule() throws -> Schedule {
    let input = MaintenanceInput(job: job)
    let action =
      isForEachTenant
      ? try ScheduleAction.startWorkflow(
        MaintenanceFanOutWorkflow.self, id: id, input: input, taskQueue: queue.rawValue, executionTimeout: timeout)
      : try ScheduleAction.startWorkflow(
        MaintenanceJobWorkflow.self, id: id, input: input, taskQueue: queue.rawValue, executionTimeout: timeout)
    let spec: ScheduleSpec =
      switch times {
      case .every(let interval): ScheduleSpec(intervals: [ScheduleIntervalSpec(every: interval)])
      case .cron(let text): ScheduleSpec(cronExpressions: [text])
      }
    return Schedule(
      action: action, spec: spec, policy: SchedulePolicy(overlap: .skip, catchupWindow: Self.catchUpWindow))
  }
}

extension PeriodicWork {
  /// Everything that is done whatever tenants there are.
  ///
  /// - Parameter emailPollingMinutes: how often mailboxes are compared.
  public static func all(emailPollingMinutes: Int = 3) -> [PeriodicWork] {
    let mail = [
      work("email-webhook-maintenance", .every(.minutes(15)), .emailDomains),
      work("email-polling-reconcile", .every(.minutes(emailPollingMinutes)), .emailDomains),
      work("calendar-webhook-maintenance", .every(.minutes(30)), .emailDomains),
    ]
    var license = work("appliance-license-check-in", .every(.hours(24)), .tenants)
    license.isTriggeredAtStart = true
    let maintenance = maintenanceJobs.map { job, cron in
      PeriodicWork(
        id: "maintenance-fanout:\(job)", job: job, times: .cron(cron), queue: .tenants, timeout: .minutes(20),
        isForEachTenant: true)
    }
    let marketing = marketingJobs.map { job, cron in
      PeriodicWork(
        id: "marketing-fanout:\(job)", job: job, times: .cron(cron), queue: .tenants, timeout: .hours(1),
        isForEachTenant: true)
    }
    return mail + [license] + maintenance + marketing
  }

  private static func work(_ job: String, _ times: Times, _ queue: TaskQueue) -> PeriodicWork {
    PeriodicWork(
      id: "\(job)-schedule", job: job, times: times, queue: queue, timeout: .minutes(10), isForEachTenant: false)
  }

  /// The work for each tenant, from every minute to daily.
  static let maintenanceJobs: [(job: String, cron: String)] = [
    ("process-scheduled-comments", "* * * * *"), ("release-expired-locks", "*/5 * * * *"),
    ("refresh-ticket-counters", "*/10 * * * *"), ("renew-calendar-subscriptions", "*/15 * * * *"),
    ("retry-failed-webhooks", "*/15 * * * *"), ("expire-invitations", "0 * * * *"),
    ("purge-password-resets", "10 * * * *"), ("reconcile-payments", "20 * * * *"),
    ("renew-webhook-certificates", "30 */6 * * *"), ("expire-credits", "0 1 * * *"),
    ("notify-expiring-credits", "0 9 * * *"), ("reconcile-buckets", "0 2 * * *"),
    ("clean-temporary-files", "30 2 * * *"), ("close-stale-sessions", "0 3 * * *"),
    ("auto-close-tickets", "0 4 * * *"), ("rebuild-search-index", "30 4 * * *"),
  ]

  /// The work of marketing for each tenant.
  static let marketingJobs: [(job: String, cron: String)] = [
    ("publish-due-posts", "*/5 * * * *"), ("send-due-campaigns", "*/5 * * * *"), ("collect-metrics", "11 * * * *"),
  ]

  /// The ids that the work of marketing had before it was done for each tenant.
  public static let legacyIDs = marketingJobs.map { "marketing-\($0.job)" }
}
