internal import CPG1
internal import DurableWorkflows
internal import Foundation
internal import Logging
internal import ODBC

/// Everything that is checked before the worker serves.
struct Startup {
  let configuration: Cpg1Configuration
  let address: ServiceAddress
  let journal: String
  let readyFile: String?
  let activities: Cpg1Activities
  let logger: Logger

  static func prepare(_ options: CPG1Worker, environment: [String: String]) async throws -> Startup {
    let configuration = try Cpg1Configuration(environment)
    let address = try options.address.map { try ServiceAddress($0, name: "--address") } ?? configuration.address
    let logger = logger(configuration)
    let catalog = try options.catalog.map { try Catalog(directory: $0) } ?? Catalog.bundled()
    try checkCatalog(catalog)
    let evidence = try writableDirectory(options.evidence, option: "--evidence")
    let frames = try writableDirectory(options.frames, option: "--frames")
    try Cpg1Activities.removeLeftovers(evidenceDirectory: evidence)
    let database = try configuration.database()
    try await checkDatabase(database, logger: logger)
    let activities = Cpg1Activities(
      catalog: catalog,
      database: database,
      frames: FrameStore(directory: frames),
      evidenceDirectory: evidence,
      gitCommitID: configuration.gitCommitID,
      host: ProcessInfo.processInfo.hostName
    )
    return Startup(
      configuration: configuration,
      address: address,
      journal: absolute(options.journal),
      readyFile: options.readyFile,
      activities: activities,
      logger: logger
    )
  }

  private static func logger(_ configuration: Cpg1Configuration) -> Logger {
    let redactor = LogRedactor(secrets: configuration.secrets)
    LoggingSystem.bootstrap { label in
      JSONLogHandler(
        label: label,
        service: configuration.service,
        environment: configuration.environment,
        logLevel: configuration.logLevel,
        redactor: redactor
      )
    }
    return Logger(label: "cpg1-worker")
  }

  private static func checkCatalog(_ catalog: Catalog) throws {
    for id in ReconciliationResults.requiredItems {
      guard try catalog.item(id).sql != nil else {
        throw CPG1Error(
          .invalidCatalog,
          "the catalog's item \(id) has no query, but the reconciliation needs it; add \(id).sql"
        )
      }
    }
  }

  /// The directory, created if needed, after a file was written there and removed.
  private static func writableDirectory(_ path: String, option: String) throws -> String {
    let directory = absolute(path)
    let probe = directory + "/.probe-" + UUID().uuidString
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      try Data().write(to: URL(filePath: probe))
      try FileManager.default.removeItem(atPath: probe)
    } catch {
      let reason = (error as NSError).localizedDescription
      throw CPG1Error(
        .configuration,
        "the directory '\(directory)' (\(option)) is not writable: \(reason); "
          + "give another one with \(option) or correct its permissions"
      )
    }
    return directory
  }

  private static func absolute(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
  }

  private static func checkDatabase(_ database: DatabaseSettings, logger: Logger) async throws {
    let drivers = try await ODBC.drivers().map(\.name)
    logger.info("ODBC drivers", metadata: ["drivers": .array(drivers.map { .string($0) })])
    guard !drivers.isEmpty else {
      throw CPG1Error(
        .configuration,
        "no ODBC driver is installed; install one, for example libsqliteodbc, or Microsoft's msodbcsql18"
      )
    }
    do {
      let info = try await database.check(timeout: .seconds(10))
      logger.info(
        "database reachable",
        metadata: ["database": "\(info.databaseName) \(info.databaseVersion)", "driver": "\(info.driverName)"]
      )
    } catch let error as ODBCError {
      throw CPG1Error(
        .configuration,
        "the database cannot be reached (\(database.connectionString)): \(error); "
          + "check DB_CONNECTION_STRING, the tunnel and the network"
      )
    }
  }
}
