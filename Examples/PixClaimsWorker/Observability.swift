internal import DurableWorkflows
internal import ExampleSupport
internal import Logging
internal import Metrics
internal import PixClaims
internal import WorkflowConsole

/// The worker's logs, metrics and probes.
struct Observability {
  let readiness = Readiness(budget: PixConfiguration.readinessBudget)
  let metrics: PrometheusMetricsFactory
  let tracker = TaskTracker()

  /// Installs the log handler and the metrics' back end; once per process.
  init(_ configuration: PixConfiguration) {
    let (level, secrets) = (configuration.logLevel, configuration.secrets)
    LoggingSystem.bootstrap { JSONLogHandler(label: $0, logLevel: level, secrets: secrets) }
    var settings = PrometheusMetricsFactory.Configuration()
    settings.buckets = [
      PixMetrics.taskDuration: PixMetrics.taskBuckets, PixMetrics.syncDuration: PixMetrics.syncBuckets,
    ]
    settings.help = PixMetrics.help
    metrics = PrometheusMetricsFactory(configuration: settings)
    MetricsSystem.bootstrap(metrics)
    PixMetrics.declare()
  }

  /// Says what must work for the worker to be ready.
  func serve(_ engine: WorkflowEngine, _ database: PixDatabase) async {
    await readiness.serve([
      ReadinessCheck(reason: "database_unhealthy") { try await database.ping() },
      ReadinessCheck(reason: "temporal_unhealthy") { _ = try await engine.statistics() },
    ])
    PixMetrics.set(PixMetrics.healthStatus, 1)
  }

  /// From now on the worker is not ready.
  func drain() async {
    await readiness.drain()
    PixMetrics.set(PixMetrics.healthStatus, 0)
  }

  /// Measures what is measured only when somebody looks.
  func update(_ worker: WorkerParts?) async {
    let isReady = await readiness.report().isReady
    PixMetrics.set(PixMetrics.healthStatus, isReady ? 1 : 0)
    tracker.publish()
    // What does not answer now would keep the scraper waiting.
    guard isReady, let worker else { return }
    do {
      let statistics = try await worker.engine.statistics()
      PixMetrics.set(PixMetrics.openWorkflows, Double(statistics.openRuns))
      PixMetrics.set(PixMetrics.queueDepth, Double(statistics.queuedActivities))
      PixMetrics.set(PixMetrics.outboxPending, Double(try await worker.store.unpublishedEvents()))
      let oldest = try await worker.store.openClaims().oldest
      let age = oldest.map { (Moment(SystemClock().now()) - $0) / .seconds(1) } ?? 0
      PixMetrics.set(PixMetrics.oldestClaim, max(0, age))
    } catch {
      Logger(label: "metrics").warning("gauges could not be measured", metadata: ["reason": "\(error)"])
    }
  }
}
