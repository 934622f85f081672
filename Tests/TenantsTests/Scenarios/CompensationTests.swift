import DurableWorkflows
import Testing
import WorkflowTesting

@testable import Tenants

/// What a creation that fails leaves behind.
@Suite("Undoing creations", .timeLimit(.minutes(2)))
struct CompensationTests {
  private static func undone(_ activities: [String]) -> [String] {
    activities.filter { $0.hasPrefix("rollback") || $0.hasPrefix("delete") }
  }

  @Test(
    "what is undone depends on the step that fails",
    arguments: [
      ("createTenant", [String]()), ("run_onboarding_seeds", ["rollbackTenant"]),
      ("createAdminUser", ["rollbackTenant"]), ("setupTenantData", ["rollbackUser", "rollbackTenant"]),
    ])
  func matrix(step: String, expected: [String]) async throws {
    try await TenantWorld.run { world in
      let before = try await world.store.inventory()
      world.env.mock(step) { _ in
        throw ApplicationError("refused", type: TenantError.Code.validation.rawValue, isNonRetryable: true)
      }
      let handle = try await world.api.createTenant(TenantWorld.input())
      #expect(await handle.failure().message == "refused")
      #expect(Self.undone(try await handle.activities()) == expected)
      #expect(try await world.store.inventory() == before)
      let state = try await handle.query(TenantCreationWorkflow.Queries.getState)
      #expect(state.step == .failed && state.error == "refused")
    }
  }

  @Test("with the policy manual everything stays for people")
  func manual() async throws {
    try await TenantWorld.run { world in
      world.env.mock("setupTenantData") { _ in throw ApplicationError("refused", isNonRetryable: true) }
      var input = TenantWorld.input()
      input.rollback = .manual
      let handle = try await world.api.createTenant(input)
      #expect(await handle.failure().message == "refused")
      #expect(Self.undone(try await handle.activities()) == [])
      let state = try await handle.query(TenantCreationWorkflow.Queries.getState)
      let id = try #require(state.tenantId)
      #expect(try await world.store.users(ofTenant: id).count == 1)
    }
  }

  @Test("a creation whose tenant was recorded in every attempt without an answer is undone, too")
  func unknownOutcome() async throws {
    try await TenantWorld.run(interceptors: [AlwaysLost()]) { world in
      let before = try await world.store.inventory()
      let handle = try await world.api.createTenant(TenantWorld.input())
      #expect(await handle.failure().message == "the answer was lost")
      #expect(Self.undone(try await handle.activities()) == ["rollbackTenant"])
      #expect(try await world.store.inventory() == before)
    }
  }

