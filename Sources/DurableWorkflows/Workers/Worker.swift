/// Workflows and activities that serve one task queue of an engine, with limits of their own.
///
/// ```swift
/// let engine = try await WorkflowEngine.open(
///   directory: "journal",
///   workers: [
///     Worker(taskQueue: "tenants", workflows: [TenantCreation.self], activities: [Tenants()]),
///     Worker(taskQueue: "mail", activities: [Mail()], options: .init(maxConcurrentActivityExecutions: 10)),
///   ])
/// ```
///
/// What is sent to a queue that no worker serves waits, and is told by ``WorkflowFrontend/describeTaskQueue(_:)``.
public struct Worker: Sendable {
  /// The task queue that it serves.
  public var taskQueue: String
  /// The workflow types.
  public var workflows: [any WorkflowDefinition.Type]
  /// The activities.
  public var activities: [any ActivityContainer]
  /// Single activity definitions beside the containers.
  public var extraActivities: [ActivityDefinition]
  /// Its limits.
  public var options: WorkerOptions

  /// Creates a worker.
  public init(
    taskQueue: String, workflows: [any WorkflowDefinition.Type] = [], activities: [any ActivityContainer] = [],
    extraActivities: [ActivityDefinition] = [], options: WorkerOptions = WorkerOptions()
  ) {
    self.taskQueue = taskQueue
    self.workflows = workflows
    self.activities = activities
    self.extraActivities = extraActivities
    self.options = options
  }
}

/// The limits of a worker. Names are Temporal's. All limits are hard: what does not fit waits.
public struct WorkerOptions: Sendable {
  /// The most workflow tasks of the queue in one turn of the engine, which ends with one commit; the rest has its turn
  /// after those of other queues. Workflow tasks of an engine run one after the other. Default 1,000.
  public var maxConcurrentWorkflowTaskExecutions: Int
  /// The most activity attempts that run at once. Default 200.
  public var maxConcurrentActivityExecutions: Int
  /// The most local activity attempts that run at once. Default 200.
  public var maxConcurrentLocalActivityExecutions: Int
  /// The most sessions that are open at once. Default 50.
  public var maxConcurrentSessionExecutions: Int
  /// The most activity attempts that the worker starts in a second; `nil` means no limit.
  public var maxWorkerActivitiesPerSecond: Double?
  /// The most activity attempts of the queue that are started in a second; `nil` means no limit. The lower of the two
  /// rates holds.
  public var maxTaskQueueActivitiesPerSecond: Double?
  /// How long a shutdown lets the worker's activities finish; `nil` means as long as the engine's
  /// ``WorkflowEngineOptions/gracefulShutdownPeriod``.
  public var gracefulShutdownPeriod: Duration?
  /// Decides how many activity attempts run at once, in place of ``maxConcurrentActivityExecutions``.
  public var activitySlots: (any SlotSupplier)?

  /// Creates options.
  public init(
    maxConcurrentWorkflowTaskExecutions: Int = 1000, maxConcurrentActivityExecutions: Int = 200,
    maxConcurrentLocalActivityExecutions: Int = 200, maxConcurrentSessionExecutions: Int = 50,
    maxWorkerActivitiesPerSecond: Double? = nil, maxTaskQueueActivitiesPerSecond: Double? = nil,
    gracefulShutdownPeriod: Duration? = nil, activitySlots: (any SlotSupplier)? = nil
  ) {
    self.maxConcurrentWorkflowTaskExecutions = maxConcurrentWorkflowTaskExecutions
    self.maxConcurrentActivityExecutions = maxConcurrentActivityExecutions
    self.maxConcurrentLocalActivityExecutions = maxConcurrentLocalActivityExecutions
    self.maxConcurrentSessionExecutions = maxConcurrentSessionExecutions
    self.maxWorkerActivitiesPerSecond = maxWorkerActivitiesPerSecond
    self.maxTaskQueueActivitiesPerSecond = maxTaskQueueActivitiesPerSecond
    self.gracefulShutdownPeriod = gracefulShutdownPeriod
    self.activitySlots = activitySlots
  }

  /// What is wrong with the options, or `nil`.
  var problem: String? {
    for (name, slots) in [
      ("maxConcurrentWorkflowTaskExecutions", maxConcurrentWorkflowTaskExecutions),
      ("maxConcurrentActivityExecutions", maxConcurrentActivityExecutions),
      ("maxConcurrentLocalActivityExecutions", maxConcurrentLocalActivityExecutions),
    ] where slots < 1 {
      return "\(name) is \(slots); at least 1 is needed"
    }
    if maxConcurrentSessionExecutions < 0 {
      return "maxConcurrentSessionExecutions is \(maxConcurrentSessionExecutions); it cannot be negative"
    }
    for case (let name, let rate?) in [
      ("maxWorkerActivitiesPerSecond", maxWorkerActivitiesPerSecond),
      ("maxTaskQueueActivitiesPerSecond", maxTaskQueueActivitiesPerSecond),
    ] where !(rate > 0 && rate.isFinite) {
      return "\(name) is \(rate); a positive rate or nil is needed"
    }
    if let period = gracefulShutdownPeriod, period < .zero {
      return "gracefulShutdownPeriod is \(period); it cannot be negative"
    }
    return activitySlots?.problem.map { "activitySlots: \($0)" }
  }

  /// The rate that holds.
  var activitiesPerSecond: Double? {
    [maxWorkerActivitiesPerSecond, maxTaskQueueActivitiesPerSecond].compactMap(\.self).min()
  }
}
