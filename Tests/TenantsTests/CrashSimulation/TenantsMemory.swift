import DurableWorkflows
import ExampleSupport
import Synchronization

@testable import Tenants

/// What the activities did, outside the process: it survives its crashes, and what is done again has no further effect.
final class TenantsMemory: Sendable {
  private struct State {
    var effects: Set<String> = []
    var answers: [String: Int] = [:]
  }

  private let state = Mutex(State())

  /// What came of everything, without ids that are drawn.
  var summary: [String] { state.withLock { $0.effects.sorted() } }

  /// Counts a question, once for all attempts of one activity.
  ///
  /// - Returns: how many others of its kind came before.
  func count(_ name: String, key: String) -> Int {
    state.withLock { state in
      if let number = state.answers["\(name)/\(key)"] { return number }
      let number = state.answers[name] ?? 0
      state.answers[name] = number + 1
      state.answers["\(name)/\(key)"] = number
      return number
    }
  }

  func note(_ effect: String) { state.withLock { _ = $0.effects.insert(effect) } }
}

/// All activities of the workload, over a ``TenantsMemory`` instead of a database.
struct TenantsStubs: ActivityContainer {
  struct Proxy: ActivityProxy {
    init(_ invoker: ActivityInvoker) {}
  }

  static let tenant = "11111111-2222-4333-8444-555555555555"

  let memory: TenantsMemory
  /// An activity that refuses.
  var refusing: String?

  var activities: [ActivityDefinition] {
    Self.silent.map { name in stub(name) { _, _ in Empty() } } + creation + accounts + looks
  }

  /// The activities that return nothing.
  private static let silent = [
    "tagCustomerClient", "rollbackTenant", "rollbackUser", "rollbackPortalUser", "deleteCustomerContact",
    "deleteCustomerClient", "updateUserPassword", "sendEmail", "logAuditEvent", "deactivateTenantUsers",
    "cancelTenantSubscription", "sendCancellationEmail", "tagCustomerAsCanceled", "setCustomerInactive",
    "recordTenantDeletion", "deleteTenantSchedules", "teardownTenantEmail", "deleteTenantData",
    "reactivateTenantUsers", "resumeTenantEmail", "resumeTenantActivity", "linkReactivationSubscription",
    "stampReactivation", "sendPasswordReset", "raiseOperatorAlert", "markPortalDomainStatus",
    "applyPortalDomainResources", "deletePortalDomainRecord", "sendSlaNotification", "updateSlaStatus",
    "recordSlaAuditLog", "runMaintenanceJob", "synchronizeDirectory", "putEmailDomain", "removeEmailDomain",
    "setProduct",
  ]

  /// An activity that lets others run before and after its effect.
  ///
  /// - Parameter isCounted: false for looks, whose number moves with the time that the process is away.
  private func stub(
    _ name: String,
    isCounted: Bool = true,
    _ body: @escaping @Sendable (Arguments, _ number: Int) throws -> any Encodable & Sendable
  ) -> ActivityDefinition {
    ActivityDefinition(name) { [memory, refusing] arguments in
      guard let info = ActivityExecutionContext.current?.info else {
        throw ApplicationError("'\(name)' was called outside an engine", isNonRetryable: true)
      }
      await Task.yield()
      let number = memory.count(name, key: info.idempotencyKey)
      if name == refusing { throw ApplicationError("'\(name)' refuses", isNonRetryable: true) }
      let result = try body(arguments, number)
      memory.note(isCounted ? "\(name) \(number)" : name)
      await Task.yield()
      return result
    }
  }

  private var creation: [ActivityDefinition] {
    [
      stub("fetchStripeDetailsFromCheckout") { _, _ in StripeDetails(customerID: "c", subscriptionID: "s") },
      stub("createTenant") { arguments, _ in
        let tenant: NewTenant = try arguments.decode(0)
        return CreatedTenant(tenantId: tenant.tenantID, clientId: "client")
      },
      stub("run_onboarding_seeds") { _, _ in ["Admin"] },
      stub("createAdminUser") { _, _ in CreatedUser(userId: "u", roleId: "r", temporaryPassword: "p") },
      stub("setupTenantData") { _, _ in ["email_settings"] },
      stub("getManagementTenantId") { _, _ in "management" },
      stub("createCustomerClient") { _, _ in "client" },
      stub("createCustomerContact") { _, _ in "contact" },
      stub("createPortalUser") { _, _ in "portal" },
      stub("sendWelcomeEmail") { _, _ in EmailOutcome(emailSent: true) },
    ]
  }

  private var accounts: [ActivityDefinition] {
    [
      stub("getTenant") { _, _ in
        try record(
          TenantRecord.self,
          """
          {"tenantID":"\(Self.tenant)","name":"T","email":"a@b.c","productCode":"algadesk","status":"active",\
          "emailState":"active","emailProvider":"resend","isManagement":false}
          """
        )
      },
      stub("getUser") { _, _ in try user() },
      stub("findAdminUser") { _, _ in try user() },
      stub("generateTemporaryPassword") { _, _ in "password" },
      stub("exportTenantData") { _, _ in
        ExportedFile(bucket: "b", s3Key: "k", fileSizeBytes: 1, tableCount: 1, recordCount: 1)
      },
      stub("validateTenantDeletion") { _, _ in DeletionSubject(name: "T", email: "a@b.c", subscriptionID: "s") },
      stub("suspendTenantEmail") { _, _ in SuspensionOutcome(isSuspended: true) },
      stub("suspendTenantActivity") { _, _ in SuspensionOutcome(isSuspended: true) },
      stub("collectTenantStats") { _, _ in TenantStatistics(users: 1, clients: 1, tickets: 0) },
      stub("listActiveTenants") { _, _ in (1...12).map { "tenant-\($0)" } },
    ]
  }

  private var looks: [ActivityDefinition] {
    [
      stub("loadPortalDomain", isCounted: false) { _, number in
        try record(
          PortalDomain?.self,
          """
          {"portalDomainID":"d","tenantID":"t","domain":"x.y","canonicalHost":"z.y","isDisabled":false,\
          "status":"\(number == 0 ? "requested" : "deploying")","isRecoverable":false}
          """
        )
      },
      stub("verifyCname") { _, _ in true },
      stub("checkPortalDomainDeployment", isCounted: false) { _, number in
        let answers: [DeploymentStatus] = [.missingSecret, .issuing, .active]
        return answers[min(number, 2)]
      },
      stub("calculateNextWakeTime", isCounted: false) { arguments, _ in
        try (arguments.decode(0) as WakeRequest).answer()
      },
      stub("getTicketClosure", isCounted: false) { _, _ in TicketClosure.open },
      stub("checkAndEscalate") { _, _ in 1 },
      stub("checkEmailDomain", isCounted: false) { _, number in number >= 3 },
    ]
  }

  private func user() throws -> UserRecord {
    try record(
      UserRecord.self,
      """
      {"userID":"u","tenantID":"\(Self.tenant)","email":"a@b.c","firstName":"Ada","isInactive":false}
      """
    )
  }

  private func record<Value: Codable & Sendable>(_ type: Value.Type, _ json: String) throws -> Value {
    try JSONPayloadConverter().value(of: Payload(encoding: Payload.jsonPlain, data: Array(json.utf8)), as: type)
  }
}
