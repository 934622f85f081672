public import DurableWorkflows
internal import ExampleSupport
internal import Logging

/// The activities of a creation, and what undoes them.
@ActivityContainer
public struct TenantActivities {
  let services: TenantServices

  /// Creates the activities.
  public init(_ services: TenantServices) { self.services = services }

  /// What was bought in a checkout.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func fetchStripeDetailsFromCheckout(sessionID: String) async throws -> StripeDetails {
    try await services.perform(sessionID) { _ in try await services.billing.checkout(sessionID) }
  }

  /// Records a tenant; the same request again makes no other one. Stripe is told afterwards, if it answers.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func createTenant(tenant: NewTenant) async throws -> CreatedTenant {
    try await services.perform(tenant.tenantID) { origin in
      let created = try await services.store.createTenant(tenant, origin)
      if let subscription = tenant.stripe.subscriptionID {
        do {
          try await services.billing.setMetadata(
            subscription: subscription, tenantID: created.tenantId, key: "\(origin.idempotencyKey ?? "")/metadata")
        } catch let error as TenantError {
          ActivityExecutionContext.current?.logger.warning("Stripe was not told: \(error)")
        }
      }
      return created
    }
  }

  /// Records the roles that the product begins with.
  @Activity(name: "run_onboarding_seeds", startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func runOnboardingSeeds(tenantID: String, product: ProductCode) async throws -> [String] {
    try await services.perform(tenantID) { try await services.store.seed(tenantID, product: product, $0) }
  }

  /// Records the first user; the same request again makes no other one and answers with the same password.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func createAdminUser(user: NewAdminUser) async throws -> CreatedUser {
    try await services.perform(user.tenantID) { origin in
      let password = user.user.password ?? services.credentials.temporaryPassword(for: origin.idempotencyKey ?? "")
      let hashed = services.credentials.hash(password, salt: newID())
      return try await services.store.createAdminUser(user, password: password, hashed: hashed, origin)
    }
  }

  /// Records the settings that a tenant begins with.
  ///
  /// - Returns: the names of those that were missing: fewer when it is done again.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func setupTenantData(tenantID: String, clientID: String, provider: EmailProvider) async throws -> [String] {
    try await services.perform(tenantID) { origin in
      try await services.store.setUp(
        tenantID,
        settings: [
          "email_settings": provider.rawValue, "tenant_settings": "default", "default_client": clientID,
          "notification_settings": "all",
        ], origin)
    }
  }

  /// The provider's own tenant.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func getManagementTenantId() async throws -> String {
    try await services.perform("management") { _ in try await services.store.requireManagementTenant() }
  }

  /// Records the tenant as a customer of the provider.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func createCustomerClient(tenantID: String, name: String) async throws -> String {
    try await services.perform(tenantID) { try await services.store.createCustomerClient(tenantID, name: name, $0) }
  }

  /// Records the first user as the customer's contact.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func createCustomerContact(tenantID: String, clientID: String, user: AdminUser) async throws -> String {
    try await services.perform(tenantID) {
      try await services.store.createCustomerContact(tenantID, client: clientID, user: user, $0)
    }
  }

  /// Marks the customer with the product.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func tagCustomerClient(tenantID: String, tag: String) async throws {
    try await services.perform(tenantID) { try await services.store.setTag(tag, true, ofCustomer: tenantID, $0) }
  }

  /// Gives the customer a login to the provider's portal.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func createPortalUser(tenantID: String, user: AdminUser, password: String) async throws -> String {
    try await services.perform(tenantID) { origin in
      let hashed = services.credentials.hash(password, salt: newID())
      return try await services.store.createPortalUser(tenantID, user: user, hashed: hashed, origin)
    }
  }

  /// Tells the first user. A mail that cannot be sent is an answer, not a failure.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func sendWelcomeEmail(welcome: WelcomeEmail) async throws -> EmailOutcome {
    try await services.perform(welcome.email) { origin in
      let message = EmailMessage(
        to: welcome.email, template: "tenant-welcome", provider: welcome.provider,
        fields: [
          "tenant": welcome.tenantName, "firstName": welcome.firstName, "password": welcome.temporaryPassword,
          "loginURL": "\(services.applicationURL)/auth/signin",
        ])
      do {
        try await services.mailer.send(message, key: origin.idempotencyKey ?? "")
        return EmailOutcome(emailSent: true)
      } catch let error as TenantError {
        return EmailOutcome(emailSent: false, error: error.message)
      }
    }
  }

  // MARK: Undoing

  /// Removes a tenant and everything that belongs to it; an unknown one is no problem.
  ///
  /// - Parameter isOwn: whether only a tenant that this run has created is removed.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.rollback.retryPolicy)
  public func rollbackTenant(tenantID: String, isOwn: Bool) async throws {
    try await services.perform(tenantID) { origin in
      _ = try await services.store.removeTenant(tenantID, createdBy: isOwn ? origin.actor : nil, origin)
    }
  }

  /// Removes a user; an unknown one is no problem.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.rollback.retryPolicy)
  public func rollbackUser(userID: String) async throws {
    try await services.perform(userID) { try await services.store.removeUser(userID, $0) }
  }

  /// Removes the customer's login to the provider's portal.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.rollback.retryPolicy)
  public func rollbackPortalUser(tenantID: String) async throws {
    try await services.perform(tenantID) { try await services.store.removePortalUser(ofCustomer: tenantID, $0) }
  }

  /// Removes the customer's contact.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.rollback.retryPolicy)
  public func deleteCustomerContact(tenantID: String) async throws {
    try await services.perform(tenantID) { try await services.store.removeCustomerContact(tenantID, $0) }
  }

  /// Removes the customer.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.rollback.retryPolicy)
  public func deleteCustomerClient(tenantID: String) async throws {
    try await services.perform(tenantID) { try await services.store.removeCustomerClient(tenantID, $0) }
  }
}
