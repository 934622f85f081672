internal import DurableWorkflows
internal import ExampleSupport
internal import Foundation
internal import Logging
internal import PixClaims
internal import Synchronization
internal import WorkflowConsole
internal import WorkflowService

/// The worker from its first probe to its graceful end.
struct WorkerService {
  private let configuration: PixConfiguration
  private let options: WorkerOptions
  private let observability: Observability
  private let logger: Logger

  init(_ configuration: PixConfiguration, options: WorkerOptions) {
    self.configuration = configuration
    self.options = options
    observability = Observability(configuration)
    logger = Logger(label: "worker")
  }

  /// Serves until a signal; probes are answered from the beginning to the end.
  func run() async throws {
    let signals = TerminationSignals()
    defer { signals.cancel() }
    let names = signals.names
    let opened = OpenedParts()
    let observability = observability
    let health = try console(
      port: configuration.healthPort,
      routes: [
        .health(service: PixConfiguration.service), .ready(service: PixConfiguration.service, observability.readiness),
      ]
    )
    let metrics = try console(
      port: configuration.metricsPort,
      routes: [.metrics(observability.metrics) { await observability.update(opened.parts) }]
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      for server in [health, metrics] { group.addTask { try await server.run() } }
      group.addTask {
        let ports = (health: try await health.listeningPort, metrics: try await metrics.listeningPort)
        try await work(opened, ports, until: names)
        logger.info("stopping the HTTP servers")
        for server in [health, metrics] { server.beginGracefulShutdown() }
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

  private func console(port: Int, routes: [ConsoleRoute]) throws -> ConsoleServer {
    var logger = Logger(label: "console")
    logger.logLevel = max(configuration.logLevel, .warning)
    return try ConsoleServer(host: configuration.httpHost, port: port, routes: routes, logger: logger)
  }

  /// Opens everything, serves, and closes everything in the guide's order.
  private func work(
    _ opened: OpenedParts,
    _ ports: (health: Int, metrics: Int),
    until signals: AsyncStream<String>
  ) async throws {
    let parts = try await WorkerParts.open(
      configuration,
      options: options,
      tracker: observability.tracker,
      logger: logger
    )
    opened.set(parts)
    let publishing = Task { await parts.publisher.run() }
    var failure: (any Error)?
    do {
      try await serve(parts, ports, until: signals)
    } catch {
      failure = error
    }
    opened.set(nil)
    await observability.drain()
    do {
      try await parts.engine.shutdown()
    } catch {
      // The first error is the one to report.
      failure = failure ?? error
    }
    logger.info("drained; the engine is closed")
    publishing.cancel()
    await publishing.value
    await publishRest(parts)
    await parts.sink.close()
    logger.info("the event producer is closed")
    await parts.database.close()
    logger.info("the database is closed")
    if let failure { throw failure }
  }

  /// Publishes what the last activities recorded, if that is quick; the rest waits for the next process.
  private func publishRest(_ parts: WorkerParts) async {
    let work = Task { try await parts.publisher.publishAll() }
    let limit = Task {
      // Cancelled: the work is done.
      guard (try? await Task.sleep(for: .seconds(5))) != nil else { return }
      work.cancel()
    }
    defer { limit.cancel() }
    do {
      try await work.value
    } catch {
      logger.warning("events are left for the next process", metadata: ["reason": "\(error)"])
    }
  }

  private func serve(
    _ parts: WorkerParts,
    _ ports: (health: Int, metrics: Int),
    until signals: AsyncStream<String>
  ) async throws {
    var settings = WorkflowServiceServer.Configuration(
      host: configuration.address.bindHost,
      port: configuration.address.port,
      drainTimeout: .seconds(3)
    )
    settings.namespace = configuration.namespace
    let server = WorkflowServiceServer(frontend: parts.engine, configuration: settings)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await server.run()
        } catch {
          throw PixConfiguration.Problems(list: [
            "TEMPORAL_ADDRESS: cannot listen on \(configuration.address): \(error); another process may use the port"
          ])
        }
      }
      group.addTask { try await parts.engine.waitUntilEnded() }
      group.addTask {
        // A server that cannot listen reports it itself.
        guard let bound = try? await server.listeningAddress else { return }
        try await begin(parts, bound: "\(bound)", ports)
      }
      group.addTask {
        var names = signals.makeAsyncIterator()
        guard let name = await names.next() else { return }
        logger.info("shutting down; no further work is taken", metadata: ["signal": "\(name)"])
        await observability.drain()
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

  /// Everything is open: begins to be ready.
  private func begin(_ parts: WorkerParts, bound: String, _ ports: (health: Int, metrics: Int)) async throws {
    let api = ClaimsAPI(
      store: parts.store,
      client: parts.engine.client,
      options: .init(daySeconds: configuration.daySeconds)
    )
    let missing = try await api.startMissing()
    await observability.serve(parts.engine, parts.database)
    let port = bound.split(separator: ":").last.flatMap { Int($0) } ?? configuration.address.port
    let address = HostAndPort(host: configuration.address.bindHost, port: port)
    logger.info(
      "worker started",
      metadata: [
        "address": "\(address)", "health_port": "\(ports.health)", "metrics_port": "\(ports.metrics)",
        "namespace": "\(configuration.namespace)", "task_queue": "\(configuration.taskQueue)",
        "workflows": "\(PixRegistration.workflows.count)",
        "activities": "\(PixRegistration.guideActivities.count)",
        "additional_activities": .array(parts.registration.additionalActivities.map { .string($0) }),
        "max_concurrent_workflows": "\(configuration.maxConcurrentWorkflows)",
        "max_concurrent_activities": "\(configuration.maxConcurrentActivities)", "resumed_claims": "\(missing)",
      ]
    )
    guard let file = options.readyFile else { return }
    let text = "ADDRESS=\(address)\nHEALTH_PORT=\(ports.health)\nMETRICS_PORT=\(ports.metrics)\n"
    do {
      try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
    } catch {
      throw PixConfiguration.Problems(list: ["--ready-file: '\(file)' cannot be written; give another path"])
    }
  }
}

/// The parts while they are open, for the scraper.
private final class OpenedParts: Sendable {
  private let current = Mutex<WorkerParts?>(nil)

  var parts: WorkerParts? { current.withLock { $0 } }

  func set(_ parts: WorkerParts?) { current.withLock { $0 = parts } }
}
