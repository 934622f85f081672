import DurableWorkflows
import ExampleSupport
import Testing
import WorkflowTesting

@testable import Tenants

/// Scenarios 6 to 8: portal domains.
@Suite("Portal domains", .timeLimit(.minutes(2)))
struct PortalDomainTests {
  private static let id = "domain-1"
  private static let domain = "portal.example.org"

  private func withDomain(
    on database: TestDatabase = .sqlite, hasName: Bool = true,
    _ body: (TenantWorld, _ tenant: String) async throws -> Void
  ) async throws {
    try await TenantWorld.run(on: database) { world in
      let tenant = try await world.create {
        $0.skipWelcomeEmail = true
        $0.skipCustomerTracking = true
      }.tenantId
      if hasName { world.outside.setNames(["\(tenant.prefix(8)).PORTAL.example.com."], of: Self.domain) }
      try await body(world, tenant)
    }
  }

  private func register(
    _ world: TenantWorld, _ tenant: String, _ trigger: PortalDomainTrigger = .register
  ) async throws -> WorkflowHandle<PortalDomainRegistrationWorkflow> {
    try await world.api.registerPortalDomain(Self.domain, id: Self.id, tenant: tenant, trigger: trigger)
  }

  @Test("6 and 8: resources that cannot be applied; a signal tries again, to the end", arguments: TestDatabase.allCases)
  func failsAndRecovers(_ database: TestDatabase) async throws {
    try await withDomain(on: database) { world, tenant in
      world.outside.fail(.apply, times: 3, with: TenantError(.unavailable, "the cluster is away"))
      world.outside.setDeployments([.issuing, .active], of: Self.id)
      let handle = try await register(world, tenant)
      // The attempts take three seconds.
      try await world.env.sleep(for: .seconds(10))
      let failed = ["verifying_dns", "pending_certificate", "certificate_failed"]
      #expect(try await world.store.audits(ofEntity: Self.id) == failed)
      let state = try await handle.query(PortalDomainRegistrationWorkflow.Queries.getState)
      #expect(state.status == .certificateFailed && state.error == "the cluster is away")
      let again = try await register(world, tenant, .refresh)
      #expect(again.execution.workflowID == handle.execution.workflowID)
      let result = try await handle.result()
      #expect(result.status == .active && result.passes == 2)
      #expect(
        try await world.store.audits(ofEntity: Self.id)
          == failed + ["verifying_dns", "pending_certificate", "deploying", "certificate_issuing", "active"])
    }
  }

  @Test("7: resources that are applied; the certificate comes after its secret")
  func succeeds() async throws {
    try await withDomain { world, tenant in
      world.outside.setDeployments([.missingSecret, .issuing, .issuing, .active], of: Self.id)
      let begin = world.now
      let ended = try await register(world, tenant).result()
      #expect(ended.status == .active)
      #expect(world.now - begin == .minutes(4))
      #expect(
        try await world.store.audits(ofEntity: Self.id) == [
          "verifying_dns", "pending_certificate", "deploying", "certificate_issuing", "active",
        ])
    }
  }

  @Test("a domain that is no alias is looked for twelve times and given up after a minute")
  func unverified() async throws {
    try await withDomain(hasName: false) { world, tenant in
      let ended2 = try await register(world, tenant).result()
      #expect(ended2.status == .dnsFailed)
      #expect(world.outside.attempts(.canonicalNames) == 12 && world.outside.attempts(.apply) == 0)
    }
  }

  @Test("a certificate that is refused for good ends the run")
  func refused() async throws {
    try await withDomain { world, tenant in
      world.outside.setDeployments([.failed(message: "rate limit", isRecoverable: true), .active], of: Self.id)
      // What may recover is waited for until a pass is asked for.
      let handle = try await register(world, tenant)
      try await world.env.sleep(for: .minutes(10))
      #expect(try await handle.query(PortalDomainRegistrationWorkflow.Queries.getState).status == .certificateFailed)
      world.outside.setDeployments([.failed(message: "forbidden name", isRecoverable: false)], of: Self.id)
      _ = try await register(world, tenant, .refresh)
      let result = try await handle.result()
      #expect(result.status == .certificateFailed && result.error == "forbidden name")
    }
  }

  @Test("a domain that is disabled loses its resources and its record")
  func disabled() async throws {
    try await withDomain { world, tenant in
      let ended3 = try await register(world, tenant).result()
      #expect(ended3.status == .active)
      let ended4 = try await register(world, tenant, .disable).result()
      #expect(ended4.status == .disabled)
      #expect(world.outside.subjects(.apply) == [Self.domain, "-"])
      #expect(try await world.store.portalDomain(Self.id) == nil)
      // A pass over what is gone ends at once.
      let ended5 = try await register(world, tenant, .refresh).result()
      #expect(ended5.status == nil)
    }
  }

  @Test("a long wait goes on in fresh runs, and their histories stay short")
  func longWait() async throws {
    try await withDomain { world, tenant in
      let answers = Array(repeating: DeploymentStatus.missingSecret, count: 1000) + [.active]
      world.outside.setDeployments(answers, of: Self.id)
      let handle = try await register(world, tenant)
      #expect(try await handle.result().status == .active)
      #expect(world.outside.attempts(.apply) == 1, "a fresh run watches, it makes no pass")
      let last = world.env.client.handle(
        for: PortalDomainRegistrationWorkflow.self, id: handle.execution.workflowID)
      #expect(try await last.fetchHistory().count < 12_000)
      #expect(try await last.describe().info.execution.runID != handle.execution.runID)
    }
  }

  @Test("input that is wrong records and starts nothing")
  func refusals() async throws {
    try await withDomain { world, tenant in
      await expectRefusal(.validation, "domain is") {
        _ = try await world.api.registerPortalDomain("https://x.y", id: "d", tenant: tenant)
      }
      await expectRefusal(.tenantNotFound) {
        _ = try await world.api.registerPortalDomain("x.y", id: "d", tenant: "00000000-0000-4000-8000-000000000000")
      }
      await expectRefusal(.validation, "portalDomainId") {
        _ = try await world.api.registerPortalDomain("x.y", id: " ", tenant: tenant)
      }
      _ = try await register(world, tenant).result()
      let other = try await world.create(2).tenantId
      await expectRefusal(.duplicate) {
        _ = try await world.api.registerPortalDomain(Self.domain, id: "domain-2", tenant: other)
      }
    }
  }
}
