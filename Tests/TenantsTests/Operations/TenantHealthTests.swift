import DurableWorkflows
import Testing

@testable import Tenants

/// The database as a part of the worker's health.
@Suite("The health of tenants", .timeLimit(.minutes(2)))
struct TenantHealthTests {
  @Test("a database that is away makes the worker not ready, with its own reason", arguments: TestDatabase.allCases)
  func database(_ database: TestDatabase) async throws {
    let sandbox = try Sandbox()
    let store = try await database.make(in: sandbox.path).open()
    let health = WorkflowHealth()
    store.register(in: health)
    let names = ["database"] + (store.hasAdministrator ? ["database_administration"] : [])
    #expect(store.hasAdministrator == (database == .postgreSQL))
    var report = await health.report()
    #expect(names.allSatisfy { report[$0]?.status == .healthy }, "\(report)")
    await store.close()
    report = await health.report()
    let component = try #require(report["database"])
    #expect(component.status == .unavailable && component.reason == "database_unhealthy")
    #expect(component.message.contains("closed"))
    // Tenants go on without it; only new ones wait.
    if store.hasAdministrator { #expect(report["database_administration"]?.status == .degraded) }
  }
}
