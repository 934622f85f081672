public import ExampleSupport
internal import FoundationEssentials
internal import ODBC

extension TenantStore {
  /// Records a tenant with billing, add-ons, first client and location, in one transaction.
  ///
  /// - Returns: the ids; those of the earlier attempt if this is a repeated one.
  /// - Throws: ``TenantError`` with `DuplicateError` if id, subscription, purchase or address are taken.
  func createTenant(_ new: NewTenant, _ origin: ChangeOrigin) async throws -> CreatedTenant {
    do {
      return try await administer(origin) { transaction in
        if let known = try await transaction.created(new.tenantID) { return known }
        try await transaction.checkUniqueness(of: new)
        return try await transaction.insert(new)
      }
    } catch let error as ODBCError where error.isUniqueViolation {
      // Another process was faster between the look and the insertion.
      return try await administer(origin) { transaction in
        if let known = try await transaction.created(new.tenantID) { return known }
        try await transaction.checkUniqueness(of: new)
        throw error
      }
    }
  }

  /// Records what the product begins with: roles by the product's code.
  func seed(_ tenantID: String, product: ProductCode, _ origin: ChangeOrigin) async throws -> [String] {
    try await change(origin) { transaction in
      _ = try await transaction.requireTenant(tenantID)
      let known = Set(
        try await transaction.rows("SELECT name FROM roles WHERE tenant_id = ?", [.text(tenantID)])
          .map { try $0.string("name") }
      )
      let missing = product.roles.filter { !known.contains($0) }
      for name in missing {
        try await transaction.insert(
          "roles",
          [("role_id", .text(newID())), ("tenant_id", .text(tenantID)), ("name", .text(name))]
        )
      }
      return missing
    }
  }

  /// Records the first user, with the role of administrators.
  ///
  /// - Returns: the user; the earlier attempt's if this is a repeated one.
  /// - Throws: ``TenantError`` with `DuplicateError` if the address belongs to a user of any tenant.
  func createAdminUser(
    _ new: NewAdminUser,
    password: String,
    hashed: String,
    _ origin: ChangeOrigin
  ) async throws -> CreatedUser {
    let taken = TenantError(
      .duplicate,
      "'\(new.user.email)' is the address of a user already; give the new tenant another one"
    )
    func create() async throws -> CreatedUser {
      try await change(origin) { transaction in
        _ = try await transaction.requireTenant(new.tenantID)
        let row = try await transaction.rows(
          "SELECT role_id FROM roles WHERE tenant_id = ? AND name = ?",
          [.text(new.tenantID), .text(ProductCode.administrator)]
        ).first
        guard let role = try row?.text("role_id") else {
          throw TenantError(.invalidState, "tenant \(new.tenantID) has no role Admin; run the onboarding seeds first")
        }
        let known = try await transaction.rows(
          "SELECT * FROM users WHERE lower(email) = lower(?) AND user_type = 'internal'",
          [.text(new.user.email)]
        ).first
        if let known {
          guard try known.text("request_key") == origin.idempotencyKey else { throw taken }
          return CreatedUser(userId: try known.string("user_id"), roleId: role, temporaryPassword: password)
        }
        let id = newID()
        try await transaction.insert(
          "users",
          [
            ("user_id", .text(id)), ("tenant_id", .text(new.tenantID)), ("user_type", .text("internal")),
            ("email", .text(new.user.email)), ("first_name", .text(new.user.firstName)),
            ("last_name", .text(new.user.lastName)), ("hashed_password", .text(hashed)),
            ("request_key", .text(origin.idempotencyKey)),
          ]
        )
        try await transaction.insert(
          "user_roles",
          [("tenant_id", .text(new.tenantID)), ("user_id", .text(id)), ("role_id", .text(role))]
        )
        return CreatedUser(userId: id, roleId: role, temporaryPassword: password)
      }
    }
    do {
      return try await create()
    } catch let error as ODBCError where error.isUniqueViolation {
      return try await create()
    }
  }

