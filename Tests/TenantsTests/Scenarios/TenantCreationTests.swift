import DurableWorkflows
import Testing
import WorkflowTesting

@testable import Tenants

/// Scenarios 1 to 5: how tenants begin.
@Suite("Creating tenants", .timeLimit(.minutes(2)))
struct TenantCreationTests {
  @Test("1: defaults: an id is made up, the customer is tracked, one mail is sent", arguments: TestDatabase.allCases)
  func hosted(_ database: TestDatabase) async throws {
    try await TenantWorld.run(on: database) { world in
      let handle = try await world.api.createTenant(TenantWorld.input())
      #expect(handle.execution.workflowID.hasPrefix("tenant-creation-"))
      let result = try await handle.result()
      #expect(result.success && result.emailSent)
      try requireID(result.tenantId, "tenantId")
      let activities = try await handle.activities()
      #expect(
        activities == [
          "createTenant", "run_onboarding_seeds", "createAdminUser", "setupTenantData", "createCustomerClient",
          "createCustomerContact", "tagCustomerClient", "getManagementTenantId", "createPortalUser", "sendWelcomeEmail",
        ]
      )
      #expect(world.outside.messages.map(\.to) == ["ada1@example.com"])
      #expect(world.outside.messages.first?.fields["password"] == result.temporaryPassword)
      #expect(try await world.store.customerTags(result.tenantId) == ["psa-customer"])
      let state = try await handle.query(TenantCreationWorkflow.Queries.getState)
      #expect(state.step == .completed && state.progress == 100 && state.emailSent == true)
    }
  }

  @Test("2: an appliance: its id and password are adopted, nothing else is told")
  func appliance() async throws {
    let id = "11111111-2222-4333-8444-555555555555"
    try await TenantWorld.run { world in
      var input = TenantWorld.input()
      input.tenantId = id
      input.adminUser?.password = "chosen-by-hand"
      input.skipCustomerTracking = true
      input.skipWelcomeEmail = true
      input.emailProvider = "smtp"
      let handle = try await world.api.bootstrapAppliance(input)
      let result = try await handle.result()
      #expect(result.tenantId == id && result.temporaryPassword == "chosen-by-hand" && !result.emailSent)
      #expect(try await world.store.tenant(id)?.emailProvider == .smtp)
      #expect(try await world.store.customerTags(id) == nil)
      #expect(world.outside.messages.isEmpty)
      // Whoever asks again gets the same creation.
      let again = try await world.api.bootstrapAppliance(input).result()
      #expect(again == result)
      #expect(try await world.store.inventory().rows["tenants"] == 2)
    }
  }

  @Test("2: an appliance begins again after a failure")
  func applianceAgain() async throws {
    try await TenantWorld.run { world in
      var input = TenantWorld.input()
      input.tenantId = "11111111-2222-4333-8444-555555555555"
      let mock = world.env.mock("setupTenantData") { _ in throw ApplicationError("disk full", isNonRetryable: true) }
      let failure = await (try world.api.bootstrapAppliance(input)).failure()
      #expect(failure.message == "disk full")
      mock.answer { _ in ["done"] }
      #expect(try await world.api.bootstrapAppliance(input).result().tenantId == input.tenantId)
    }
  }

  @Test("3: from end to end: ids, a password of twelve characters that fits, rows that match")
  func rows() async throws {
    try await TenantWorld.run { world in
      let result = try await world.create {
        $0.companyName = "Analytical Engines"
        $0.licenseCount = 7
        $0.plan = "solo"
        $0.addons = ["chat", "chat", "backup"]
        $0.stripe = StripeDetails(customerID: "cus_1", subscriptionID: "sub_1")
        $0.billingSource = "stripe"
      }
      #expect(result.temporaryPassword.count == 12)
      let tenant = try #require(try await world.store.tenant(result.tenantId))
      #expect(tenant.name == "Tenant 1" && tenant.subscriptionID == "sub_1" && tenant.status == .active)
      let users = try await world.store.users(ofTenant: result.tenantId)
      #expect(users.map(\.userID) == [result.adminUserId] && users.first?.email == "ada1@example.com")
      let hashed = try #require(try await world.store.hashedPassword(ofUser: result.adminUserId))
      #expect(Credentials.verify(result.temporaryPassword, against: hashed))
      #expect(!Credentials.verify("another one", against: hashed) && !hashed.contains(result.temporaryPassword))
      let inventory = try await world.store.inventory()
      #expect(inventory.orphans == [:])
      #expect(inventory.rows["tenant_addons"] == 2 && inventory.rows["client_locations"] == 1)
      #expect(inventory.rows["tenant_settings"] == 4 && inventory.rows["user_roles"] == 1)
      #expect(world.outside.subjects(.setMetadata) == [result.tenantId])
    }
  }

  @Test(
    "3: a checkout's ids are looked up; when Stripe does not answer, the creation goes on without",
    arguments: [0, 3]
  )
  func checkout(failures: Int) async throws {
    try await TenantWorld.run { world in
      world.outside.fail(.checkout, times: failures, with: TenantError(.unavailable, "no answer"))
      let result = try await world.create { $0.checkoutSessionId = "cs_1" }
      #expect(try await world.store.tenant(result.tenantId)?.subscriptionID == (failures == 0 ? "sub_cs_1" : nil))
    }
  }

  @Test("4: the product's code reaches the seeds", arguments: ProductCode.allCases)
  func products(_ product: ProductCode) async throws {
    try await TenantWorld.run { world in
      let result = try await world.create { $0.productCode = product.rawValue }
      let roles = try await world.store.roles(ofTenant: result.tenantId)
      #expect(roles == product.roles.sorted())
      #expect(roles.contains("Finance") == (product == .psa))
      #expect(try await world.store.customerTags(result.tenantId) == ["\(product.rawValue)-customer"])
    }
  }

  @Test("5: setting up twice does less the second time; a rollback removes everything, and that of nobody succeeds")
  func twice() async throws {
    try await TenantWorld.run { world in
      let before = try await world.store.inventory()
      let result = try await world.create { $0.skipCustomerTracking = true }
      let repeated = try await world.env.execute(
        CallingWorkflow.self,
        id: "x",
        input: CallingWorkflow.Call(tenantID: result.tenantId)
      )
      #expect(repeated == 0)
      #expect(try await world.store.inventory() == before)
    }
  }

  @Test("a mail that cannot be sent is told in the result")
  func mail() async throws {
    try await TenantWorld.run { world in
      world.outside.fail(.send, times: 1, with: TenantError(.unavailable, "mailbox full"))
      let result = try await world.create()
      #expect(!result.emailSent && result.success)
    }
  }

  @Test("customer tracking that fails undoes nothing")
  func tracking() async throws {
    try await TenantWorld.run { world in
      world.env.mock("createCustomerContact") { _ in throw ApplicationError("no", isNonRetryable: true) }
      let handle = try await world.api.createTenant(TenantWorld.input())
      let result = try await handle.result()
      #expect(result.success && result.customerContactId == nil && result.customerClientId != nil)
      #expect(try await handle.activities().contains { $0.hasPrefix("rollback") || $0.hasPrefix("delete") } == false)
    }
  }

  @Test("an attempt whose answer was lost makes no second tenant and no second user", arguments: TestDatabase.allCases)
  func lostAnswers(_ database: TestDatabase) async throws {
    let loss = LostAnswers(of: ["createTenant", "createAdminUser", "createCustomerClient", "createPortalUser"])
    try await TenantWorld.run(on: database, interceptors: [loss]) { world in
      let result = try await world.create()
      let inventory = try await world.store.inventory()
      #expect(inventory.rows["tenants"] == 2 && inventory.rows["users"] == 2 && inventory.rows["clients"] == 2)
      let hashed = try #require(try await world.store.hashedPassword(ofUser: result.adminUserId))
      #expect(Credentials.verify(result.temporaryPassword, against: hashed))
      #expect(loss.lost == 4)
    }
  }
}
