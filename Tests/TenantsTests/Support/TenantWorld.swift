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

  /// Settings of a database of its own. SQLite's is in `directory`.
  func settings(in directory: String) async throws -> SQLDatabase.Settings {
    switch self {
    case .sqlite:
      return try .sqlite(path: directory + "/tenants.sqlite")
    case .postgreSQL:
      let server = try await PostgresServer.shared()
      let name = "tenants_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
      func string(_ database: String) throws -> ODBCConnectionString {
        try .postgreSQL(
          server: server.host,
          port: server.port,
          database: database,
          user: server.user,
          password: server.password,
          fetchSize: nil
        )
      }
      let connection = try await ODBCConnection.connect(string(server.database))
      try await connection.execute("CREATE DATABASE \(name)")
      await connection.close()
      return SQLDatabase.Settings(
        connectionString: try string(name),
        dialect: .postgreSQL,
        maximumConnections: 8,
        minimumConnections: 2
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
    interceptors: [any WorkerInterceptor] = [],
    _ body: (TenantWorld) async throws -> Void
  ) async throws {
    let sandbox = try Sandbox()
    defer { withExtendedLifetime(sandbox) {} }
    let store = try await TenantStore.open(try await database.settings(in: sandbox.path))
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
        workflows: TenantRegistration.workflows + [CallingWorkflow.self],
        activities: TenantRegistration(services).activities,
        startTime: startTime,
        configure: { $0.interceptors = interceptors }
      ) { env in
        try await store.ensureManagementTenant(named: "Provider", id: Self.management, now: Moment(env.now))
        let api = TenantsAPI(store: store, client: env.client, clock: env.clock)
        try await body(TenantWorld(store: store, outside: outside, env: env, api: api))
      }
    } catch {
      await store.database.close()
      throw error
    }
    await store.database.close()
  }

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
