internal import DurableWorkflows
internal import ExampleSupport
internal import Foundation
internal import PixClaims
internal import ProgramSupport
internal import WorkflowService

/// One conversation with the worker.
struct Session: Sendable {
  let api: ClaimsAPI
  let client: WorkflowClient
  let store: PixStore

  /// Connects, runs `body`, prints its answer as JSON, and ends the process with a code that says how it went.
  static func run(_ body: (Session) async throws -> some Encodable) async throws {
    let program = StarterProgram("pix-claims-starter", database: PixConfiguration.databaseSettings)
    try await program.run {
      let configuration = try PixConfiguration(ProcessInfo.processInfo.environment)
      var settings = configuration.database
      settings.minimumConnections = 1
      let database = try await PixDatabase.open(settings)
      return try await program.closing(database.close) {
        let store = PixStore(database: database)
        return try await withRemoteFrontend(address: "\(configuration.address)") { frontend in
          let client = WorkflowClient(
            frontend: frontend, namespace: configuration.namespace, taskQueue: configuration.taskQueue)
          let api = ClaimsAPI(store: store, client: client, options: .init(daySeconds: configuration.daySeconds))
          return try await body(Session(api: api, client: client, store: store))
        }
      }
    }
  }
}
