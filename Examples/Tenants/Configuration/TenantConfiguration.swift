public import DurableWorkflows
public import ExampleSupport
public import Logging
internal import ODBC
public import WorkflowCodecs

/// What the environment and the mounted secrets say, under the names of the worker's deployment guide.
public struct TenantConfiguration: Sendable {
  /// The worker's name in its answers and its logs.
  public static let service = "temporal-worker"
  /// How long running activities may go on after a shutdown began.
  public static let shutdownTimeout = Duration.seconds(30)
  /// How long all checks of a readiness probe may take.
  public static let readinessBudget = Duration.seconds(2)
  /// The variables that say where the database is, for messages.
  public static let databaseSettings = "DB_… or TENANTS_SQLITE_PATH"
  /// The setting with the keys that encrypt what histories hold.
  public static let payloadKeysName = "TENANTS_PAYLOAD_KEYS"
  /// The settings without which nothing starts.
  public static let required = [
    "ALGA_AUTH_KEY", "NEXTAUTH_SECRET", "APPLICATION_URL", "TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE",
    "TEMPORAL_TASK_QUEUE", payloadKeysName,
  ]
  /// The settings without which there is no PostgreSQL database.
  public static let requiredForDatabase = [
    "DB_HOST", "DB_PORT", "DB_NAME_SERVER", "DB_USER_SERVER", "DB_PASSWORD_SERVER", "DB_USER_ADMIN",
    "DB_PASSWORD_ADMIN",
  ]
  private static let secretNames = [
    "ALGA_AUTH_KEY", "NEXTAUTH_SECRET", "DB_PASSWORD_SERVER", "DB_PASSWORD_ADMIN", "RESEND_API_KEY",
    "INTERNAL_API_SHARED_SECRET", payloadKeysName,
  ]

  /// `TEMPORAL_ADDRESS`: where the worker listens and clients connect.
  public let address: HostAndPort
  /// `TEMPORAL_NAMESPACE`.
  public let namespace: String
  /// `TEMPORAL_TASK_QUEUE`: the queue of runs that are started without one.
  public let taskQueue: String
  /// `TEMPORAL_TASK_QUEUES`, names with commas between, else all queues of ``TaskQueue``.
  public let taskQueues: [String]
  /// `MAX_CONCURRENT_ACTIVITIES`, else 10: for each queue.
  public let maxConcurrentActivities: Int
  /// `MAX_CONCURRENT_WORKFLOWS`, else 10: for each queue.
  public let maxConcurrentWorkflows: Int
  /// `DB_…` with `DB_USER_SERVER`; with `TENANTS_SQLITE_PATH` the SQLite database there.
  public let database: SQLDatabase.Settings
  /// The same database with `DB_USER_ADMIN`, who makes tables and adds and removes tenants; `nil` for SQLite.
  public let administration: SQLDatabase.Settings?
  /// `ALGA_AUTH_KEY`.
  public let authKey: String
  /// `TENANTS_PAYLOAD_KEYS`: `name:key` per line or between commas, the keys in Base64, the current one first.
  public let payloadKeys: EncryptionKeys
  /// `APPLICATION_URL`.
  public let applicationURL: String
  /// `EMAIL_PROVIDER`: mock, or resend with `RESEND_API_KEY`.
  public let emailProvider: String
  /// `EMAIL_POLLING_MINUTES`, else 3.
  public let emailPollingMinutes: Int
  /// `ENABLE_HEALTH_CHECK`: whether probes and metrics are served.
  public let isHealthCheckEnabled: Bool
  /// `HEALTH_CHECK_PORT`, else 8080; 0 lets the system choose.
  public let healthPort: Int
  /// `HTTP_HOST`: where probes and metrics are served. Default 127.0.0.1; 0.0.0.0 serves other machines.
  public let httpHost: String
  /// `LOG_LEVEL`, else info.
  public let logLevel: Logger.Level
  /// The texts that must never appear in a log.
  public let secrets: [String]

