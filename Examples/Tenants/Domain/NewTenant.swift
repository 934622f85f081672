/// What a tenant is created from, checked.
public struct NewTenant: Codable, Hashable, Sendable {
  /// The id it gets.
  public var tenantID: String
  /// Its name.
  public var name: String
  /// The address of its first user.
  public var email: String
  /// The company.
  public var companyName: String?
  /// The name of its first client; the company's or its own by default.
  public var clientName: String?
  /// The contract of its first client.
  public var contractLine: String?
  /// What it bought.
  public var productCode: ProductCode
  /// How much.
  public var plan: TenantPlan
  /// For how many people.
  public var licenseCount: Int
  /// Who bills it.
  public var billingSource: BillingSource
  /// How its mail leaves.
  public var emailProvider: EmailProvider
  /// Stripe's ids.
  public var stripe: StripeDetails
  /// Apple's ids.
  public var apple: ApplePurchase?
  /// Where bills go.
  public var billingAddress: BillingAddress?
  /// What it bought besides.
  public var addons: [String]
}

/// What `createTenant` made.
public struct CreatedTenant: Codable, Hashable, Sendable {
  /// The tenant.
  public var tenantId: String
  /// Its first client.
  public var clientId: String
}

/// What `createAdminUser` is asked for.
public struct NewAdminUser: Codable, Hashable, Sendable {
  /// The tenant.
  public var tenantID: String
  /// Who.
  public var user: AdminUser
}

/// What `createAdminUser` made.
public struct CreatedUser: Codable, Hashable, Sendable {
  /// The user.
  public var userId: String
  /// The role of administrators.
  public var roleId: String
  /// What the user logs in with the first time.
  public var temporaryPassword: String
}

/// What `sendWelcomeEmail` did; a failure is an answer.
public struct EmailOutcome: Codable, Hashable, Sendable {
  /// Whether it was sent.
  public var emailSent: Bool
  /// Why not.
  public var error: String?
}

/// Who is told about a tenant's beginning.
public struct WelcomeEmail: Codable, Hashable, Sendable {
  /// The tenant's name.
  public var tenantName: String
  /// Whom.
  public var email: String
  /// How to call the person.
  public var firstName: String
  /// The password, which is not logged.
  public var temporaryPassword: String
  /// How the mail leaves.
  public var provider: EmailProvider
}
