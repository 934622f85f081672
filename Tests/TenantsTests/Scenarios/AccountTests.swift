import DurableWorkflows
import Testing
import WorkflowTesting

@testable import Tenants

/// Welcome mail, exports, the small workflows, and the neighbours of scenario 22.
@Suite("Accounts and neighbours", .timeLimit(.minutes(2)))
struct AccountTests {
  @Test(
    "a welcome mail gives the first user a fresh password, and is kept for the audit",
    arguments: TestDatabase.allCases
  )
  func resend(_ database: TestDatabase) async throws {
    try await TenantWorld.run(on: database) { world in
      let tenant = try await world.create()
      let input = ResendWelcomeEmailInput(
        tenantID: tenant.tenantId,
        triggeredBy: "Grace",
        triggeredByEmail: "grace@example.com"
      )
      let result = try await world.api.resendWelcomeEmail(input).result()
      #expect(result.success && result.email == "ada1@example.com")
      let password = try #require(world.outside.messages.last?.fields["password"])
      #expect(password != tenant.temporaryPassword && password.count == Credentials.passwordLength)
      let hashed = try #require(try await world.store.hashedPassword(ofUser: tenant.adminUserId))
      #expect(Credentials.verify(password, against: hashed))
      #expect(try await world.store.audits(ofEntity: tenant.tenantId) == ["welcome_email_resent"])
    }
  }