  /// Reads the settings.
  ///
  /// - Parameters:
  ///   - variables: the environment's variables; blank ones count as absent.
  ///   - directories: where secrets are mounted.
  /// - Throws: `ConfigurationProblems` with everything that is missing or wrong.
  public init(_ variables: [String: String], directories: [String] = SecretReader.directories) throws {
    var secretReader = SecretReader(variables, directories: directories)
    var values = variables
    for name in Self.required + Self.requiredForDatabase + Self.secretNames {
      values[name] = secretReader.value(name)
    }
    var reader = EnvironmentReader(values)
    for problem in secretReader.problems { reader.report(problem) }
    let sqlite = reader.text("TENANTS_SQLITE_PATH")
    for name in Self.required + (sqlite == nil ? Self.requiredForDatabase : []) where reader.text(name) == nil {
      reader.report("\(name) is not set; it is required (as a variable, in \(name)_FILE or in a mounted file)")
    }
    address = reader.address("TEMPORAL_ADDRESS", default: HostAndPort(host: "localhost", port: 7233))
    namespace = reader.text("TEMPORAL_NAMESPACE") ?? ""
    taskQueue = reader.text("TEMPORAL_TASK_QUEUE") ?? ""
    taskQueues = Self.queues(&reader, primary: taskQueue)
    maxConcurrentActivities = reader.integer("MAX_CONCURRENT_ACTIVITIES", default: 10, in: 1...10_000)
    maxConcurrentWorkflows = reader.integer("MAX_CONCURRENT_WORKFLOWS", default: 10, in: 1...100_000)
    authKey = values["ALGA_AUTH_KEY"] ?? ""
    let url = reader.text("APPLICATION_URL") ?? ""
    if !url.isEmpty, !["http://", "https://"].contains(where: { url.hasPrefix($0) }) {
      reader.report("APPLICATION_URL is '\(url)'; write for example https://app.example.com")
    }
    applicationURL = url
    emailProvider = reader.choice("EMAIL_PROVIDER", default: "mock", among: ["mock", "resend"])
    if emailProvider == "resend", reader.text("RESEND_API_KEY") == nil {
      reader.report("RESEND_API_KEY is not set; EMAIL_PROVIDER resend requires it")
    }
    if sqlite == nil { _ = reader.integer("DB_PORT", default: 5432, in: 1...65_535) }
    emailPollingMinutes = reader.integer("EMAIL_POLLING_MINUTES", default: 3, in: 1...1440)
    isHealthCheckEnabled =
      reader.choice("ENABLE_HEALTH_CHECK", default: "false", among: ["true", "false"]) == "true"
    healthPort = reader.integer("HEALTH_CHECK_PORT", default: 8080, in: 0...65_535)
    httpHost = reader.text("HTTP_HOST") ?? "127.0.0.1"
    let level = reader.choice("LOG_LEVEL", default: "info", among: Logger.Level.allCases.map(\.rawValue))
    logLevel = Logger.Level(rawValue: level) ?? .info
    let keys = Self.keys(&reader, values[Self.payloadKeysName])
    secrets = Self.secretNames.compactMap { values[$0] } + Self.parts(ofKeys: values[Self.payloadKeysName])
    let settings = Self.database(
      &reader, sqlite: sqlite, as: "SERVER", password: values["DB_PASSWORD_SERVER"], connections: 10)
    administration =
      sqlite == nil
      ? Self.database(&reader, sqlite: nil, as: "ADMIN", password: values["DB_PASSWORD_ADMIN"], connections: 4) : nil
    guard reader.problems.isEmpty, let settings, let keys else { throw ConfigurationProblems(list: reader.problems) }
    database = settings
    payloadKeys = keys
  }

  /// Encrypts what histories hold: passwords, addresses, and the texts of failures.
  public var payloadConverter: any PayloadConverter {
    DataConverter(codecs: [EncryptionCodec(payloadKeys)], encodesFailures: true)
  }

  /// Reads the settings, then looks whether the database and the engine are there: once each, in this order.
  ///
  /// - Throws: `ConfigurationProblems`; what `ping` and `connect` throw.
  public static func validated(
    _ variables: [String: String], directories: [String] = SecretReader.directories,
    ping: (TenantConfiguration) async throws -> Void, connect: (TenantConfiguration) async throws -> Void
  ) async throws -> TenantConfiguration {
    let configuration = try TenantConfiguration(variables, directories: directories)
    try await ping(configuration)
    try await connect(configuration)
    return configuration
  }

  private static func queues(_ reader: inout EnvironmentReader, primary: String) -> [String] {
    do {
      let names = try TaskQueue.names(from: reader.text("TEMPORAL_TASK_QUEUES"))
      if TaskQueue.foreign.contains(primary) {
        reader.report("TEMPORAL_TASK_QUEUE is '\(primary)', a queue of another program; write tenant-workflows")
      }
      return primary.isEmpty || names.contains(primary) ? names : [primary] + names
    } catch {
      reader.report("TEMPORAL_TASK_QUEUES: \((error as? TenantError)?.message ?? "\(error)")")
      return []
    }
  }

  private static func keys(_ reader: inout EnvironmentReader, _ text: String?) -> EncryptionKeys? {
    guard let text, !text.allSatisfy(\.isWhitespace) else { return nil }
    do {
      return try EncryptionKeys(text: text, source: payloadKeysName)
    } catch {
      let message = (error as? PayloadCodecError)?.message ?? "\(error)"
      reader.report("\(payloadKeysName): \(message); write name:key, the key as `openssl rand -base64 32` makes it")
      return nil
    }
  }

  /// The keys without their names.
  private static func parts(ofKeys text: String?) -> [String] {
    (text ?? "").split { $0.isNewline || $0 == "," }.compactMap { $0.split(separator: ":").last.map(String.init) }
  }

  private static func database(
    _ reader: inout EnvironmentReader, sqlite: String?, as role: String, password: String?, connections: Int
  ) -> SQLDatabase.Settings? {
    do {
      if let sqlite { return try .sqlite(path: sqlite) }
      let port = reader.text("DB_PORT").flatMap { Int($0) } ?? 5432
      guard let host = reader.text("DB_HOST"), let user = reader.text("DB_USER_\(role)"),
        let name = reader.text("DB_NAME_SERVER"), let password
      else { return nil }
      let string = try ODBCConnectionString.postgreSQL(
        server: host, port: port, database: name, user: user, password: password, fetchSize: nil)
      return SQLDatabase.Settings(
        connectionString: string, dialect: .postgreSQL, maximumConnections: connections,
        minimumConnections: 2)
    } catch let error as ODBCError {
      reader.report("the database's settings give no connection string: \(error.message)")
    } catch {
      reader.report("the database's settings give no connection string: \(error)")
    }
    return nil
  }
}
