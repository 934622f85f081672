internal import DurableWorkflows
internal import ExampleSupport
internal import Foundation
internal import Logging
internal import Metrics
internal import Tenants
internal import WorkflowConsole
internal import WorkflowService

/// The worker from its first probe to its graceful end.
struct WorkerService {
  private let configuration: TenantConfiguration
  private let options: WorkerOptions
  private let readiness = Readiness(budget: TenantConfiguration.readinessBudget)
  private let metrics: PrometheusMetricsFactory
  private let logger: Logger

  /// Installs the log handler and the metrics' back end; once per process.
  init(_ configuration: TenantConfiguration, options: WorkerOptions) {
    self.configuration = configuration
    self.options = options
    let (level, secrets) = (configuration.logLevel, configuration.secrets)
    LoggingSystem.bootstrap { JSONLogHandler(label: $0, logLevel: level, secrets: secrets) }
    metrics = PrometheusMetricsFactory()
    MetricsSystem.bootstrap(metrics)
    logger = Logger(label: "worker")
  }

  /// Serves until a signal; probes are answered from the beginning to the end. A second signal ends the process at
  /// once.
  func run() async throws {
    let signals = TerminationSignals()
    defer { signals.cancel() }
    let names = signals.names
    guard configuration.isHealthCheckEnabled else {
      try await work(healthPort: nil, until: names)
      return logger.info("worker stopped")
    }
    let console = try makeConsole()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await console.run() }
      group.addTask {
        try await work(healthPort: try await console.listeningPort, until: names)
        console.beginGracefulShutdown()
      }
      do {
        // Not waitForAll(), which waits for the others before it throws.
        while try await group.next() != nil {}
      } catch {
        group.cancelAll()
        throw error
      }
    }
    logger.info("worker stopped")
  }

  private func makeConsole() throws -> ConsoleServer {
    var logger = Logger(label: "console")
    logger.logLevel = max(configuration.logLevel, .warning)
    return try ConsoleServer(
      host: configuration.httpHost, port: configuration.healthPort,
      routes: [
        .health(service: TenantConfiguration.service), .ready(service: TenantConfiguration.service, readiness),
        .metrics(metrics),
      ], logger: logger)
  }

  /// Opens everything, serves, and closes everything.
  private func work(healthPort: Int?, until signals: AsyncStream<String>) async throws {
    let parts = try await WorkerParts.open(configuration, options: options, logger: logger)
    var failure: (any Error)?
    do {
      try await serve(parts, healthPort, until: signals)
    } catch {
      failure = error
    }
    await readiness.drain()
    do {
      try await parts.engine.shutdown()
    } catch {
      // The first error is the one to report.
      failure = failure ?? error
    }
    logger.info("drained; the engine is closed")
    await parts.store.database.close()
    logger.info("the database is closed")
    if let failure { throw failure }
  }

  private func serve(_ parts: WorkerParts, _ healthPort: Int?, until signals: AsyncStream<String>) async throws {
    var settings = WorkflowServiceServer.Configuration(
      host: configuration.address.bindHost, port: configuration.address.port, drainTimeout: .seconds(3))
    settings.namespace = configuration.namespace
    let server = WorkflowServiceServer(frontend: parts.engine, configuration: settings)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await server.run()
        } catch {
          throw ConfigurationProblems(list: [
            "TEMPORAL_ADDRESS: cannot listen on \(configuration.address): \(error); another process may use the port"
          ])
        }
      }
      group.addTask { try await parts.engine.waitUntilEnded() }
      group.addTask {
        // A server that cannot listen reports it itself.
        guard let bound = try? await server.listeningAddress else { return }
        try await begin(parts, bound: "\(bound)", healthPort)
      }
      group.addTask {
        var names = signals.makeAsyncIterator()
        guard let name = await names.next() else { return }
        logger.info("shutting down; no further work is taken", metadata: ["signal": "\(name)"])
        await readiness.drain()
        server.beginGracefulShutdown()
        try await parts.engine.shutdown()
      }
      do {
        while try await group.next() != nil {}
      } catch {
        server.beginGracefulShutdown()
        group.cancelAll()
        // The group waits for its tasks, and the one of the engine ends with the engine only.
        try? await parts.engine.shutdown()
        throw error
      }
    }
  }

  /// Everything is open: brings the schedules up to date and begins to be ready.
  private func begin(_ parts: WorkerParts, bound: String, _ healthPort: Int?) async throws {
    let actions = await parts.schedules.reconcile()
    let database = parts.store.database
    let engine = parts.engine
    await readiness.serve([
      ReadinessCheck(reason: "database_unhealthy") { try await database.ping() },
      ReadinessCheck(reason: "temporal_unhealthy") { _ = try await engine.statistics() },
    ])
    let port = bound.split(separator: ":").last.flatMap { Int($0) } ?? configuration.address.port
    let address = HostAndPort(host: configuration.address.bindHost, port: port)
    logger.info(
      "worker started",
      metadata: [
        "address": "\(address)", "health_port": "\(healthPort.map { "\($0)" } ?? "none")",
        "namespace": "\(configuration.namespace)", "task_queues": .array(configuration.taskQueues.map { .string($0) }),
        "workflows": "\(TenantRegistration.workflows.count)", "schedules": "\(actions.count)",
        "max_concurrent_workflows": "\(configuration.maxConcurrentWorkflows)",
        "max_concurrent_activities": "\(configuration.maxConcurrentActivities)",
      ])
    guard let file = options.readyFile else { return }
    var text = "ADDRESS=\(address)\n"
    if let healthPort { text += "HEALTH_PORT=\(healthPort)\n" }
    do {
      try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
    } catch {
      throw ConfigurationProblems(list: ["--ready-file: '\(file)' cannot be written; give another path"])
    }
  }
}
