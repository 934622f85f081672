public import ExampleSupport
public import Logging
internal import ODBC

/// What the environment says, under the names of the worker's operating guide.
public struct PixConfiguration: Sendable {
  /// Everything that is wrong with the environment.
  public typealias Problems = ConfigurationProblems

  /// Where the events go after the outbox.
  public struct Events: Hashable, Sendable {
    /// `PULSAR_URL`.
    public let url: String
    /// `PULSAR_TOPIC`.
    public let topic: String
    /// `PULSAR_PRODUCER_NAME`.
    public let producer: String
    /// `PIX_EVENTS_FILE`: the file to which this worker appends them.
    public let file: String
  }

  /// The worker's name in its answers and its logs.
  public static let service = "conn-dict-worker"
  /// The variables that say where the database is, for messages.
  public static let databaseSettings = "POSTGRES_… or PIX_SQLITE_PATH"
  /// How long running activities may go on after a shutdown began.
  public static let shutdownTimeout = Duration.seconds(30)
  /// How long all checks of a readiness probe may take.
  public static let readinessBudget = Duration.seconds(2)

  /// `TEMPORAL_ADDRESS`: where the worker listens and clients connect. Default localhost:7233.
  public let address: HostAndPort
  /// `TEMPORAL_NAMESPACE`, else `default`.
  public let namespace: String
  /// `TEMPORAL_TASK_QUEUE`, else `conn-dict-task-queue`.
  public let taskQueue: String
  /// `MAX_CONCURRENT_ACTIVITIES`, else 200.
  public let maxConcurrentActivities: Int
  /// `MAX_CONCURRENT_WORKFLOWS`, else 100: the runs whose code is in memory at a time.
  public let maxConcurrentWorkflows: Int
  /// `POSTGRES_…`; without `POSTGRES_HOST` the SQLite database in `PIX_SQLITE_PATH`.
  public let database: PixDatabase.Settings
  /// `PULSAR_…`.
  public let events: Events
  /// `LOG_LEVEL`, else info.
  public let logLevel: Logger.Level
  /// `HTTP_HOST`: where probes and metrics are served. Default 127.0.0.1; 0.0.0.0 serves other machines.
  public let httpHost: String
  /// `METRICS_PORT`, else 9093; 0 lets the system choose.
  public let metricsPort: Int
  /// `HEALTH_PORT`, else 8081; 0 lets the system choose.
  public let healthPort: Int
  /// `BRIDGE_GRPC_ADDR`, else `BRIDGE_ADDRESS`; `nil` if neither is set.
  public let bridge: HostAndPort?
  /// `BRIDGE_GRPC_TIMEOUT`, else 30 s: how long Bacen may take to answer.
  public let bridgeTimeout: Duration
  /// `PIX_DAY_SECONDS`: how long the days of claims last, to try things out; `nil` for real days.
  public let daySeconds: Double?
  /// The texts that must never appear in a log.
  public let secrets: [String]

  /// Reads the environment.
  ///
  /// - Parameter variables: the environment's variables; blank ones count as absent.
  /// - Throws: ``Problems`` with all of them.
  public init(_ variables: [String: String]) throws {
    var reader = EnvironmentReader(variables)
    address = reader.address("TEMPORAL_ADDRESS", default: HostAndPort(host: "localhost", port: 7233))
    namespace = reader.text("TEMPORAL_NAMESPACE") ?? "default"
    taskQueue = reader.text("TEMPORAL_TASK_QUEUE") ?? "conn-dict-task-queue"
    maxConcurrentActivities = reader.integer("MAX_CONCURRENT_ACTIVITIES", default: 200, in: 1...10_000)
    maxConcurrentWorkflows = reader.integer("MAX_CONCURRENT_WORKFLOWS", default: 100, in: 1...100_000)
    let password = reader.secret("POSTGRES_PASSWORD")
    secrets = [password].compactMap { $0 }
    let settings = PixConfiguration.database(&reader, password: password)
    events = PixConfiguration.events(&reader)
    logLevel = PixConfiguration.level(&reader)
    httpHost = reader.text("HTTP_HOST") ?? "127.0.0.1"
    metricsPort = reader.integer("METRICS_PORT", default: 9093, in: 0...65_535)
    healthPort = reader.integer("HEALTH_PORT", default: 8081, in: 0...65_535)
    if metricsPort == healthPort, metricsPort != 0 {
      reader.report("METRICS_PORT and HEALTH_PORT are both \(metricsPort); give them different ports")
    }
    bridge = PixConfiguration.bridge(&reader)
    bridgeTimeout = reader.duration("BRIDGE_GRPC_TIMEOUT", default: .seconds(30))
    daySeconds = PixConfiguration.daySeconds(&reader)
    guard reader.problems.isEmpty, let settings else { throw Problems(list: reader.problems) }
    database = settings
  }

