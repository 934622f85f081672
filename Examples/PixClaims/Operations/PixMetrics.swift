internal import ExampleSupport
internal import Metrics

/// The metrics of the worker, under the names of its operating guide.
public enum PixMetrics {
  /// Tasks that ended, by `task_type` and `status`.
  public static let tasksProcessed = "conn_dict_worker_tasks_processed_total"
  /// How long tasks took, by `task_type`.
  public static let taskDuration = "conn_dict_worker_task_duration_seconds"
  /// 1 while the worker is healthy, else 0.
  public static let healthStatus = "conn_dict_worker_health_status"
  /// Runs that have an activity running at this moment; parked ones do not count.
  public static let activeWorkflows = "conn_dict_worker_active_workflows"
  /// Activities that run at this moment.
  public static let activeActivities = "conn_dict_worker_active_activities"
  /// Runs that have not ended.
  public static let openWorkflows = "conn_dict_worker_open_workflows"
  /// Activities that wait for a slot.
  public static let queueDepth = "conn_dict_worker_queue_depth"
  /// Events that wait to be published.
  public static let outboxPending = "conn_dict_worker_outbox_pending"
  /// Events that were published.
  public static let outboxPublished = "conn_dict_worker_outbox_published_total"
  /// Claims that were made.
  public static let claimsCreated = "dict_claims_created_total"
  /// Claims that ended, by `resolution`.
  public static let claimsResolved = "dict_claims_resolved_total"
  /// The age of the oldest claim that awaits a decision; 0 if there is none.
  public static let oldestClaim = "dict_oldest_open_claim_seconds"
  /// Keys that were compared, by `source`.
  public static let syncKeys = "vsync_keys_total"
  /// Differences that were found, by `type`.
  public static let syncDivergences = "vsync_divergences_total"
  /// How long comparisons took.
  public static let syncDuration = "vsync_duration_seconds"
  /// When a comparison ended well the last time, in seconds since 1970.
  public static let syncLastSuccess = "vsync_last_success_timestamp"
  /// Keys that only we have, after the last comparison of everything.
  public static let syncOrphaned = "vsync_orphaned_keys"

  /// The upper bounds of the buckets of ``taskDuration``, in seconds.
  public static let taskBuckets: [Double] = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300]
  /// The upper bounds of the buckets of ``syncDuration``, in seconds: up to the limit of two hours and beyond.
  public static let syncBuckets: [Double] = [1, 10, 60, 300, 900, 1800, 3600, 7200, 14_400]

  /// What the metrics mean, for their `# HELP` lines.
  public static let help: [String: String] = [
    tasksProcessed: "Tasks that ended, by type and status.", taskDuration: "Duration of tasks.",
    healthStatus: "1 while the worker is healthy, else 0.",
    activeWorkflows: "Workflow runs that have an activity running.", activeActivities: "Activities that run.",
    openWorkflows: "Workflow runs that have not ended.", queueDepth: "Activities that wait for a slot.",
    outboxPending: "Events that wait to be published.", outboxPublished: "Events that were published.",
    claimsCreated: "Claims that were made.", claimsResolved: "Claims that ended, by resolution.",
    oldestClaim: "Age of the oldest claim that awaits a decision.", syncKeys: "Keys that were compared, by source.",
    syncDivergences: "Differences between Bacen's directory and ours, by type.",
    syncDuration: "Duration of comparisons with Bacen.",
    syncLastSuccess: "When a comparison ended well the last time.",
    syncOrphaned: "Keys that only we have, after the last comparison of everything.",
  ]

  /// Makes the metrics appear before they are set for the first time.
  public static func declare() {
    for gauge in [
      healthStatus, activeWorkflows, activeActivities, openWorkflows, queueDepth, outboxPending, oldestClaim,
      syncLastSuccess, syncOrphaned,
    ] { set(gauge, 0) }
    Counter(label: claimsCreated).increment(by: 0)
    Counter(label: outboxPublished).increment(by: 0)
    for resolution in ["completed", "cancelled", "expired", "transfer_failed"] {
      Counter(label: claimsResolved, dimensions: [("resolution", resolution)]).increment(by: 0)
    }
    for type in DiscrepancyType.allCases {
      Counter(label: syncDivergences, dimensions: [("type", type.rawValue.lowercased())]).increment(by: 0)
    }
    for source in ["bacen", "local"] { Counter(label: syncKeys, dimensions: [("source", source)]).increment(by: 0) }
  }

  /// Sets a gauge.
  public static func set(_ gauge: String, _ value: Double) { Meter(label: gauge).set(value) }

  static func taskEnded(_ type: String, succeeded: Bool, duration: Duration) {
    let status = succeeded ? "success" : "failure"
    Counter(label: tasksProcessed, dimensions: [("task_type", type), ("status", status)]).increment()
    Timer(label: taskDuration, dimensions: [("task_type", type)], preferredDisplayUnit: .seconds)
      .recordNanoseconds(Int64(duration / .nanoseconds(1)))
  }

  static func eventsPublished(_ count: Int) { Counter(label: outboxPublished).increment(by: count) }

  static func claimCreated() { Counter(label: claimsCreated).increment() }

  static func claimResolved(_ status: ClaimStatus) {
    Counter(label: claimsResolved, dimensions: [("resolution", status.rawValue.lowercased())]).increment()
  }

  static func keysCompared(bacen: Int, local: Int) {
    Counter(label: syncKeys, dimensions: [("source", "bacen")]).increment(by: bacen)
    Counter(label: syncKeys, dimensions: [("source", "local")]).increment(by: local)
  }

  static func synced(_ statistics: SyncStatistics, at time: Moment) {
    let divergences: [(DiscrepancyType, Int)] = [
      (.missingLocal, statistics.missingLocal), (.outdatedLocal, statistics.outdatedLocal),
      (.missingBacen, statistics.missingBacen),
    ]
    for (type, count) in divergences {
      Counter(label: syncDivergences, dimensions: [("type", type.rawValue.lowercased())]).increment(by: count)
    }
    Timer(label: syncDuration, preferredDisplayUnit: .seconds)
      .recordNanoseconds(Int64(statistics.durationMilliseconds) * 1_000_000)
    if statistics.syncType == .full { set(syncOrphaned, Double(statistics.missingBacen)) }
    if statistics.status == "COMPLETED" { set(syncLastSuccess, Double(time.microseconds) / 1_000_000) }
  }
}
