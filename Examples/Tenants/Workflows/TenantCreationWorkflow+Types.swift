public import ExampleSupport

/// The input of ``TenantCreationWorkflow``.
public struct TenantCreationInput: Codable, Hashable, Sendable {
  /// The tenant's name.
  @OrEmpty public var tenantName: String
  /// The first user.
  public var adminUser: AdminUser?
  /// The id that the tenant gets; one is made up if it is absent.
  public var tenantId: String?
  /// Whether the tenant is not recorded as a customer of the provider.
  public var skipCustomerTracking: Bool?
  /// Whether the first user is not told.
  public var skipWelcomeEmail: Bool?
  /// The company.
  public var companyName: String?
  /// The name of the first client.
  public var clientName: String?
  /// The contract of the first client.
  public var contractLine: String?
  /// An ``EmailProvider``.
  public var emailProvider: String?
  /// For how many people; 1 by default.
  public var licenseCount: Int?
  /// The checkout in which the tenant was bought.
  public var checkoutSessionId: String?
  /// A ``BillingSource``.
  public var billingSource: String?
  /// A ``TenantPlan``.
  public var plan: String?
  /// A ``ProductCode``.
  public var productCode: String?
  /// Apple's ids.
  public var appleIap: ApplePurchase?
  /// Stripe's ids.
  public var stripe: StripeDetails?
  /// Where bills go.
  public var billingAddress: BillingAddress?
  /// What was bought besides.
  public var addons: [String]?
  /// What a failure does with what exists already; ``RollbackPolicy/automatic`` by default.
  public var rollback: RollbackPolicy?

  /// Creates an input.
  public init(tenantName: String, adminUser: AdminUser) {
    self.tenantName = tenantName
    self.adminUser = adminUser
  }

  /// The user and the tenant to be recorded.
  ///
  /// - Parameter id: the id if the input gives none.
  /// - Throws: ``TenantError`` that names the field that is wrong.
  func validated(id: String) throws -> (user: AdminUser, tenant: NewTenant) {
    try require(tenantName, "tenantName")
    guard let adminUser else { throw TenantError(.validation, "adminUser is missing; it is required") }
    try require(adminUser.firstName, "adminUser.firstName")
    try require(adminUser.lastName, "adminUser.lastName")
    try requireEmail(adminUser.email, "adminUser.email")
    if let password = adminUser.password, password.count < 8 {
      throw TenantError(.validation, "adminUser.password has fewer than 8 characters; give a longer one or none")
    }
    if let tenantId { try requireID(tenantId, "tenantId") }
    let licenses = licenseCount ?? 1
    guard (1...1_000_000).contains(licenses) else {
      throw TenantError(.validation, "licenseCount is \(licenses); give 1 to 1000000")
    }
    let source = try choice(billingSource, "billingSource", default: BillingSource.manual)
    if source == .appleIAP, appleIap == nil {
      throw TenantError(.validation, "appleIap is missing; billingSource apple_iap requires it")
    }
    if let country = billingAddress?.country, country.count != 2 {
      throw TenantError(.validation, "billingAddress.country is '\(country)'; write two letters such as DE")
    }
    let tenant = NewTenant(
      tenantID: tenantId ?? id, name: tenantName, email: adminUser.email, companyName: companyName,
      clientName: clientName, contractLine: contractLine,
      productCode: try choice(productCode, "productCode", default: .psa),
      plan: try choice(plan, "plan", default: .pro), licenseCount: licenses, billingSource: source,
      emailProvider: try choice(emailProvider, "emailProvider", default: .resend),
      stripe: stripe ?? StripeDetails(), apple: appleIap, billingAddress: billingAddress, addons: addons ?? [])
    return (adminUser, tenant)
  }
}

/// The signal `cancel` of a creation.
public struct CreationCancellation: Codable, Hashable, Sendable {
  /// Why.
  @OrEmpty public var reason: String
  /// Who cancels.
  @OrEmpty public var cancelledBy: String

  /// Creates a cancellation.
  public init(reason: String, cancelledBy: String = "") {
    self.reason = reason
    self.cancelledBy = cancelledBy
  }
}

/// The signal `update` of a creation.
public struct CreationUpdate: Codable, Hashable, Sendable {
  /// What.
  public var field: String
  /// To what.
  public var value: JSONValue

  /// Creates an update.
  public init(field: String, value: JSONValue) {
    self.field = field
    self.value = value
  }
}

/// The answer to the query `getState` of a creation.
public struct TenantCreationState: Codable, Hashable, Sendable {
  /// The steps of a creation.
  public enum Step: String, Codable, Hashable, Sendable {
    case initializing
    case fetchingStripeDetails = "fetching_stripe_details"
    case creatingTenant = "creating_tenant"
    case runningOnboardingSeeds = "running_onboarding_seeds"
    case creatingAdminUser = "creating_admin_user"
    case settingUpData = "setting_up_data"
    case creatingCustomerTracking = "creating_customer_tracking"
    case sendingWelcomeEmail = "sending_welcome_email"
    case completed
    case failed
  }

  /// Where the creation is.
  public var step = Step.initializing
  /// How far, 0 to 100.
  public var progress = 0
  /// The tenant, once it exists.
  public var tenantId: String?
  /// The first user, once there is one.
  public var adminUserId: String?
  /// The first client.
  public var clientId: String?
  /// Whether the first user was told.
  public var emailSent: Bool?
  /// What went wrong.
  public var error: String?
}

/// The output of ``TenantCreationWorkflow``.
public struct TenantCreationResult: Codable, Hashable, Sendable {
  /// The tenant.
  public var tenantId: String
  /// The first user.
  public var adminUserId: String
  /// The first client.
  public var clientId: String?
  /// What the first user logs in with.
  public var temporaryPassword: String
  /// Whether the first user was told.
  public var emailSent: Bool
  /// Always true: what fails throws.
  public var success: Bool
  /// When the tenant was ready.
  public var createdAt: Moment
  /// The tenant as a customer of the provider.
  public var customerClientId: String?
  /// The first user as the customer's contact.
  public var customerContactId: String?
}
