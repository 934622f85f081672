import DurableWorkflows
import ExampleSupport
import Testing
import WorkflowTesting

@testable import Tenants

/// Scenarios 17 and 18: how tenants end, or come back.
@Suite("Deleting tenants", .timeLimit(.minutes(2)))
struct TenantDeletionTests {
  /// The activities from the beginning to the wait for people, besides recordings.
  private static let switchingOff = [
    "validateTenantDeletion", "deactivateTenantUsers", "suspendTenantEmail", "suspendTenantActivity",
    "cancelTenantSubscription", "tagCustomerAsCanceled", "setCustomerInactive", "collectTenantStats",
  ]

  private func withTenant(
    on database: TestDatabase = .sqlite,
    _ body: (TenantWorld, TenantCreationResult) async throws -> Void
  ) async throws {
    try await TenantWorld.run(on: database) { world in
      let tenant = try await world.create {
        $0.stripe = StripeDetails(customerID: "cus_1", subscriptionID: "sub_1")
        $0.skipWelcomeEmail = true
      }
      try await body(world, tenant)
    }
  }

  private func delete(
    _ world: TenantWorld,
    _ tenant: TenantCreationResult,
    trigger: DeletionTrigger = .manual
  ) async throws -> WorkflowHandle<TenantDeletionWorkflow> {
    let handle = try await world.api.deleteTenant(TenantDeletionInput(tenantID: tenant.tenantId, trigger: trigger))
    try await world.settle()
    return handle
  }

  private func state(_ handle: WorkflowHandle<TenantDeletionWorkflow>) async throws -> TenantDeletionState {
    try await handle.query(TenantDeletionWorkflow.Queries.getDeletionState)
  }

  private func steps(_ handle: WorkflowHandle<TenantDeletionWorkflow>) async throws -> [String] {
    try await handle.activities().filter { $0 != "recordTenantDeletion" }
  }

