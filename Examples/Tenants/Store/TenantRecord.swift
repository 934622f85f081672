internal import ExampleSupport
internal import ODBC

/// A tenant as it is stored.
public struct TenantRecord: Hashable, Codable, Sendable {
  /// The id.
  public var tenantID: String
  /// The name.
  public var name: String
  /// The address of the first user.
  public var email: String
  /// What it bought.
  public var productCode: ProductCode
  /// Whether people may log in.
  public var status: TenantStatus
  /// Whether mail goes out: `active`, `suspended` or `removed`.
  public var emailState: String
  /// How its mail leaves.
  public var emailProvider: EmailProvider
  /// Whether it is the provider's own, which is never deleted.
  public var isManagement: Bool
  /// Stripe's subscription.
  public var subscriptionID: String?

  init(row: ODBCRow) throws {
    tenantID = try row.string("tenant_id")
    name = try row.string("name")
    email = try row.string("email")
    productCode = try row.value("product_code", as: ProductCode.self)
    status = try row.value("status", as: TenantStatus.self)
    emailState = try row.string("email_state")
    emailProvider = try row.value("email_provider", as: EmailProvider.self)
    isManagement = try row.flag("is_management")
    subscriptionID = try row.text("stripe_subscription_id")
  }
}

/// A user as it is stored, without the password.
public struct UserRecord: Hashable, Codable, Sendable {
  /// The id.
  public var userID: String
  /// The tenant.
  public var tenantID: String
  /// The address.
  public var email: String
  /// The first name.
  public var firstName: String
  /// Whether the user may not log in.
  public var isInactive: Bool

  init(row: ODBCRow) throws {
    userID = try row.string("user_id")
    tenantID = try row.string("tenant_id")
    email = try row.string("email")
    firstName = try row.string("first_name")
    isInactive = try row.flag("is_inactive")
  }
}

extension TenantStore {
  /// The tenant with an id, or `nil`.
  public func tenant(_ id: String) async throws -> TenantRecord? { try await read { try await $0.tenant(id) } }

  /// - Throws: ``TenantError`` with `TenantNotFoundError`.
  func requireTenant(_ id: String) async throws -> TenantRecord {
    if let tenant = try await tenant(id) { return tenant }
    throw TenantError(.tenantNotFound, "there is no tenant '\(id)'")
  }

  /// The ids of all tenants in use, in order.
  public func activeTenants() async throws -> [String] {
    try await read { transaction in
      try await transaction.rows("SELECT tenant_id FROM tenants WHERE status = 'active' ORDER BY tenant_id", [])
        .map { try $0.string("tenant_id") }
    }
  }

  /// The user with an id, or `nil`.
  public func user(_ id: String) async throws -> UserRecord? {
    try await read {
      try await $0.rows("SELECT * FROM users WHERE user_id = ?", [.text(id)]).first.map(UserRecord.init(row:))
    }
  }

  /// The internal users of a tenant, in the order of their addresses.
  public func users(ofTenant id: String) async throws -> [UserRecord] {
    try await read { transaction in
      try await transaction.rows(
        "SELECT * FROM users WHERE tenant_id = ? AND user_type = 'internal' ORDER BY email",
        [.text(id)]
      ).map(UserRecord.init(row:))
    }
  }

  /// The stored form of a user's password, or `nil`.
  public func hashedPassword(ofUser id: String) async throws -> String? {
    try await read {
      try await $0.rows("SELECT hashed_password FROM users WHERE user_id = ?", [.text(id)]).first?.text(
        "hashed_password"
      )
    }
  }

  /// The names of a tenant's roles, in order.
  public func roles(ofTenant id: String) async throws -> [String] {
    try await read { transaction in
      try await transaction.rows("SELECT name FROM roles WHERE tenant_id = ? ORDER BY name", [.text(id)])
        .map { try $0.string("name") }
    }
  }

  /// The tenant of the provider itself, or `nil` if there is none yet.
  public func managementTenant() async throws -> String? {
    try await read { transaction in
      let isManagement = transaction.dialect.boolean(true)
      return try await transaction.rows(
        "SELECT tenant_id FROM tenants WHERE is_management = ? ORDER BY created_at",
        [isManagement]
      ).first?.text("tenant_id")
    }
  }
}

extension SQLTransaction {
  func tenant(_ id: String) async throws -> TenantRecord? {
    try await rows(
      "SELECT tenants.*, tenant_billing.stripe_subscription_id FROM tenants LEFT JOIN tenant_billing "
        + "ON tenant_billing.tenant_id = tenants.tenant_id WHERE tenants.tenant_id = ?",
      [.text(id)]
    ).first.map(TenantRecord.init(row:))
  }

  /// - Throws: ``TenantError`` with `TenantNotFoundError`.
  func requireTenant(_ id: String) async throws -> TenantRecord {
    if let tenant = try await tenant(id) { return tenant }
    throw TenantError(.tenantNotFound, "there is no tenant '\(id)'")
  }
}
