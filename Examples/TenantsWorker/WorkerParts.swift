internal import DurableWorkflows
internal import ExampleSupport
internal import Foundation
internal import Logging
internal import ODBC
internal import Tenants

/// What the worker opens in this order and closes in the reverse one.
struct WorkerParts {
  /// The id of the provider's own tenant in a fresh database.
  static let managementTenant = "00000000-0000-4000-8000-000000000001"

  let store: TenantStore
  let engine: WorkflowEngine
  let schedules: TenantSchedules

  static func open(
    _ configuration: TenantConfiguration, options: WorkerOptions, logger: Logger
  ) async throws -> WorkerParts {
    let store = try await openStore(configuration, logger: logger)
    do {
      let outside = SimulatedServices(latency: options.latency)
      logger.warning("everything outside is simulated in this process", metadata: ["latency": "\(options.latency)"])
      let control = ClientScheduleControl()
      var services = TenantServices(
        store: store, credentials: Credentials(secret: configuration.authKey), outside: outside)
      services.applicationURL = configuration.applicationURL
      services.schedules = control
      let engine = try await WorkflowEngine.open(
        directory: options.journal, workflows: TenantRegistration.workflows,
        activities: TenantRegistration(services).activities, options: WorkerQueues.options(configuration))
      logger.info("journal opened", metadata: ["journal": "\(options.journal)"])
      await control.connect(engine.client)
      let schedules = TenantSchedules(
        client: engine.client, store: store, directory: outside,
        emailPollingMinutes: configuration.emailPollingMinutes)
      return WorkerParts(store: store, engine: engine, schedules: schedules)
    } catch {
      await store.database.close()
      throw error
    }
  }

  private static func openStore(_ configuration: TenantConfiguration, logger: Logger) async throws -> TenantStore {
    let settings = configuration.database
    if settings.dialect == .sqlite, let path = settings.connectionString.value(for: "Database") {
      let directory = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
      do {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      } catch {
        let reason = (error as NSError).localizedDescription
        throw ConfigurationProblems(
          list: ["TENANTS_SQLITE_PATH: the directory '\(directory)' cannot be made: \(reason)"])
      }
    }
    let store = try await TenantStore.open(settings)
    do {
      try await store.database.ping()
      try await store.ensureManagementTenant(
        named: "Provider", id: managementTenant, now: Moment(SystemClock().now()))
    } catch {
      await store.database.close()
      throw error
    }
    logger.info("database ready", metadata: ["database": "\(settings.dialect.rawValue)"])
    return store
  }
}
