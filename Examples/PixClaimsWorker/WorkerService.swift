internal import DurableWorkflows
internal import ExampleSupport
internal import Logging
internal import PixClaims
internal import ProgramSupport
internal import Synchronization
internal import WorkflowConsole

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
    try await WorkerProgram.run(serving: [health, metrics], logger: logger) { ports, signals in
      try await work(opened, (ports[0], ports[1]), until: signals)
    }
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
    try await WorkerProgram.serving {
      try await serve(parts, ports, until: signals)
    } thenClosing: {
      opened.set(nil)
      await observability.drain()
      try await WorkerProgram.serving {
        try await parts.engine.shutdown()
        logger.info("drained; the engine is closed")
      } thenClosing: {
        publishing.cancel()
        await publishing.value
        await publishRest(parts)
        await parts.sink.close()
        logger.info("the event producer is closed")
        await parts.database.close()
        logger.info("the database is closed")
      }
    }
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
    let door = FrontDoor(
      of: parts.engine, at: configuration.address, namespace: configuration.namespace, logger: logger)
    try await door.serve(until: signals) {
      await observability.drain()
    } begin: { address in
      try await begin(parts, address, ports)
    }
  }

  /// Everything is open: begins to be ready.
  private func begin(
    _ parts: WorkerParts, _ address: HostAndPort, _ ports: (health: Int, metrics: Int)
  ) async throws {
    let api = ClaimsAPI(
      store: parts.store,
      client: parts.engine.client,
      options: .init(daySeconds: configuration.daySeconds)
    )
    let missing = try await api.startMissing()
    await observability.serve(parts.engine, parts.database)
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
    try ReadyFile.write(
      ["ADDRESS": "\(address)", "HEALTH_PORT": "\(ports.health)", "METRICS_PORT": "\(ports.metrics)"],
      to: options.readyFile)
  }
}

/// The parts while they are open, for the scraper.
private final class OpenedParts: Sendable {
  private let current = Mutex<WorkerParts?>(nil)

  var parts: WorkerParts? { current.withLock { $0 } }

  func set(_ parts: WorkerParts?) { current.withLock { $0 = parts } }
}