  /// Records the settings that a tenant begins with.
  ///
  /// - Returns: the names of those that were missing.
  func setUp(_ tenantID: String, settings: [String: String], _ origin: ChangeOrigin) async throws -> [String] {
    try await change(origin) { transaction in
      _ = try await transaction.requireTenant(tenantID)
      var steps: [String] = []
      for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
        let parameters: [ODBCValue] = [.text(tenantID), .text(name)]
        let known = try await transaction.count("FROM tenant_settings WHERE tenant_id = ? AND name = ?", parameters)
        if known > 0 { continue }
        try await transaction.insert(
          "tenant_settings",
          [("tenant_id", .text(tenantID)), ("name", .text(name)), ("value", .text(value))]
        )
        steps.append(name)
      }
      return steps
    }
  }

  /// Removes a tenant and everything that belongs to it; one that does not exist is no problem.
  ///
  /// - Parameter creator: the run that must have created it; a tenant of another run is left alone. `nil` for any.
  /// - Returns: whether there was something to remove.
  @discardableResult
  func removeTenant(_ id: String, createdBy creator: String?, _ origin: ChangeOrigin) async throws -> Bool {
    try await administer(origin) { transaction in
      let row = try await transaction.rows(
        "SELECT created_by, is_management FROM tenants WHERE tenant_id = ?",
        [.text(id)],
        locking: true
      ).first
      guard let row else { return false }
      if let creator, try row.string("created_by") != creator { return false }
      if try row.flag("is_management") {
        throw TenantError(.validation, "tenant \(id) is the provider's own and is never removed")
      }
      for table in Tables.owned {
        try await transaction.execute("DELETE FROM \(table) WHERE tenant_id = ?", [.text(id)])
      }
      try await transaction.execute("DELETE FROM tenants WHERE tenant_id = ?", [.text(id)])
      return true
    }
  }

  /// Removes a user; one that does not exist is no problem.
  func removeUser(_ id: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) { transaction in
      try await transaction.execute("DELETE FROM user_roles WHERE user_id = ?", [.text(id)])
      try await transaction.execute("DELETE FROM users WHERE user_id = ?", [.text(id)])
    }
  }

  /// Makes sure that there is the provider's own tenant.
  public func ensureManagementTenant(named name: String, id: String, now: Moment) async throws {
    if try await managementTenant() != nil { return }
    let origin = ChangeOrigin(now: now, actor: "setup", idempotencyKey: "management-tenant")
    try await administer(origin) { transaction in
      try await transaction.insert(
        "tenants",
        [
          ("tenant_id", .text(id)), ("name", .text(name)), ("email", .text("operations@example.com")),
          ("product_code", .text("psa")), ("plan", .text("pro")), ("license_count", .integer(1)),
          ("billing_source", .text("manual")), ("email_provider", .text("resend")), ("is_management", .flag(true)),
          ("status", .text("active")), ("email_state", .text("active")), ("request_key", .text(origin.idempotencyKey)),
          ("created_by", .text(origin.actor)), ("created_at", .time(now)), ("updated_at", .time(now)),
        ]
      )
    }
  }
}

/// An id for a row.
func newID() -> String { UUID().uuidString.lowercased() }

extension ProductCode {
  /// The role of administrators.
  static let administrator = "Admin"

  /// The roles that the product begins with.
  var roles: [String] {
    switch self {
    case .algadesk: [Self.administrator, "Technician"]
    case .psa: [Self.administrator, "Technician", "Project Manager", "Finance", "Dispatcher"]
    }
  }
}

extension SQLTransaction {
  /// What an earlier attempt of the same request made, or `nil`.
  fileprivate func created(_ tenantID: String) async throws -> CreatedTenant? {
    guard let key = origin.idempotencyKey else { return nil }
    let row = try await rows(
      "SELECT clients.client_id FROM tenants JOIN clients ON clients.tenant_id = tenants.tenant_id "
        + "AND clients.customer_tenant_id IS NULL WHERE tenants.tenant_id = ? AND tenants.request_key = ?",
      [.text(tenantID), .text(key)]
    ).first
    return try row?.text("client_id").map { CreatedTenant(tenantId: tenantID, clientId: $0) }
  }

