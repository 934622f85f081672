public import ExampleSupport
internal import ODBC

/// Where a portal domain is on its way.
public enum PortalDomainStatus: String, Codable, Hashable, Sendable {
  case requested
  case verifyingDNS = "verifying_dns"
  case dnsFailed = "dns_failed"
  case pendingCertificate = "pending_certificate"
  case certificateFailed = "certificate_failed"
  case deploying
  case certificateIssuing = "certificate_issuing"
  case active
  case disabled
}

/// A domain under which a tenant's customers reach its portal.
public struct PortalDomain: Codable, Hashable, Sendable {
  /// The id.
  public var portalDomainID: String
  /// The tenant.
  public var tenantID: String
  /// The domain.
  public var domain: String
  /// What the domain must be an alias of.
  public var canonicalHost: String
  /// Whether people switched it off.
  public var isDisabled: Bool
  /// Where it is.
  public var status: PortalDomainStatus
  /// Why it is there.
  public var message: String?
  /// With `certificate_failed`: whether waiting may help.
  public var isRecoverable: Bool

  init(row: ODBCRow) throws {
    portalDomainID = try row.string("portal_domain_id")
    tenantID = try row.string("tenant_id")
    domain = try row.string("domain")
    canonicalHost = try row.string("canonical_host")
    isDisabled = try row.flag("is_disabled")
    status = try row.value("status", as: PortalDomainStatus.self)
    message = try row.text("status_message")
    isRecoverable = try row.flag("is_recoverable")
  }
}

extension TenantStore {
  /// The portal domain with an id, or `nil`.
  public func portalDomain(_ id: String) async throws -> PortalDomain? {
    try await read {
      try await $0.rows("SELECT * FROM portal_domains WHERE portal_domain_id = ?", [.text(id)]).first
        .map(PortalDomain.init(row:))
    }
  }

  /// Records a portal domain; a known one is switched on again.
  ///
  /// - Throws: ``TenantError`` with `DuplicateError` if another tenant has the domain.
  public func putPortalDomain(_ id: String, tenant: String, domain: String, now: Moment) async throws {
    let taken = TenantError(.duplicate, "domain \(domain) belongs to another portal")
    do {
      try await change(ChangeOrigin(now: now, actor: "portals")) { transaction in
        let row = try await transaction.rows("SELECT * FROM portal_domains WHERE portal_domain_id = ?", [.text(id)])
          .first
        if let row {
          guard try row.string("tenant_id") == tenant, try row.string("domain") == domain else { throw taken }
          try await transaction.update(
            "portal_domains",
            [("is_disabled", .flag(false))],
            where: "portal_domain_id",
            is: id
          )
          return
        }
        try await transaction.insert(
          "portal_domains",
          [
            ("portal_domain_id", .text(id)), ("tenant_id", .text(tenant)), ("domain", .text(domain)),
            ("canonical_host", .text("\(tenant.prefix(8)).portal.example.com")), ("status", .text("requested")),
          ]
        )
      }
    } catch let error as ODBCError where error.isUniqueViolation {
      throw taken
    }
  }

  /// Switches a portal domain off; its workflow removes it.
  public func disablePortalDomain(_ id: String, now: Moment) async throws {
    try await change(ChangeOrigin(now: now, actor: "portals")) {
      try await $0.update("portal_domains", [("is_disabled", .flag(true))], where: "portal_domain_id", is: id)
    }
  }

  func mark(
    portalDomain id: String,
    _ status: PortalDomainStatus,
    message: String?,
    isRecoverable: Bool,
    _ origin: ChangeOrigin
  ) async throws {
    try await change(origin) { transaction in
      let row = try await transaction.rows(
        "SELECT tenant_id, status FROM portal_domains WHERE portal_domain_id = ?",
        [.text(id)],
        locking: true
      ).first
      guard let row else { return }
      try await transaction.update(
        "portal_domains",
        [
          ("status", .text(status.rawValue)), ("status_message", .text(message)),
          ("is_recoverable", .flag(isRecoverable)),
        ],
        where: "portal_domain_id",
        is: id
      )
      if try row.string("status") == status.rawValue { return }
      try await transaction.audit(
        status.rawValue,
        tenant: try row.string("tenant_id"),
        entity: id,
        details: message
      )
    }
  }

  func removePortalDomain(_ id: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) {
      try await $0.execute("DELETE FROM portal_domains WHERE portal_domain_id = ?", [.text(id)])
    }
  }

  // MARK: Mail domains

  func putEmailDomain(_ domain: String, tenant: String, status: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) { transaction in
      _ = try await transaction.requireTenant(tenant)
      let row = try await transaction.rows("SELECT tenant_id FROM email_domains WHERE domain = ?", [.text(domain)])
        .first
      if let row {
        guard try row.string("tenant_id") == tenant else {
          throw TenantError(.duplicate, "mail domain \(domain) belongs to another tenant")
        }
        try await transaction.update("email_domains", [("status", .text(status))], where: "domain", is: domain)
      } else {
        try await transaction.insert(
          "email_domains",
          [("domain", .text(domain)), ("tenant_id", .text(tenant)), ("status", .text(status))]
        )
      }
    }
  }

  func removeEmailDomain(_ domain: String, tenant: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) {
      try await $0.execute(
        "DELETE FROM email_domains WHERE domain = ? AND tenant_id = ?",
        [.text(domain), .text(tenant)]
      )
    }
  }

  /// The state of a mail domain: `pending`, `verified` or `failed`; `nil` if there is none.
  public func emailDomainStatus(_ domain: String) async throws -> String? {
    try await read {
      try await $0.rows("SELECT status FROM email_domains WHERE domain = ?", [.text(domain)]).first?.text("status")
    }
  }

  // MARK: Directories and products

  /// Connects a tenant's directory.
  public func connectDirectory(tenant: String, intervalMinutes: Int, now: Moment) async throws {
    try await change(ChangeOrigin(now: now, actor: "directories")) { transaction in
      try await transaction.execute("DELETE FROM entra_connections WHERE tenant_id = ?", [.text(tenant)])
      try await transaction.insert(
        "entra_connections",
        [("tenant_id", .text(tenant)), ("interval_minutes", .integer(intervalMinutes))]
      )
    }
  }

  /// The tenants with a connected directory, and how often it is synchronized.
  public func connectedDirectories() async throws -> [(tenantID: String, intervalMinutes: Int)] {
    try await read { transaction in
      let rows = try await transaction.connection.query(
        "SELECT tenant_id, interval_minutes FROM entra_connections ORDER BY tenant_id",
        columnTypes: ["interval_minutes": .integer]
      ).collect()
      return try rows.map { (try $0.string("tenant_id"), Int(try $0.integer("interval_minutes") ?? 0)) }
    }
  }

  func setProduct(_ product: ProductCode, tenant: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) { transaction in
      _ = try await transaction.requireTenant(tenant)
      try await transaction.update(
        "tenants",
        [("product_code", .text(product.rawValue)), ("updated_at", .time(origin.now))],
        where: "tenant_id",
        is: tenant
      )
    }
  }
}
