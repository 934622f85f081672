import DurableWorkflows
import Foundation
import Testing
import WorkflowTesting

@testable import Tenants

/// Many tenants at once, with failures at every step.
@Suite("Many tenants", .timeLimit(.minutes(10)))
struct ManyTenantsTests {
  /// `TENANTS_AT_ONCE`, or 2,000.
  private static let count = ProcessInfo.processInfo.environment["TENANTS_AT_ONCE"].flatMap { Int($0) } ?? 2000

  @Test("created at once with injected failures, no tenant leaves a row without an owner, and none is made twice")
  func atOnce() async throws {
    let failures = RandomFailures(percent: 12, finalPercent: 3)
    try await TenantWorld.run(on: .postgreSQL, concurrency: 100, interceptors: [failures]) { world in
      let before = try await world.store.inventory()
      let outcomes = try await withThrowingTaskGroup(of: String?.self) { group in
        for number in 0..<Self.count {
          // The ids of the runs decide which steps fail.
          let handle = try await world.env.client.start(
            TenantCreationWorkflow.self,
            id: "creation-\(number)",
            input: TenantWorld.input(number)
          )
          group.addTask {
            do {
              return try await handle.result().tenantId
            } catch is WorkflowFailedError {
              return nil
            }
          }
        }
        return try await group.reduce(into: [String?]()) { $0.append($1) }
      }
      let created = outcomes.compactMap(\.self)
      let seen = failures.seen
      // Some steps fail for good, and most creations do not.
      #expect(seen.before > 0 && seen.after > 0 && seen.forGood > 0)
      #expect(created.count < Self.count && created.count > Self.count / 2, "\(created.count) of \(Self.count)")
      #expect(Set(created).count == created.count)
      let inventory = try await world.store.inventory()
      #expect(inventory.orphans == [:])
      #expect(inventory.rows["tenants"] == created.count + (before.rows["tenants"] ?? 0))
      #expect(Set(try await world.store.activeTenants()) == Set(created + [TenantWorld.management]))
      // Each tenant is whole.
      for (table, rows) in [
        ("tenant_billing", 1), ("client_locations", 1), ("user_roles", 1), ("tenant_settings", 4), ("roles", 5),
      ] { #expect(inventory.rows[table] == created.count * rows, "\(table)") }
      // Nobody was told about a tenant that does not exist, and nobody twice.
      let told = world.outside.messages.map(\.to)
      #expect(Set(told).count == told.count && told.count <= created.count)
      print(
        "\(created.count) of \(Self.count) tenants; \(seen.before) attempts failed before,",
        "\(seen.after) after their effect, \(seen.forGood) steps for good"
      )
    }
  }
}
