internal import DurableWorkflows
internal import ExampleSupport
internal import Logging
internal import Tenants

/// What the worker opens in this order and closes in the reverse one.
struct WorkerParts {
  /// The id of the provider's own tenant in a fresh database.
  static let managementTenant = "00000000-0000-4000-8000-000000000001"

  let store: TenantStore
  let engine: WorkflowEngine
  let schedules: TenantSchedules

  /// - Parameter health: gets the engine and the database.
  static func open(
    _ configuration: TenantConfiguration, options: WorkerCommandOptions, health: WorkflowHealth, logger: Logger
  ) async throws -> WorkerParts {
    try PayloadKeyCheck(journal: options.journal).verify(configuration.payloadKeys)
    let store = try await openStore(configuration, logger: logger)
    store.register(in: health)
    do {
      let outside = SimulatedServices(latency: options.latency)
      logger.warning("everything outside is simulated in this process", metadata: ["latency": "\(options.latency)"])
      let control = ClientScheduleControl()
      var services = TenantServices(
        store: store, credentials: Credentials(secret: configuration.authKey), outside: outside)
      services.applicationURL = configuration.applicationURL
      services.schedules = control
      var engineOptions = configuration.engineOptions
      engineOptions.health = health
      let engine = try await WorkflowEngine.open(
        directory: options.journal, workers: TenantRegistration(services).workers(configuration),
        options: engineOptions)
      logger.info("journal opened", metadata: ["journal": "\(options.journal)"])
      await control.connect(engine.client)
      let schedules = TenantSchedules(
        client: engine.client, store: store, directory: outside,
        emailPollingMinutes: configuration.emailPollingMinutes)
      return WorkerParts(store: store, engine: engine, schedules: schedules)
    } catch {
      await store.close()
      throw error
    }
  }

  private static func openStore(_ configuration: TenantConfiguration, logger: Logger) async throws -> TenantStore {
    let settings = configuration.database
    try settings.makeDirectory(for: "TENANTS_SQLITE_PATH")
    let store = try await TenantStore.open(settings, administration: configuration.administration)
    do {
      try await store.database.ping()
      try await store.ensureManagementTenant(
        named: "Provider", id: managementTenant, now: Moment(SystemClock().now()))
    } catch {
      await store.close()
      throw error
    }
    logger.info("database ready", metadata: ["database": "\(settings.dialect.rawValue)"])
    return store
  }
}