  @Test(
    "17: a tenant is switched off in order, confirmed, and removed with everything",
    arguments: TestDatabase.allCases
  )
  func immediate(_ database: TestDatabase) async throws {
    try await withTenant(on: database) { world, tenant in
      let handle = try await delete(world, tenant)
      let waiting = try await state(handle)
      #expect(waiting.status == .awaitingConfirmation && waiting.exportKey?.hasSuffix(".json") == true)
      #expect(waiting.statistics == TenantStatistics(users: 1, clients: 1, tickets: 0))
      #expect(try await handle.query(TenantDeletionWorkflow.Queries.getState) == waiting)
      #expect(try await steps(handle) == Self.switchingOff)
      #expect(world.outside.subjects(.cancelSubscription) == ["sub_1"])
      #expect(try await world.store.users(ofTenant: tenant.tenantId).allSatisfy(\.isInactive))
      let stored = try await world.store.tenant(tenant.tenantId)
      #expect(stored?.status == .suspended && stored?.emailState == "suspended")
      #expect(try await world.store.customerTags(tenant.tenantId) == ["Canceled", "psa-customer"])
      await expectRefusal(.invalidState) { _ = try await delete(world, tenant) }

      try await handle.signal(
        TenantDeletionWorkflow.Signals.confirmDeletion,
        DeletionConfirmation(type: .immediate, confirmedBy: "Ada")
      )
      let result = try await handle.result()
      #expect(result.status == .deleted && result.confirmedBy == "Ada")
      #expect(
        try await steps(handle)
          == Self.switchingOff + ["deleteTenantSchedules", "teardownTenantEmail", "deleteTenantData"]
      )
      #expect(try await world.store.tenant(tenant.tenantId) == nil)
      #expect(try await world.store.inventory().rows["tenants"] == 1)
      #expect(try await world.store.deletionStatus(handle.execution.owner) == .deleted)
      let file = try #require(world.outside.files.values.first)
      let text = String(decoding: file, as: UTF8.self)
      #expect(text.contains("ada1@example.com") && !text.contains("hashed_password"))
    }
  }

  @Test(
    "webhooks do not cancel the subscription; the extension writes to the customer",
    arguments: DeletionTrigger.allCases
  )
  func triggers(_ trigger: DeletionTrigger) async throws {
    try await withTenant { world, tenant in
      _ = try await delete(world, tenant, trigger: trigger)
      #expect(world.outside.attempts(.cancelSubscription) == (trigger.isWebhook ? 0 : 1))
      #expect(world.outside.messages.map(\.template) == (trigger == .extension_ ? ["tenant-cancelled"] : []))
    }
  }

  @Test("silence of 90 days deletes; a confirmation can add 30 or 90", arguments: [nil, DeletionDelay.days30, .days90])
  func delays(_ delay: DeletionDelay?) async throws {
    try await withTenant { world, tenant in
      let begin = world.now
      let handle = try await delete(world, tenant)
      if let delay {
        // The last day on which it still counts.
        try await world.env.sleep(for: .days(89))
        try await handle.signal(
          TenantDeletionWorkflow.Signals.confirmDeletion,
          DeletionConfirmation(type: delay, confirmedBy: "Ada")
        )
      }
      #expect(try await handle.result().status == .deleted)
      let days = (world.now - begin) / .days(1)
      let expected = delay.map { 89 + Double($0.days) } ?? 90
      #expect(abs(days - expected) < 0.01, "\(days)")
    }
  }

  @Test(
    "17: until data is being removed, the tenant can be had back",
    arguments: [false, true],
    TestDatabase.allCases
  )
  func rollback(isConfirmed: Bool, database: TestDatabase) async throws {
    try await withTenant(on: database) { world, tenant in
      let handle = try await delete(world, tenant)
      if isConfirmed {
        try await handle.signal(
          TenantDeletionWorkflow.Signals.confirmDeletion,
          DeletionConfirmation(type: .days30, confirmedBy: "Ada")
        )
        try await world.env.sleep(for: .days(29))
      }
      try await handle.signal(
        TenantDeletionWorkflow.Signals.rollbackDeletion,
        DeletionRollback(
          reason: "they stay",
          rolledBackBy: "Grace",
          reactivation: Reactivation(subscriptionExternalId: "sub_2")
        )
      )
      let result = try await handle.result()
      #expect(result.status == .rolledBack && result.rollbackReason == "they stay")
      #expect(
        try await steps(handle) == Self.switchingOff + [
          "reactivateTenantUsers", "resumeTenantEmail", "resumeTenantActivity", "tagCustomerAsCanceled",
          "setCustomerInactive", "linkReactivationSubscription", "stampReactivation", "sendPasswordReset",
        ]
      )
      let stored = try await world.store.tenant(tenant.tenantId)
      #expect(stored?.status == .active && stored?.emailState == "active" && stored?.subscriptionID == "sub_2")
      #expect(try await world.store.users(ofTenant: tenant.tenantId).allSatisfy { !$0.isInactive })
      #expect(try await world.store.customerTags(tenant.tenantId) == ["psa-customer"])
      #expect(try await world.store.customerIsInactive(tenant.tenantId) == false)
      #expect(world.outside.messages.map(\.template) == ["password-reset"])
      #expect(try await world.store.audits(ofEntity: tenant.tenantId) == ["reactivated"])
    }
  }

  @Test("17: each call that was added later is under exactly one patch of its own")
  func patches() async throws {
    try await withTenant { world, tenant in
      let handle = try await delete(world, tenant)
      try await handle.signal(
        TenantDeletionWorkflow.Signals.rollbackDeletion,
        DeletionRollback(reason: "no", rolledBackBy: "Ada")
      )
      _ = try await handle.result()
      let first = try await markers(handle)
      #expect(
        first == [
          TenantDeletionWorkflow.Patch.suspendEmail, TenantDeletionWorkflow.Patch.suspendActivity,
          TenantDeletionWorkflow.Patch.resumeEmail, TenantDeletionWorkflow.Patch.resumeActivity,
        ]
      )
      let again = try await delete(world, tenant)
      try await again.signal(
        TenantDeletionWorkflow.Signals.confirmDeletion,
        DeletionConfirmation(type: .immediate, confirmedBy: "Ada")
      )
      _ = try await again.result()
      #expect(
        try await markers(again) == [
          TenantDeletionWorkflow.Patch.suspendEmail, TenantDeletionWorkflow.Patch.suspendActivity,
          TenantDeletionWorkflow.Patch.teardownEmail,
        ]
      )
    }
  }

  /// The ids of the patches that the run recorded, in order.
  private func markers(_ handle: WorkflowHandle<TenantDeletionWorkflow>) async throws -> [String] {
    struct Marker: Decodable {
      let id: String
    }
    return try await handle.fetchHistory().compactMap { event in
      guard case .markerRecorded(let name, let details, _, _) = event.attributes, name == "core_patch",
        let payload = details["patch-data"]?.first
      else { return nil }
      return try JSONPayloadConverter().value(of: payload, as: Marker.self).id
    }
  }

  @Test("18: a suspension that fails is an answer; a resumption that fails is tried again, and then left out")
  func suspensions() async throws {
    try await withTenant { world, tenant in
      let activities = DeletionActivities(
        TenantServices(store: world.store, credentials: Credentials(secret: "s"), outside: world.outside)
      )
      let outcome = try await ActivityTestEnvironment().run {
        try await activities.suspendTenantActivity(tenantID: "nobody")
      }
      #expect(!outcome.isSuspended && outcome.error?.contains("no tenant") == true)
      await #expect(throws: ApplicationError.self) {
        try await ActivityTestEnvironment().run { try await activities.resumeTenantActivity(tenantID: "nobody") }
      }

      let resume = world.env.mock("resumeTenantEmail") { _ in throw ApplicationError("away") }
      let handle = try await delete(world, tenant)
      try await handle.signal(
        TenantDeletionWorkflow.Signals.rollbackDeletion,
        DeletionRollback(reason: "no", rolledBackBy: "Ada")
      )
      #expect(try await handle.result().status == .rolledBack)
      #expect(resume.callCount == 3)
      #expect(try await world.store.tenant(tenant.tenantId)?.emailState == "suspended")
    }
  }

  @Test("a subscription that cannot be linked fails the rollback and alerts; a mail that cannot be sent only alerts")
  func alerts() async throws {
    try await withTenant { world, tenant in
      world.outside.fail(.send, times: 3, with: TenantError(.unavailable, "away"))
      let mailed = try await delete(world, tenant)
      try await mailed.signal(
        TenantDeletionWorkflow.Signals.rollbackDeletion,
        DeletionRollback(reason: "no", rolledBackBy: "Ada")
      )
      #expect(try await mailed.result().status == .rolledBack)
      #expect(world.outside.subjects(.raise) == ["TenantPasswordResetNotSent"])

      _ = try await world.create(2) {
        $0.stripe = StripeDetails(subscriptionID: "sub_taken")
        $0.skipWelcomeEmail = true
      }
      let linked = try await delete(world, tenant)
      try await linked.signal(
        TenantDeletionWorkflow.Signals.rollbackDeletion,
        DeletionRollback(
          reason: "no",
          rolledBackBy: "Ada",
          reactivation: Reactivation(subscriptionExternalId: "sub_taken")
        )
      )
      #expect(await linked.failure().type == "DuplicateError")
      #expect(world.outside.subjects(.raise).last == "TenantSubscriptionNotLinked")
      #expect(try await world.store.deletionStatus(linked.execution.owner) == .failed)
      #expect(try await state(linked).status == .failed)
    }
  }

  @Test("an export that fails holds up nothing; a step that fails marks the deletion failed")
  func failures() async throws {
    try await withTenant { world, tenant in
      world.outside.fail(.put, times: 99, with: TenantError(.unavailable, "no bucket"))
      world.env.mock("collectTenantStats") { _ in throw ApplicationError("broken", isNonRetryable: true) }
      let handle = try await world.api.deleteTenant(TenantDeletionInput(tenantID: tenant.tenantId, trigger: .manual))
      #expect(await handle.failure().message == "broken")
      let state = try await state(handle)
      #expect(state.status == .failed && state.error == "broken" && state.exportKey == nil)
      #expect(try await world.store.deletionStatus(handle.execution.owner) == .failed)
    }
  }

  @Test("the provider's own tenant is never deleted, and input that is wrong starts nothing")
  func refusals() async throws {
    try await withTenant { world, _ in
      let own = TenantDeletionInput(tenantID: TenantWorld.management, trigger: .manual)
      let failure = await (try world.api.deleteTenant(own)).failure()
      #expect(failure.type == "ValidationError" && failure.message.contains("never deleted"))
      await expectRefusal(.tenantNotFound) {
        _ = try await world.api.deleteTenant(
          TenantDeletionInput(tenantID: "00000000-0000-4000-8000-000000000000", trigger: .manual)
        )
      }
      var input = TenantDeletionInput(tenantID: TenantWorld.management, trigger: .manual)
      input.triggerSource = "whim"
      let wrong = input
      await expectRefusal(.validation, "triggerSource") { _ = try await world.api.deleteTenant(wrong) }
    }
  }
}