  fileprivate func checkUniqueness(of new: NewTenant) async throws {
    if try await count("FROM tenants WHERE tenant_id = ?", [.text(new.tenantID)]) > 0 {
      throw TenantError(.duplicate, "tenant \(new.tenantID) exists already; remove it, or give another tenantId")
    }
    if let subscription = new.stripe.subscriptionID,
      try await count("FROM tenant_billing WHERE stripe_subscription_id = ?", [.text(subscription)]) > 0
    {
      throw TenantError(.duplicate, "subscription \(subscription) belongs to a tenant already")
    }
    if let purchase = new.apple?.originalTransactionId,
      try await count("FROM tenant_billing WHERE apple_transaction_id = ?", [.text(purchase)]) > 0
    {
      throw TenantError(.duplicate, "purchase \(purchase) belongs to a tenant already")
    }
    let address: [ODBCValue] = [.text(new.email)]
    if try await count("FROM users WHERE lower(email) = lower(?) AND user_type = 'internal'", address) > 0 {
      throw TenantError(.duplicate, "'\(new.email)' is the address of a user already; give the new tenant another one")
    }
  }

  fileprivate func insert(_ new: NewTenant) async throws -> CreatedTenant {
    let id = Cell.text(new.tenantID)
    try await insert(
      "tenants",
      [
        ("tenant_id", id), ("name", .text(new.name)), ("email", .text(new.email)),
        ("company_name", .text(new.companyName)), ("product_code", .text(new.productCode.rawValue)),
        ("plan", .text(new.plan.rawValue)), ("license_count", .integer(new.licenseCount)),
        ("billing_source", .text(new.billingSource.rawValue)), ("email_provider", .text(new.emailProvider.rawValue)),
        ("status", .text("active")), ("email_state", .text("active")), ("request_key", .text(origin.idempotencyKey)),
        ("created_by", .text(origin.actor)), ("created_at", .time(now)), ("updated_at", .time(now)),
      ]
    )
    try await insert(
      "tenant_billing",
      [
        ("tenant_id", id), ("stripe_customer_id", .text(new.stripe.customerID)),
        ("stripe_subscription_id", .text(new.stripe.subscriptionID)),
        ("apple_transaction_id", .text(new.apple?.originalTransactionId)),
      ]
    )
    for addon in Set(new.addons).sorted() {
      try await insert("tenant_addons", [("tenant_id", id), ("addon", .text(addon))])
    }
    let client = newID()
    let name = new.clientName ?? new.companyName ?? new.name
    try await insert(
      "clients",
      [
        ("client_id", .text(client)), ("tenant_id", id), ("name", .text(name)),
        ("contract_line", .text(new.contractLine)),
      ]
    )
    let address = new.billingAddress ?? BillingAddress()
    try await insert(
      "client_locations",
      [
        ("location_id", .text(newID())), ("tenant_id", id), ("client_id", .text(client)),
        ("line1", .text(address.line1)), ("city", .text(address.city)), ("postal_code", .text(address.postalCode)),
        ("country", .text(address.country)),
      ]
    )
    return CreatedTenant(tenantId: new.tenantID, clientId: client)
  }
}

extension TenantStore {
  /// - Throws: ``TenantError`` if there is no such user.
  func setPassword(_ hashed: String, ofUser id: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) { transaction in
      guard try await transaction.count("FROM users WHERE user_id = ?", [.text(id)]) > 0 else {
        throw TenantError(.notFound, "there is no user '\(id)'")
      }
      try await transaction.update("users", [("hashed_password", .text(hashed))], where: "user_id", is: id)
    }
  }
}
