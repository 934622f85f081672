import DurableWorkflows
import ExampleSupport
import Foundation
import ODBC
import TestSupport
import Testing
import WorkflowTesting

@testable import Tenants

/// The databases that the tests run on.
enum TestDatabase: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqlite, postgreSQL

  var testDescription: String { rawValue }

  /// How a database of its own is reached by the server's user, and by its administrator. SQLite's is in `directory`.
  struct Access {
    var server: SQLDatabase.Settings
    var administrator: SQLDatabase.Settings?

    func open() async throws -> TenantStore { try await TenantStore.open(server, administration: administrator) }
  }

  /// Makes a database.
  func make(in directory: String) async throws -> Access {
    switch self {
    case .sqlite:
      return Access(server: try .sqlite(path: directory + "/tenants.sqlite"))
    case .postgreSQL:
      let server = try await PostgresServer.shared()
      let name = "tenants_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
      func settings(_ database: String, _ user: String, _ connections: Int) throws -> SQLDatabase.Settings {
        let string = try ODBCConnectionString.postgreSQL(
          server: server.host,
          port: server.port,
          database: database,
          user: user,
          password: server.password,
          fetchSize: nil
        )
        return SQLDatabase.Settings(
          connectionString: string,
          dialect: .postgreSQL,
          maximumConnections: connections,
          minimumConnections: 2
        )
      }
      let connection = try await ODBCConnection.connect(settings(server.database, server.user, 1).connectionString)
      try await connection.execute("CREATE DATABASE \(name)")
      let password = server.password.replacingOccurrences(of: "'", with: "''")
      try await connection.execute("CREATE ROLE \(name)_server LOGIN PASSWORD '\(password)'")
      await connection.close()
      return Access(
        server: try settings(name, "\(name)_server", 8),
        administrator: try settings(name, server.user, 4)
      )
    }
  }
}

/// A directory that goes with the test.
final class Sandbox: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "tenants-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // A temporary directory that stays is no failure of a test.
    try? FileManager.default.removeItem(atPath: path)
  }
}

/// Everything that the scenarios need: the store on a database, everything outside simulated, all workflows and
/// activities in virtual time, and the API.
struct TenantWorld: Sendable {
  static let management = "00000000-0000-4000-8000-00000000ffff"

  let store: TenantStore
  let outside: SimulatedServices
  let env: WorkflowTestEnvironment
  let api: TenantsAPI

  /// Runs `body` in a world of its own.
  static func run(
    on database: TestDatabase = .sqlite,
    startTime: Timestamp = VirtualClock.defaultStart,
    concurrency: Int = 10,
    interceptors: [any WorkerInterceptor] = [],
    _ body: (TenantWorld) async throws -> Void
  ) async throws {
    let sandbox = try Sandbox()
    defer { withExtendedLifetime(sandbox) {} }
    let configuration = try configuration(sandbox, concurrency: concurrency)
    let store = try await database.make(in: sandbox.path).open()
    let outside = SimulatedServices()
    var services = TenantServices(
      store: store,
      credentials: Credentials(secret: "a secret of the tests", iterations: 2),
      outside: outside
    )
    // The looks of one activity follow each other at once; its time is not that of the workflow.
    services.pause = { _ in await Task.yield() }
    do {
      try await WorkflowTestEnvironment.withEnvironment(
        workers: TenantRegistration(services).workers(configuration).map { worker in
          var worker = worker
          worker.workflows.append(CallingWorkflow.self)
          return worker
        },
        startTime: startTime,
        configure: { options in
          let wanted = configuration.engineOptions
          options.taskQueue = wanted.taskQueue
          options.refusedTaskQueues = wanted.refusedTaskQueues
          options.payloadConverter = wanted.payloadConverter
          options.retention = wanted.retention
          options.interceptors = interceptors
        }
      ) { env in
        try await store.ensureManagementTenant(named: "Provider", id: Self.management, now: Moment(env.now))
        let api = TenantsAPI(store: store, client: env.client, clock: env.clock)
        try await body(TenantWorld(store: store, outside: outside, env: env, api: api))
      }
    } catch {
      await store.close()
      throw error
    }
    await store.close()
  }

  /// The worker's configuration in the tests.
  static func configuration(
    _ sandbox: Sandbox, concurrency: Int = 10, key: String? = nil
  ) throws -> TenantConfiguration {
    try TenantConfiguration(
      [
        "ALGA_AUTH_KEY": "a secret of the tests", "NEXTAUTH_SECRET": "another one",
        "APPLICATION_URL": "https://app.example.com", "TENANTS_SQLITE_PATH": sandbox.path + "/tenants.sqlite",
        "TENANTS_PAYLOAD_KEYS": key ?? "test:\(testKey)", "TEMPORAL_ADDRESS": "127.0.0.1:0",
        "TEMPORAL_NAMESPACE": "default", "TEMPORAL_TASK_QUEUE": "tenant-workflows",
        "MAX_CONCURRENT_ACTIVITIES": "\(concurrency)", "MAX_CONCURRENT_WORKFLOWS": "\(concurrency)",
      ],
      directories: []
    )
  }

  /// A key for payloads, in Base64.
  static let testKey = Data(repeating: 7, count: 32).base64EncodedString()

  var now: Moment { Moment(env.now) }

  /// An input with defaults; each number is another tenant.
  static func input(_ number: Int = 1) -> TenantCreationInput {
    TenantCreationInput(
      tenantName: "Tenant \(number)",
      adminUser: AdminUser(firstName: "Ada", lastName: "Lovelace", email: "ada\(number)@example.com")
    )
  }

  /// Creates a tenant and waits for it.
  @discardableResult
  func create(
    _ number: Int = 1,
    _ change: (inout TenantCreationInput) -> Void = { _ in }
  ) async throws -> TenantCreationResult {
    var input = Self.input(number)
    change(&input)
    return try await api.createTenant(input).result()
  }

  /// Lets everything happen that is due within a second. No activity runs afterwards.
  func settle() async throws { try await env.sleep(for: .seconds(1)) }
}

extension WorkflowHandle {
  /// The names of the activities that the run scheduled, in order.
  func activities() async throws -> [String] {
    try await fetchHistory().compactMap {
      if case .activityTaskScheduled(let activity) = $0.attributes { activity.activityType } else { nil }
    }
  }

  /// Expects the run to fail, and returns the failure's type and message.
  func failure(sourceLocation: SourceLocation = #_sourceLocation) async -> (type: String, message: String) {
    let error = await #expect(throws: WorkflowFailedError.self, sourceLocation: sourceLocation) {
      _ = try await result()
    }
    return (error?.cause.root.applicationType ?? "", error?.cause.root.message ?? "")
  }
}

/// Expects a refusal of the API.
func expectRefusal(
  _ code: TenantError.Code,
  _ words: String = "",
  sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> Void
) async {
  let error = await #expect(throws: TenantError.self, sourceLocation: sourceLocation) { try await body() }
  #expect(error?.code == code, sourceLocation: sourceLocation)
  let isNamed = words.isEmpty || error?.message.contains(words) == true
  #expect(isNamed, "\(String(describing: error))", sourceLocation: sourceLocation)
}
