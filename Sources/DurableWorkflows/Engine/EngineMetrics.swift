internal import Metrics

/// The engine's metrics, under the names of Temporal's SDKs where one exists; others begin with `durable_workflows_`.
///
/// Confined to the engine's thread. Every counter and timer is made once and kept.
final class EngineMetrics {
  private let factory: any MetricsFactory
  private let namespace: String
  private var workflowTypes: [TypeKey: WorkflowTypeMetrics] = [:]
  private var activityTypes: [TypeKey: ActivityTypeMetrics] = [:]
  private var localActivityTypes: [TypeKey: LocalActivityTypeMetrics] = [:]

  private let maxConcurrentActivities: Int
  private let observesSlots: Bool
  private let cacheHits: Counter
  private let cacheMisses: Counter
  private let evictions: Counter
  private let cacheSize: Gauge
  private let usedSlots: Gauge
  private let availableSlots: Gauge
  private let usedLocalSlots: Gauge
  private let commitLatency: Timer
  private let deadlocks: Counter
  private let quarantines: Counter
  private var lastCacheSize = -1
  private var lastUsedSlots = -1
  private var lastUsedLocalSlots = -1

  /// A type's name, its task queue, and the namespace of its runs.
  struct TypeKey: Hashable {
    var type: String
    var taskQueue: String
    var namespace = NamespaceKey.own

    func hash(into hasher: inout Hasher) {
      // Looked up with every attempt: few names are in several namespaces.
      hasher.combine(type)
      hasher.combine(taskQueue)
    }
  }

  /// `nil` if nobody would see them.
  ///
  /// - Parameter observesSlots: whether the slots of activities are the engine's, not those of its workers.
  init?(_ options: WorkflowEngineOptions, observesSlots: Bool = true) {
    if options.metricsFactory is NOOPMetricsHandler { return nil }
    let maker = MetricMaker(
      factory: options.metricsFactory,
      dimensions: [("namespace", options.namespace), ("task_queue", options.taskQueue)])
    factory = options.metricsFactory
    namespace = options.namespace
    self.observesSlots = observesSlots
    maxConcurrentActivities = options.maxConcurrentActivities
    cacheHits = maker.counter("temporal_sticky_cache_hit")
    cacheMisses = maker.counter("temporal_sticky_cache_miss")
    evictions = maker.counter("temporal_sticky_cache_total_forced_eviction")
    cacheSize = maker.gauge("temporal_sticky_cache_size")
    let activityWorker = maker.with("worker_type", "ActivityWorker")
    usedSlots = activityWorker.gauge("temporal_worker_task_slots_used")
    availableSlots = activityWorker.gauge("temporal_worker_task_slots_available")
    let localActivityWorker = maker.with("worker_type", "LocalActivityWorker")
    usedLocalSlots = localActivityWorker.gauge("temporal_worker_task_slots_used")
    commitLatency = maker.timer("durable_workflows_journal_commit_latency", unit: .milliseconds)
    deadlocks = maker.counter("durable_workflows_workflow_task_deadlocks")
    quarantines = maker.counter("durable_workflows_quarantined_runs")
    for worker in [maker.with("worker_type", "WorkflowWorker"), activityWorker] {
      worker.counter("temporal_worker_start").increment()
    }
  }

  /// The metrics of a workflow type.
  func workflow(_ run: Run) -> WorkflowTypeMetrics {
    if let metrics = run.metrics { return metrics }
    let started = run.state.started
    let key = TypeKey(type: started.workflowType, taskQueue: started.taskQueue, namespace: started.namespace)
    let metrics = workflowTypes[key] ?? WorkflowTypeMetrics(maker(key, "workflow_type"))
    workflowTypes[key] = metrics
    run.metrics = metrics
    return metrics
  }

  /// The metrics of an activity type.
  func activity(_ type: String, taskQueue: String, of run: Run) -> ActivityTypeMetrics {
    let key = TypeKey(type: type, taskQueue: taskQueue, namespace: run.state.started.namespace)
    if let metrics = activityTypes[key] { return metrics }
    let metrics = ActivityTypeMetrics(maker(key, "activity_type"))
    activityTypes[key] = metrics
    return metrics
  }

  /// The metrics of an activity type's local executions.
  func localActivity(_ type: String, taskQueue: String, of run: Run) -> LocalActivityTypeMetrics {
    let key = TypeKey(type: type, taskQueue: taskQueue, namespace: run.state.started.namespace)
    if let metrics = localActivityTypes[key] { return metrics }
    let metrics = LocalActivityTypeMetrics(maker(key, "activity_type"))
    localActivityTypes[key] = metrics
    return metrics
  }

  private func maker(_ key: TypeKey, _ dimension: String) -> MetricMaker {
    MetricMaker(
      factory: factory,
      dimensions: [
        ("namespace", key.namespace.isOwn ? namespace : key.namespace.name), ("task_queue", key.taskQueue),
        (dimension, key.type),
      ])
  }

  // MARK: The engine as a whole

  func cacheHit() { cacheHits.increment() }
  func cacheMiss() { cacheMisses.increment() }
  func deadlocked() { deadlocks.increment() }
  func quarantined() { quarantines.increment() }
  func evicted() { evictions.increment() }
  func committed(in duration: Duration) { commitLatency.recordNanoseconds(duration.inNanoseconds) }

  /// What the engine holds at the end of a turn.
  func observe(cachedRuns: Int, runningActivities: Int, runningLocalActivities: Int) {
    if cachedRuns != lastCacheSize {
      lastCacheSize = cachedRuns
      cacheSize.record(cachedRuns)
    }
    if observesSlots, runningActivities != lastUsedSlots {
      lastUsedSlots = runningActivities
      usedSlots.record(runningActivities)
      availableSlots.record(max(0, maxConcurrentActivities - runningActivities))
    }
    if runningLocalActivities != lastUsedLocalSlots {
      lastUsedLocalSlots = runningLocalActivities
      usedLocalSlots.record(runningLocalActivities)
    }
  }
}

/// Makes metrics that share dimensions.
struct MetricMaker {
  var factory: any MetricsFactory
  var dimensions: [(String, String)]

  func with(_ name: String, _ value: String) -> MetricMaker {
    MetricMaker(factory: factory, dimensions: dimensions + [(name, value)])
  }

  func counter(_ label: String) -> Counter {
    Counter(label: label, dimensions: dimensions, factory: factory)
  }

  func gauge(_ label: String) -> Gauge {
    Gauge(label: label, dimensions: dimensions, factory: factory)
  }

  func timer(_ label: String, unit: TimeUnit = .seconds) -> Timer {
    Timer(label: label, dimensions: dimensions, preferredDisplayUnit: unit, factory: factory)
  }
}