  @Test("what goes wrong with a welcome mail is an answer, and is kept for the audit")
  func resendFails() async throws {
    try await TenantWorld.run { world in
      let tenant = try await world.create { $0.skipWelcomeEmail = true }
      world.outside.fail(.send, times: 1, with: TenantError(.unavailable, "mailbox full"))
      var input = ResendWelcomeEmailInput(
        tenantID: tenant.tenantId,
        triggeredBy: "Grace",
        triggeredByEmail: "grace@example.com"
      )
      let full = try await world.api.resendWelcomeEmail(input).result()
      #expect(!full.success && full.error == "the mail was not sent: mailbox full")
      input.userId = "somebody"
      let unknown = try await world.api.resendWelcomeEmail(input).result()
      #expect(!unknown.success && unknown.error?.contains("no user 'somebody'") == true)
      #expect(
        try await world.store.audits(ofEntity: tenant.tenantId) == ["welcome_email_failed", "welcome_email_failed"]
      )
    }
  }

  @Test("an export holds every row, no password, and says what it holds; one of nobody is an answer")
  func export() async throws {
    try await TenantWorld.run { world in
      let tenant = try await world.create { $0.skipCustomerTracking = true }
      let handle = try await world.api.exportTenant(tenant.tenantId, by: "Ada")
      let result = try await handle.result()
      #expect(result.success && result.bucket == "tenant-exports" && result.recordCount == 15)
      #expect(try await handle.query(TenantExportWorkflow.Queries.getExportState) == result)
      let key = try #require(result.s3Key)
      let file = try #require(world.outside.files[key])
      #expect(file.count == result.fileSizeBytes)
      let nobody = try await world.api.exportTenant("00000000-0000-4000-8000-000000000000", by: "Ada").result()
      #expect(!nobody.success && nobody.status == "failed" && nobody.error?.contains("no tenant") == true)
    }
  }

  @Test("the worker's own checks")
  func checks() async throws {
    try await TenantWorld.run { world in
      let begin = world.env.now
      #expect(try await world.env.execute(HealthCheckWorkflow.self, id: "health") == "healthy")
      #expect(begin + .milliseconds(100) == world.env.now)
      _ = try await world.env.execute(TestEmailWorkflow.self, id: "mail", input: TestEmailInput(to: "ada@example.com"))
      #expect(world.outside.messages.map(\.template) == ["test"])
      let wrong = try await world.env.client.start(TestEmailWorkflow.self, id: "wrong", input: TestEmailInput(to: "x"))
      #expect(await wrong.failure().type == "ValidationError")
    }
  }

  @Test("22: a job runs for every tenant, never for more than ten at once; a failure keeps no other from its turn")
  func fanOut() async throws {
    try await TenantWorld.run { world in
      for number in 1...30 {
        try await world.create(number) {
          $0.skipCustomerTracking = true
          $0.skipWelcomeEmail = true
        }
      }
      world.outside.fail(.runJob, times: 3, with: TenantError(.invalidState, "not this one"))
      let result = try await world.env.execute(
        MaintenanceFanOutWorkflow.self,
        id: "job",
        input: MaintenanceInput(job: "rebuild-search-index")
      )
      #expect(result.succeeded == 28 && result.failed.count == 3)
      #expect(result.failed.values.allSatisfy { $0 == "not this one" })
      #expect(world.outside.mostJobsAtOnce <= MaintenanceFanOutWorkflow.width)
      #expect(world.outside.mostJobsAtOnce > 1)
    }
  }

  @Test("22: a mail domain is asked for again and again, in fresh runs, until it is verified or three days are over")
  func mailDomain() async throws {
    try await TenantWorld.run { world in
      let tenant = try await world.create().tenantId
      let begin = world.env.now
      let never = try await world.env.client.start(
        ManagedEmailDomainWorkflow.self,
        id: "never",
        input: ManagedEmailDomainInput(tenantID: tenant, domain: "never.example.org")
      )
      let result = try await never.result()
      #expect(result.status == "failed" && (10...150).contains(result.checks), "\(result.checks)")
      #expect(begin + .hours(72) == world.env.now)
      #expect(result.checks > ManagedEmailDomainWorkflow.checksPerRun)
      #expect(try await world.store.emailDomainStatus("never.example.org") == "failed")

      world.outside.verify(domain: "soon.example.org", afterChecks: 4)
      let soon = try await world.env.execute(
        ManagedEmailDomainWorkflow.self,
        id: "soon",
        input: ManagedEmailDomainInput(tenantID: tenant, domain: "soon.example.org")
      )
      #expect(soon.status == "verified" && soon.checks == 4)
    }
  }

  @Test("22: a mail domain that is deleted while the provider is being asked is gone")
  func mailDomainDeleted() async throws {
    try await TenantWorld.run { world in
      let tenant = try await world.create().tenantId
      let gate = world.env.mock("checkEmailDomain") { _ in true }
      gate.hold()
      let handle = try await world.env.client.start(
        ManagedEmailDomainWorkflow.self,
        id: "domain",
        input: ManagedEmailDomainInput(tenantID: tenant, domain: "mail.example.org")
      )
      try await gate.waitForCalls(1)
      #expect(try await world.store.emailDomainStatus("mail.example.org") == "pending")
      try await handle.signal(ManagedEmailDomainWorkflow.Signals.deleteDomain)
      gate.release()
      #expect(try await handle.result().status == "deleted")
      #expect(try await world.store.emailDomainStatus("mail.example.org") == nil)
    }
  }

  @Test("22: a product upgrade repeats the step that failed and none that is done")
  func upgrade() async throws {
    try await TenantWorld.run { world in
      let tenant = try await world.create { $0.productCode = "algadesk" }.tenantId
      let mock = world.env.mock("tagCustomerClient") { _ in throw ApplicationError("locked", isNonRetryable: true) }
      let handle = try await world.env.client.start(
        ProductUpgradeWorkflow.self,
        id: "upgrade",
        input: ProductUpgradeInput(tenantID: tenant)
      )
      try await mock.waitForCalls(1)
      try await world.settle()
      #expect(try await handle.query(ProductUpgradeWorkflow.Queries.getState).error == "tag: locked")
      mock.answer { _ in Empty() }
      try await handle.signal(ProductUpgradeWorkflow.Signals.retry)
      #expect(try await handle.result().completedSteps == ["seeds", "product", "tag", "mail"])
      #expect(
        try await handle.activities() == [
          "getTenant", "run_onboarding_seeds", "setProduct", "tagCustomerClient", "tagCustomerClient", "sendEmail",
        ]
      )
      #expect(try await world.store.tenant(tenant)?.productCode == .psa)
      #expect(try await world.store.roles(ofTenant: tenant).count == 5)
    }
  }
}
