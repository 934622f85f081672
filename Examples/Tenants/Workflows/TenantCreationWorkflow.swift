public import DurableWorkflows
internal import ExampleSupport
internal import FoundationEssentials
internal import Logging

/// Creates a tenant: its records, its first user, its settings, and its record as a customer of the provider.
///
/// A failure after the tenant exists undoes everything in reverse order, or leaves it for people; see
/// ``RollbackPolicy``. Failures of customer tracking and of the welcome mail undo nothing.
@Workflow(name: "tenantCreationWorkflow")
public actor TenantCreationWorkflow {
  /// How long a chain of runs may take.
  public static let executionTimeout = Duration.hours(1)
  /// How long a run may take.
  public static let runTimeout = Duration.minutes(30)

  private var state = TenantCreationState()
  private var cancellation: CreationCancellation?

  /// Creates the workflow; engines call it.
  public init() {}

  /// Creates the tenant.
  public func run(input: TenantCreationInput) async throws -> TenantCreationResult {
    try await failing {
      do {
        let (user, tenant) = try input.validated(id: context.uuid().uuidString.lowercased())
        let result = try await create(tenant, user, input)
        enter(.completed, 100)
        return result
      } catch {
        state.step = .failed
        state.error = (error as? ActivityError)?.reason ?? (error as? TenantError)?.message ?? "\(error)"
        throw error
      }
    }
  }

  /// Stops the creation at the next step.
  @WorkflowSignal
  public func cancel(cancellation: CreationCancellation) {
    if self.cancellation != nil || state.step == .completed { return }
    self.cancellation = cancellation
    state.step = .failed
    state.error = TenantCreationWorkflow.text(of: cancellation)
  }

  /// A wish, which is only logged.
  @WorkflowSignal
  public func update(update: CreationUpdate) {
    context.logger.info("an update of a creation is ignored", metadata: ["field": "\(update.field)"])
  }

  /// Where the creation is.
  @WorkflowQuery
  public func getState() -> TenantCreationState { state }

  // MARK: Steps

  private func create(
    _ tenant: NewTenant, _ user: AdminUser, _ input: TenantCreationInput
  ) async throws -> TenantCreationResult {
    let tenants = context.activities(TenantActivities.self)
    let isAutomatic = input.rollback != .manual
    return try await context.withSaga { saga in
      var tenant = tenant
      try await fetchDetails(of: &tenant, input.checkoutSessionId, tenants)
      let id = tenant.tenantID
      try begin(.creatingTenant, 10)
      let created: CreatedTenant
      do {
        created = try await tenants.createTenant(tenant: tenant)
      } catch {
        // A refusal has changed nothing; of any other failure that is not known.
        if isAutomatic, !TenantCreationWorkflow.isRefusal(error) {
          saga.addCompensation("tenant") { try await tenants.rollbackTenant(tenantID: id, isOwn: true) }
        }
        throw error
      }
      if isAutomatic {
        saga.addCompensation("tenant") { try await tenants.rollbackTenant(tenantID: id, isOwn: true) }
      }
      state.tenantId = id
      state.clientId = created.clientId
      state.progress = 40

      try begin(.runningOnboardingSeeds, 40)
      _ = try await tenants.runOnboardingSeeds(tenantID: id, product: tenant.productCode)
      state.progress = 50

      try begin(.creatingAdminUser, 60)
      let admin = try await tenants.createAdminUser(user: NewAdminUser(tenantID: id, user: user))
      if isAutomatic { saga.addCompensation("user") { try await tenants.rollbackUser(userID: admin.userId) } }
      state.adminUserId = admin.userId
      state.progress = 70

      try begin(.settingUpData, 80)
      _ = try await tenants.setupTenantData(
        tenantID: id, clientID: created.clientId, provider: tenant.emailProvider)
      state.progress = 90

      var result = TenantCreationResult(
        tenantId: id, adminUserId: admin.userId, clientId: created.clientId,
        temporaryPassword: admin.temporaryPassword, emailSent: false, success: true, createdAt: context.moment)
      if input.skipCustomerTracking != true {
        try begin(.creatingCustomerTracking, 85)
        try await tolerating("customer tracking", context) {
          try await track(tenant, user, &result, isAutomatic ? .automatic : .manual, &saga, tenants)
        }
        state.progress = 90
      }
      try begin(.sendingWelcomeEmail, 95)
      if input.skipWelcomeEmail != true {
        try await tolerating("welcome mail", context) {
          let welcome = WelcomeEmail(
            tenantName: tenant.name, email: user.email, firstName: user.firstName,
            temporaryPassword: admin.temporaryPassword, provider: tenant.emailProvider)
          result.emailSent = try await tenants.sendWelcomeEmail(welcome: welcome).emailSent
        }
      }
      state.emailSent = result.emailSent
      return result
    }
  }

  /// What Stripe knows, if it answers.
  private func fetchDetails(
    of tenant: inout NewTenant, _ session: String?, _ tenants: TenantActivities.Proxy
  ) async throws {
    guard let session, tenant.stripe.customerID == nil else { return }
    try begin(.fetchingStripeDetails, 5)
    do {
      tenant.stripe = try await tenants.fetchStripeDetailsFromCheckout(sessionID: session)
    } catch let error as ActivityError {
      context.logger.warning("Stripe's details are left out", metadata: ["reason": "\(error.reason)"])
    }
  }

  /// Records the tenant as a customer. What undoes a step is there before it, because a step may take effect without
  /// returning, and the creation goes on without it.
  private func track(
    _ tenant: NewTenant, _ user: AdminUser, _ result: inout TenantCreationResult, _ policy: RollbackPolicy,
    _ saga: inout Saga, _ tenants: TenantActivities.Proxy
  ) async throws {
    let id = tenant.tenantID
    let isAutomatic = policy == .automatic
    if isAutomatic { saga.addCompensation("client") { try await tenants.deleteCustomerClient(tenantID: id) } }
    let client = try await tenants.createCustomerClient(tenantID: id, name: tenant.companyName ?? tenant.name)
    result.customerClientId = client
    if isAutomatic { saga.addCompensation("contact") { try await tenants.deleteCustomerContact(tenantID: id) } }
    result.customerContactId = try await tenants.createCustomerContact(tenantID: id, clientID: client, user: user)
    try await tenants.tagCustomerClient(tenantID: id, tag: "\(tenant.productCode.rawValue)-customer")
    _ = try await tenants.getManagementTenantId()
    if isAutomatic { saga.addCompensation("portal user") { try await tenants.rollbackPortalUser(tenantID: id) } }
    let password = result.temporaryPassword
    try await tolerating("portal user", context) {
      _ = try await tenants.createPortalUser(tenantID: id, user: user, password: password)
    }
  }

  // MARK: State

  /// Begins a step, unless the creation was cancelled.
  private func begin(_ step: TenantCreationState.Step, _ progress: Int) throws {
    if let cancellation {
      throw TenantError(.cancelled, TenantCreationWorkflow.text(of: cancellation))
    }
    enter(step, progress)
  }

  private func enter(_ step: TenantCreationState.Step, _ progress: Int) {
    state.step = step
    state.progress = progress
  }

  private static func text(of cancellation: CreationCancellation) -> String {
    let reason = cancellation.reason.isEmpty ? "no reason given" : cancellation.reason
    return "the creation was cancelled: \(reason)"
  }

  private static func isRefusal(_ error: any Error) -> Bool {
    guard let error = error as? ActivityError else { return false }
    return TenantError.nonRetryable.contains(error.failureType)
  }
}
