import DurableWorkflows

@testable import Tenants

/// Calls single activities, as people do who repair a tenant by hand.
@Workflow
actor CallingWorkflow {
  struct Call: Codable, Hashable, Sendable {
    var tenantID: String
  }

  init() {}

  /// Sets a tenant up again, rolls it back twice and rolls an unknown one back.
  ///
  /// - Returns: how many steps of the set-up were missing.
  func run(input: Call) async throws -> Int {
    let tenants = context.activities(TenantActivities.self)
    let steps = try await tenants.setupTenantData(tenantID: input.tenantID, clientID: "x", provider: .resend)
    for _ in 0..<2 { try await tenants.rollbackTenant(tenantID: input.tenantID, isOwn: false) }
    try await tenants.rollbackTenant(tenantID: "nobody", isOwn: false)
    return steps.count
  }
}
