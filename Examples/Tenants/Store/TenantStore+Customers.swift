internal import ExampleSupport
internal import ODBC

/// Tenants as customers of the provider: clients, contacts and portal users in the provider's own tenant. Each belongs
/// to one customer, so that asking twice makes one.
extension TenantStore {
  /// - Throws: ``TenantError`` if there is no tenant of the provider.
  func requireManagementTenant() async throws -> String {
    if let id = try await managementTenant() { return id }
    throw TenantError(.notFound, "there is no management tenant; customers are not tracked without one")
  }

  func createCustomerClient(_ customer: String, name: String, _ origin: ChangeOrigin) async throws -> String {
    let management = try await requireManagementTenant()
    return try await change(origin) { transaction in
      if let known = try await transaction.customerRow("clients", "client_id", customer) { return known }
      let id = newID()
      try await transaction.insert(
        "clients",
        [
          ("client_id", .text(id)), ("tenant_id", .text(management)), ("name", .text(name)),
          ("customer_tenant_id", .text(customer)),
        ]
      )
      return id
    }
  }

  func createCustomerContact(
    _ customer: String,
    client: String,
    user: AdminUser,
    _ origin: ChangeOrigin
  ) async throws -> String {
    let management = try await requireManagementTenant()
    return try await change(origin) { transaction in
      if let known = try await transaction.customerRow("contacts", "contact_id", customer) { return known }
      let id = newID()
      try await transaction.insert(
        "contacts",
        [
          ("contact_id", .text(id)), ("tenant_id", .text(management)), ("client_id", .text(client)),
          ("name", .text("\(user.firstName) \(user.lastName)")), ("email", .text(user.email)),
          ("customer_tenant_id", .text(customer)),
        ]
      )
      return id
    }
  }

  func createPortalUser(
    _ customer: String,
    user: AdminUser,
    hashed: String,
    _ origin: ChangeOrigin
  ) async throws -> String {
    let management = try await requireManagementTenant()
    return try await change(origin) { transaction in
      if let known = try await transaction.customerRow("users", "user_id", customer) { return known }
      let id = newID()
      try await transaction.insert(
        "users",
        [
          ("user_id", .text(id)), ("tenant_id", .text(management)), ("user_type", .text("client")),
          ("email", .text(user.email)), ("first_name", .text(user.firstName)), ("last_name", .text(user.lastName)),
          ("hashed_password", .text(hashed)), ("customer_tenant_id", .text(customer)),
        ]
      )
      return id
    }
  }

  /// Adds a tag to a customer's client, or takes it away; a customer that is not tracked has none.
  func setTag(_ tag: String, _ isSet: Bool, ofCustomer customer: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) { transaction in
      let row = try await transaction.rows(
        "SELECT client_id, tenant_id FROM clients WHERE customer_tenant_id = ?",
        [.text(customer)]
      ).first
      guard let row, let client = try row.text("client_id") else { return }
      try await transaction.execute(
        "DELETE FROM client_tags WHERE client_id = ? AND tag = ?",
        [.text(client), .text(tag)]
      )
      if !isSet { return }
      try await transaction.insert(
        "client_tags",
        [("tenant_id", .text(try row.string("tenant_id"))), ("client_id", .text(client)), ("tag", .text(tag))]
      )
    }
  }

  func setCustomerInactive(_ isInactive: Bool, customer: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) { transaction in
      try await transaction.update(
        "clients",
        [("is_inactive", .flag(isInactive))],
        where: "customer_tenant_id",
        is: customer
      )
    }
  }

  func removePortalUser(ofCustomer customer: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) {
      try await $0.execute("DELETE FROM users WHERE customer_tenant_id = ?", [.text(customer)])
    }
  }

  func removeCustomerContact(_ customer: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) {
      try await $0.execute("DELETE FROM contacts WHERE customer_tenant_id = ?", [.text(customer)])
    }
  }

  /// Removes a customer's client with its tags, and its contact if that is still there.
  func removeCustomerClient(_ customer: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) { transaction in
      let clients = "(SELECT client_id FROM clients WHERE customer_tenant_id = ?)"
      for table in ["client_tags", "contacts"] {
        try await transaction.execute("DELETE FROM \(table) WHERE client_id IN \(clients)", [.text(customer)])
      }
      try await transaction.execute("DELETE FROM clients WHERE customer_tenant_id = ?", [.text(customer)])
    }
  }

  /// The tags of a customer's client; `nil` if the customer is not tracked.
  public func customerTags(_ customer: String) async throws -> [String]? {
    try await read { transaction in
      let client = try await transaction.customerRow("clients", "client_id", customer)
      guard let client else { return nil }
      return try await transaction.rows("SELECT tag FROM client_tags WHERE client_id = ? ORDER BY tag", [.text(client)])
        .map { try $0.string("tag") }
    }
  }

  /// Whether a customer's client is switched off; `nil` if the customer is not tracked.
  public func customerIsInactive(_ customer: String) async throws -> Bool? {
    try await read {
      try await $0.rows("SELECT is_inactive FROM clients WHERE customer_tenant_id = ?", [.text(customer)]).first?
        .flag("is_inactive")
    }
  }
}

extension SQLTransaction {
  fileprivate func customerRow(_ table: String, _ column: String, _ customer: String) async throws -> String? {
    try await rows("SELECT \(column) FROM \(table) WHERE customer_tenant_id = ?", [.text(customer)]).first?.text(0)
  }
}
