import DurableWorkflows
import ExampleSupport
import Foundation
import ODBC
import TestSupport
import Testing
import WorkflowTesting

@testable import PixClaims

/// The databases that the tests run on.
enum TestDatabase: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqlite, postgreSQL

  var testDescription: String { rawValue }

  /// Settings of a database of its own. SQLite's is in `directory`.
  func settings(in directory: String) async throws -> PixDatabase.Settings {
    switch self {
    case .sqlite:
      return try .sqlite(path: directory + "/pix.sqlite")
    case .postgreSQL:
      let server = try await PostgresServer.shared()
      let name = "pix_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
      func string(_ database: String) throws -> ODBCConnectionString {
        try .postgreSQL(
          server: server.host, port: server.port, database: database, user: server.user, password: server.password,
          fetchSize: nil)
      }
      let connection = try await ODBCConnection.connect(string(server.database))
      try await connection.execute("CREATE DATABASE \(name)")
      await connection.close()
      return PixDatabase.Settings(
        connectionString: try string(name), dialect: .postgreSQL, maximumConnections: 8, minimumConnections: 2)
    }
  }
}

/// A directory that goes with the test.
final class Sandbox: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "pix-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // A temporary directory that stays is no failure of a test.
    try? FileManager.default.removeItem(atPath: path)
  }
}

/// Runs `body` with a directory that goes afterwards.
func withSandbox(_ body: (Sandbox) async throws -> Void) async throws {
  let sandbox = try Sandbox()
  defer { withExtendedLifetime(sandbox) {} }
  try await body(sandbox)
}

/// Everything that the scenarios need: the store on a database, a simulated Bacen, recorded alerts, all workflows and
/// activities in virtual time, and the API.
struct PixWorld: Sendable {
  /// Who has the keys.
  static let owner = "12345678"
  /// Who wants them.
  static let claimer = "87654321"

  let store: PixStore
  let bridge: SimulatedBridge
  let alerts: RecordingAlertSink
  let env: WorkflowTestEnvironment
  let api: ClaimsAPI

  /// Runs `body` in a world of its own.
  static func run(
    on database: TestDatabase = .sqlite, options: ClaimsAPI.Options = ClaimsAPI.Options(),
    _ body: (PixWorld) async throws -> Void
  ) async throws {
    try await withSandbox { sandbox in
      let opened = try await PixDatabase.open(try await database.settings(in: sandbox.path))
      let store = PixStore(database: opened)
      let bridge = SimulatedBridge()
      let alerts = RecordingAlertSink()
      let services = PixServices(store: store, bridge: bridge, alerts: alerts)
      do {
        try await WorkflowTestEnvironment.withEnvironment(
          workflows: PixRegistration.workflows, activities: PixRegistration(services).activities
        ) { env in
          let api = ClaimsAPI(store: store, client: env.client, options: options, clock: env.clock)
          try await body(PixWorld(store: store, bridge: bridge, alerts: alerts, env: env, api: api))
        }
      } catch {
        await opened.close()
        throw error
      }
      await opened.close()
    }
  }

  var now: Moment { Moment(env.now) }
  var origin: ChangeOrigin { ChangeOrigin(now: now, actor: "test") }

  /// Records an active entry of ``owner``.
  @discardableResult
  func addEntry(_ number: Int = 1, participant: String = PixWorld.owner) async throws -> Entry {
    try await store.createEntry(PixWorld.entry(number, participant: participant), origin)
  }

  static func entry(_ number: Int, participant: String = PixWorld.owner) -> Entry {
    let digits = String(number)
    let key = String(repeating: "0", count: 11 - digits.count) + digits
    return Entry(
      entryID: "ENTRY-\(number)", key: key, keyType: .cpf, participant: participant, branch: "0001",
      account: "\(number)", ownerName: "Ada Lovelace", ownerTaxID: "12345678901")
  }

  /// Makes a claim of ``claimer`` and lets everything happen that happens at once.
  func claim(_ number: Int = 1, by claimer: String = PixWorld.claimer) async throws -> Claim {
    let claim = try await api.createClaim(.init(entryID: "ENTRY-\(number)", claimerISPB: claimer))
    try await settle()
    return claim
  }

  /// Lets everything happen that is due within a second. No activity runs afterwards.
  func settle() async throws { try await env.sleep(for: .seconds(1)) }

  func handle(of claim: Claim) -> WorkflowHandle<ClaimWorkflow> {
    env.client.handle(for: ClaimWorkflow.self, id: ClaimWorkflow.id(of: claim.claimID))
  }

  /// The claim as it is in the store.
  func stored(_ claim: Claim) async throws -> Claim { try #require(try await store.claim(claim.claimID)) }

  /// The participant that has a key.
  func participant(ofEntry number: Int = 1) async throws -> String? {
    try await store.entry("ENTRY-\(number)")?.participant
  }

  /// The types of the events about something, in order.
  func events(of id: String) async throws -> [String] {
    try await store.events().filter { $0.aggregateID == id }.map(\.type)
  }

  /// The participants that were told something about a claim in a state.
  func notified(_ claim: Claim, _ status: ClaimStatus) -> [String] {
    bridge.accepted(.notifyParticipant)
      .filter { $0.subject == claim.claimID && $0.fields["status"] == status.rawValue }
      .compactMap { $0.fields["participant"] }
  }
}

/// Expects a refusal of the API.
func expectRefusal(
  _ code: PixError.Code, status: Int, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> Void
) async -> PixError? {
  let error = await #expect(throws: PixError.self, sourceLocation: sourceLocation) { try await body() }
  #expect(error?.code == code, sourceLocation: sourceLocation)
  #expect(error?.httpStatus == status, sourceLocation: sourceLocation)
  return error
}