  @Test("a cancellation before the mail undoes customer, user and tenant, the last first")
  func cancelled() async throws {
    try await TenantWorld.run { world in
      let before = try await world.store.inventory()
      let gate = world.env.mock("getManagementTenantId") { _ in TenantWorld.management }
      gate.hold()
      let handle = try await world.api.createTenant(TenantWorld.input())
      try await gate.waitForCalls(1)
      try await handle.signal(
        TenantCreationWorkflow.Signals.cancel, CreationCancellation(reason: "a mistake", cancelledBy: "Ada"))
      let state = try await handle.query(TenantCreationWorkflow.Queries.getState)
      #expect(state.step == .failed && state.error == "the creation was cancelled: a mistake")
      gate.release()
      let failure = await handle.failure()
      #expect(failure.type == "CancelledError" && failure.message.contains("a mistake"))
      #expect(
        Self.undone(try await handle.activities()) == [
          "rollbackPortalUser", "deleteCustomerContact", "deleteCustomerClient", "rollbackUser", "rollbackTenant",
        ])
      #expect(try await world.store.inventory() == before)
      #expect(world.outside.messages.isEmpty)
    }
  }

  @Test("a run that is cancelled undoes what it did, in a shield")
  func runIsCancelled() async throws {
    try await TenantWorld.run { world in
      let before = try await world.store.inventory()
      let gate = world.env.mock("setupTenantData") { _ in [String]() }
      gate.hold()
      let handle = try await world.api.createTenant(TenantWorld.input())
      try await gate.waitForCalls(1)
      try await handle.cancel(reason: "maintenance")
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.status == .canceled)
      #expect(try await world.store.inventory() == before)
    }
  }

  @Test("a compensation that fails keeps no other from running and never hides the cause")
  func failingCompensation() async throws {
    try await TenantWorld.run { world in
      world.env.mock("setupTenantData") { _ in throw ApplicationError("the cause", isNonRetryable: true) }
      world.env.mock("rollbackUser") { _ in throw ApplicationError("cannot", isNonRetryable: true) }
      let handle = try await world.api.createTenant(TenantWorld.input())
      #expect(await handle.failure().message == "the cause")
      #expect(try await world.store.inventory().rows["tenants"] == 1)
    }
  }

  @Test("an address, a subscription and an id belong to one tenant; the one that has them stays")
  func duplicates() async throws {
    try await TenantWorld.run { world in
      let first = try await world.create {
        $0.stripe = StripeDetails(customerID: "cus", subscriptionID: "sub")
        $0.skipWelcomeEmail = true
      }
      let before = try await world.store.inventory()
      let changes: [(inout TenantCreationInput) -> Void] = [
        { $0.adminUser?.email = "ADA1@example.com" }, { $0.stripe = StripeDetails(subscriptionID: "sub") },
        { $0.tenantId = first.tenantId },
      ]
      for change in changes {
        var input = TenantWorld.input(2)
        change(&input)
        let handle = try await world.api.createTenant(input)
        #expect(await handle.failure().type == "DuplicateError")
        #expect(try await handle.activities() == ["createTenant"])
        #expect(try await world.store.inventory() == before)
      }
    }
  }

  @Test("input that is wrong starts nothing, and fails a run that was started without the API before any activity")
  func input() async throws {
    try await TenantWorld.run { world in
      let changes: [(String, (inout TenantCreationInput) -> Void)] = [
        ("tenantName", { $0.tenantName = "  " }), ("adminUser", { $0.adminUser = nil }),
        ("adminUser.firstName", { $0.adminUser?.firstName = "" }),
        ("adminUser.email", { $0.adminUser?.email = "nobody" }), ("tenantId", { $0.tenantId = "17" }),
        ("adminUser.password", { $0.adminUser?.password = "short" }), ("licenseCount", { $0.licenseCount = 0 }),
        ("productCode", { $0.productCode = "erp" }), ("plan", { $0.plan = "huge" }),
        ("billingSource", { $0.billingSource = "cash" }), ("appleIap", { $0.billingSource = "apple_iap" }),
        ("emailProvider", { $0.emailProvider = "pigeon" }),
        ("billingAddress.country", { $0.billingAddress = BillingAddress(country: "Germany") }),
      ]
      for (index, (field, change)) in changes.enumerated() {
        var bad = TenantWorld.input()
        change(&bad)
        await expectRefusal(.validation, field) { _ = try await world.api.createTenant(bad) }
        let handle = try await world.env.client.start(TenantCreationWorkflow.self, id: "bad-\(index)", input: bad)
        let failure = await handle.failure()
        #expect(failure.type == "ValidationError" && failure.message.contains(field), "\(failure)")
        #expect(try await handle.activities() == [])
      }
      _ = try await world.env.client.start(
        workflowType: "tenantCreationWorkflow", id: "empty",
        input: [Payload(encoding: Payload.jsonPlain, data: Array("{}".utf8))])
      let failure = await world.env.client.handle(for: TenantCreationWorkflow.self, id: "empty").failure()
      #expect(failure.message == "tenantName is missing; it is required")
    }
  }
}

/// No attempt of `createTenant` gives an answer, though each takes effect.
private struct AlwaysLost: WorkerInterceptor, ActivityInboundInterceptor {
  func executeActivity(
    input: ExecuteActivityInput, next: (ExecuteActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    let result = try await next(input)
    if input.info.activityType == "createTenant" { throw ApplicationError("the answer was lost") }
    return result
  }
}
