internal import DurableWorkflows
internal import ExampleSupport
internal import Logging
internal import PixClaims

/// What the worker opens in this order and closes in the reverse one.
struct WorkerParts {
  let database: PixDatabase
  let store: PixStore
  let sink: FileEventSink
  let publisher: OutboxPublisher
  let engine: WorkflowEngine
  let registration: PixRegistration

  static func open(
    _ configuration: PixConfiguration,
    options: WorkerOptions,
    tracker: TaskTracker,
    logger: Logger
  ) async throws -> WorkerParts {
    let alerts = LogAlertSink()
    let sink = try eventSink(configuration, logger: logger)
    let database = try await database(configuration, logger: logger)
    do {
      let store = PixStore(database: database)
      let bridge = await bridge(configuration, latency: options.bridgeLatency, logger: logger)
      let registration = PixRegistration(PixServices(store: store, bridge: bridge, alerts: alerts, tracker: tracker))
      let engine = try await engine(configuration, journal: options.journal, registration)
      logger.info("journal opened", metadata: ["journal": "\(options.journal)"])
      let publisher = OutboxPublisher(store: store, sink: sink, alerts: alerts) { Moment(SystemClock().now()) }
      return WorkerParts(
        database: database,
        store: store,
        sink: sink,
        publisher: publisher,
        engine: engine,
        registration: registration
      )
    } catch {
      await database.close()
      await sink.close()
      throw error
    }
  }

  private static func eventSink(_ configuration: PixConfiguration, logger: Logger) throws -> FileEventSink {
    let events = configuration.events
    try FileDirectory.make(of: events.file, for: "PIX_EVENTS_FILE")
    logger.warning(
      "this worker has no Pulsar client: published events are appended to a file",
      metadata: ["file": "\(events.file)", "pulsar": "\(events.url)", "topic": "\(events.topic)"]
    )
    return try FileEventSink(path: events.file, topic: events.topic, producer: events.producer)
  }

  private static func database(_ configuration: PixConfiguration, logger: Logger) async throws -> PixDatabase {
    try configuration.database.makeDirectory(for: "PIX_SQLITE_PATH")
    let database = try await PixDatabase.open(configuration.database)
    logger.info(
      "database ready",
      metadata: [
        "database": "\(configuration.database.dialect.rawValue)",
        "connections": "\(configuration.database.maximumConnections)",
      ]
    )
    return database
  }

  /// Bacen itself is simulated; the address is only looked at.
  private static func bridge(_ configuration: PixConfiguration, latency: Duration, logger: Logger) async -> any Bridge {
    if let address = configuration.bridge,
      let problem = await BridgeProbe.problem(with: address, timeout: PixConfiguration.readinessBudget)
    {
      logger.warning("the bridge is unavailable", metadata: ["bridge": "\(address)", "reason": "\(problem)"])
    }
    logger.warning("Bacen is simulated in this process", metadata: ["latency": "\(latency)"])
    return TimedBridge(SimulatedBridge(latency: latency), timeout: configuration.bridgeTimeout)
  }

  private static func engine(
    _ configuration: PixConfiguration,
    journal: String,
    _ registration: PixRegistration
  ) async throws -> WorkflowEngine {
    var options = WorkflowEngineOptions()
    options.namespace = configuration.namespace
    options.taskQueue = configuration.taskQueue
    options.maxConcurrentActivities = configuration.maxConcurrentActivities
    options.maxCachedWorkflows = configuration.maxConcurrentWorkflows
    options.gracefulShutdownPeriod = PixConfiguration.shutdownTimeout
    // As long as the longest claim is open.
    options.retention = .seconds(30 * 86_400)
    options.logger = Logger(label: "durable-workflows")
    return try await WorkflowEngine.open(
      directory: journal,
      workflows: PixRegistration.workflows,
      activities: registration.activities,
      options: options
    )
  }
}