  private static func database(_ reader: inout EnvironmentReader, password: String?) -> PixDatabase.Settings? {
    let names = ["POSTGRES_HOST", "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"]
    let given = names.filter { $0 == "POSTGRES_PASSWORD" ? password != nil : reader.text($0) != nil }
    let port = reader.integer("POSTGRES_PORT", default: 5432, in: 1...65_535)
    let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
    let mode = reader.choice("POSTGRES_SSLMODE", default: "disable", among: modes)
    let maximum = reader.integer("POSTGRES_MAX_CONNS", default: 25, in: 1...1000)
    let minimum = reader.integer("POSTGRES_MIN_CONNS", default: min(5, maximum), in: 1...1000)
    if minimum > maximum {
      reader.report("POSTGRES_MIN_CONNS is \(minimum), more than POSTGRES_MAX_CONNS, \(maximum); lower it")
    }
    do {
      if given.isEmpty { return try .sqlite(path: reader.text("PIX_SQLITE_PATH") ?? "run/pix-claims/pix.sqlite") }
      for name in names where !given.contains(name) {
        reader.report(
          "\(name) is not set; PostgreSQL needs it (unset all of \(names.joined(separator: ", ")) for SQLite)"
        )
      }
      guard let host = reader.text("POSTGRES_HOST"), let user = reader.text("POSTGRES_USER"),
        let database = reader.text("POSTGRES_DB"), let password
      else { return nil }
      let string = try ODBCConnectionString.postgreSQL(
        server: host,
        port: port,
        database: database,
        user: user,
        password: password,
        sslMode: mode,
        fetchSize: nil
      )
      return PixDatabase.Settings(
        connectionString: string,
        dialect: .postgreSQL,
        maximumConnections: maximum,
        minimumConnections: minimum
      )
    } catch let error as ODBCError {
      reader.report("the database's settings give no connection string: \(error.message)")
    } catch {
      reader.report("the database's settings give no connection string: \(error)")
    }
    return nil
  }

  private static func events(_ reader: inout EnvironmentReader) -> Events {
    let url = reader.text("PULSAR_URL") ?? "pulsar://localhost:6650"
    if !["pulsar://", "pulsar+ssl://"].contains(where: { url.hasPrefix($0) && url.count > $0.count }) {
      reader.report("PULSAR_URL is '\(url)'; write pulsar://host:port or pulsar+ssl://host:port")
    }
    let topic = reader.text("PULSAR_TOPIC") ?? "persistent://public/default/dict-events"
    let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count != 5 || !["persistent:", "non-persistent:"].contains(String(parts[0])) || !parts[1].isEmpty
      || parts.dropFirst(2).contains(where: \.isEmpty)
    {
      reader.report("PULSAR_TOPIC is '\(topic)'; write persistent://tenant/namespace/topic")
    }
    return Events(
      url: url,
      topic: topic,
      producer: reader.text("PULSAR_PRODUCER_NAME") ?? service,
      file: reader.text("PIX_EVENTS_FILE") ?? "run/pix-claims/events.jsonl"
    )
  }

  private static func level(_ reader: inout EnvironmentReader) -> Logger.Level {
    let aliases = ["warn": "warning", "fatal": "critical", "panic": "critical"]
    let names = Logger.Level.allCases.map(\.rawValue)
    let name = reader.choice("LOG_LEVEL", default: "info", among: names + aliases.keys.sorted())
    return Logger.Level(rawValue: aliases[name] ?? name) ?? .info
  }

  private static func bridge(_ reader: inout EnvironmentReader) -> HostAndPort? {
    let standard = HostAndPort(host: "localhost", port: 50_051)
    for name in ["BRIDGE_GRPC_ADDR", "BRIDGE_ADDRESS"] where reader.text(name) != nil {
      return reader.address(name, default: standard)
    }
    return nil
  }

  private static func daySeconds(_ reader: inout EnvironmentReader) -> Double? {
    guard let text = reader.text("PIX_DAY_SECONDS") else { return nil }
    if let seconds = Double(text), seconds >= 0.001, seconds <= 86_400 { return seconds }
    reader.report("PIX_DAY_SECONDS is '\(text)'; write seconds from 0.001 to 86400")
    return nil
  }
}
