public import DurableWorkflows
internal import ExampleSupport

extension TenantStore {
  /// Has the database in every report: as `database`, without which the worker is not ready, and, if it has a user of
  /// its own, its administration, without which only creations and deletions wait.
  public func register(in health: WorkflowHealth) {
    health.registerComponents("database") {
      let state = await TenantStore.component("database", .unavailable) { try await database.ping() }
      return [state]
    }
    guard hasAdministrator else { return }
    health.registerComponents("database_administration", isCritical: false) {
      let name = "database_administration"
      let state = await TenantStore.component(name, .degraded) { try await pingAdministration() }
      return [state]
    }
  }

  private static func component(
    _ name: String, _ status: HealthStatus, _ ping: () async throws -> Void
  ) async -> HealthComponent {
    do {
      try await ping()
      return HealthComponent(name)
    } catch {
      return HealthComponent(name, status, reason: "\(name)_unhealthy", message: "\(error)")
    }
  }
}
