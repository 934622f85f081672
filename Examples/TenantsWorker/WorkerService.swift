internal import DurableWorkflows
internal import ExampleSupport
internal import Logging
internal import Metrics
internal import ProgramSupport
internal import Tenants
internal import WorkflowConsole

/// The worker from its first probe to its graceful end.
struct WorkerService {
  private let configuration: TenantConfiguration
  private let options: WorkerCommandOptions
  private let health = WorkflowHealth(budget: TenantConfiguration.readinessBudget)
  private let serving = ServingState()
  private let metrics: PrometheusMetricsFactory
  private let logger: Logger

  /// Installs the log handler and the metrics' back end; once per process.
  init(_ configuration: TenantConfiguration, options: WorkerCommandOptions) {
    self.configuration = configuration
    self.options = options
    let (level, secrets) = (configuration.logLevel, configuration.secrets)
    LoggingSystem.bootstrap { JSONLogHandler(label: $0, logLevel: level, secrets: secrets) }
    metrics = PrometheusMetricsFactory()
    MetricsSystem.bootstrap(metrics)
    logger = Logger(label: "worker")
    serving.register(in: health)
  }

  /// Serves until a signal; probes are answered from the beginning to the end.
  func run() async throws {
    let consoles = configuration.isHealthCheckEnabled ? [try makeConsole()] : []
    try await WorkerProgram.run(serving: consoles, logger: logger) { ports, signals in
      try await work(healthPort: ports.first, until: signals)
    }
  }

  private func makeConsole() throws -> ConsoleServer {
    var logger = Logger(label: "console")
    logger.logLevel = max(configuration.logLevel, .warning)
    return try ConsoleServer(
      host: configuration.httpHost, port: configuration.healthPort,
      routes: [
        .health(service: TenantConfiguration.service, health), .ready(service: TenantConfiguration.service, health),
        .metrics(metrics, health),
      ], logger: logger)
  }

  /// Opens everything, serves, and closes everything.
  private func work(healthPort: Int?, until signals: AsyncStream<String>) async throws {
    let parts = try await WorkerParts.open(configuration, options: options, health: health, logger: logger)
    let door = FrontDoor(
      of: parts.engine, at: configuration.address, namespace: configuration.namespace, logger: logger)
    try await WorkerProgram.serving {
      try await door.serve(until: signals) {
        serving.drain()
      } begin: { address in
        try await begin(parts, address, healthPort)
      }
    } thenClosing: {
      serving.drain()
      try await WorkerProgram.serving {
        try await parts.engine.shutdown()
        logger.info("drained; the engine is closed")
      } thenClosing: {
        await parts.store.close()
        logger.info("the database is closed")
      }
    }
  }

  /// Everything is open: brings the schedules up to date and begins to be ready.
  private func begin(_ parts: WorkerParts, _ address: HostAndPort, _ healthPort: Int?) async throws {
    let actions = await parts.schedules.reconcile()
    serving.serve()
    logger.info(
      "worker started",
      metadata: [
        "address": "\(address)", "health_port": "\(healthPort.map { "\($0)" } ?? "none")",
        "namespace": "\(configuration.namespace)", "task_queues": .array(configuration.taskQueues.map { .string($0) }),
        "workflows": "\(TenantRegistration.workflows.count)", "schedules": "\(actions.count)",
        "max_concurrent_workflows": "\(configuration.maxConcurrentWorkflows)",
        "max_concurrent_activities": "\(configuration.maxConcurrentActivities)",
      ])
    var text = "ADDRESS=\(address)\n"
    if let healthPort { text += "HEALTH_PORT=\(healthPort)\n" }
    try ReadyFile.write(text: text, to: options.readyFile)
  }
}
