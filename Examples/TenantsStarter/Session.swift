internal import DurableWorkflows
internal import ExampleSupport
internal import Foundation
internal import ProgramSupport
internal import Tenants
internal import WorkflowService

/// One conversation with the worker.
struct Session: Sendable {
  let api: TenantsAPI
  let client: WorkflowClient
  let store: TenantStore

  /// Connects, runs `body`, prints its answer as JSON, and ends the process with a code that says how it went.
  static func run(_ body: (Session) async throws -> some Encodable) async throws {
    let program = StarterProgram("tenants-starter", database: TenantConfiguration.databaseSettings)
    try await program.run {
      let configuration = try TenantConfiguration(ProcessInfo.processInfo.environment)
      var settings = configuration.database
      settings.minimumConnections = 1
      let store = try await TenantStore.connect(settings)
      return try await program.closing(store.close) {
        try await withRemoteFrontend(address: "\(configuration.address)") { frontend in
          let client = WorkflowClient(
            frontend: frontend, namespace: configuration.namespace, taskQueue: configuration.taskQueue,
            payloadConverter: configuration.payloadConverter)
          return try await body(Session(api: TenantsAPI(store: store, client: client), client: client, store: store))
        }
      }
    }
  }
}
