internal import ExampleSupport

/// The tables in their versions. Types in braces differ between databases; see `SQLDialect.translate(_:)`.
///
/// What belongs to a tenant refers to it, so that no row outlives it by mistake. What tells of tenants that are gone
/// (deletions, audit) does not.
enum Tables {
  static let migrations = SQLMigrations(
    [
      .init(version: 1, name: "tenants", statements: tenants),
      .init(version: 2, name: "portals, tickets, mail", statements: operations),
      .init(version: 3, name: "deletions and audit", statements: records),
    ], lock: lock)

  /// The advisory lock of whoever changes the tables.
  static let lock: Int64 = 7_233_002

  /// The tables whose rows belong to a tenant, children first.
  static let owned = [
    "sla_events", "tickets", "portal_domains", "email_domains", "entra_connections", "tenant_settings", "user_roles",
    "users", "roles", "client_tags", "contacts", "client_locations", "clients", "tenant_addons", "tenant_billing",
  ]

  private static let tenants = """
    CREATE TABLE tenants (
      tenant_id VARCHAR(36) PRIMARY KEY,
      name VARCHAR(255) NOT NULL,
      email VARCHAR(254) NOT NULL,
      company_name VARCHAR(255),
      product_code VARCHAR(20) NOT NULL CHECK (product_code IN ('psa', 'algadesk')),
      plan VARCHAR(20) NOT NULL CHECK (plan IN ('solo', 'pro')),
      license_count INTEGER NOT NULL CHECK (license_count > 0),
      billing_source VARCHAR(20) NOT NULL CHECK (billing_source IN ('stripe', 'apple_iap', 'manual')),
      email_provider VARCHAR(20) NOT NULL CHECK (email_provider IN ('smtp', 'resend')),
      is_management {BOOL} NOT NULL DEFAULT {FALSE},
      status VARCHAR(20) NOT NULL CHECK (status IN ('active', 'suspended')),
      email_state VARCHAR(20) NOT NULL CHECK (email_state IN ('active', 'suspended', 'removed')),
      request_key VARCHAR(400) UNIQUE,
      created_by VARCHAR(400) NOT NULL,
      created_at {TIME} NOT NULL,
      updated_at {TIME} NOT NULL
    );
    CREATE TABLE tenant_billing (
      tenant_id VARCHAR(36) PRIMARY KEY REFERENCES tenants (tenant_id),
      stripe_customer_id VARCHAR(100),
      stripe_subscription_id VARCHAR(100) UNIQUE,
      apple_transaction_id VARCHAR(100) UNIQUE,
      cancelled_at {TIME}
    );
    CREATE TABLE tenant_addons (
      tenant_id VARCHAR(36) NOT NULL REFERENCES tenants (tenant_id),
      addon VARCHAR(100) NOT NULL,
      PRIMARY KEY (tenant_id, addon)
    );
    CREATE TABLE clients (
      client_id VARCHAR(36) PRIMARY KEY,
      tenant_id VARCHAR(36) NOT NULL REFERENCES tenants (tenant_id),
      name VARCHAR(255) NOT NULL,
      contract_line VARCHAR(255),
      customer_tenant_id VARCHAR(36) UNIQUE,
      is_inactive {BOOL} NOT NULL DEFAULT {FALSE}
    );
    CREATE INDEX clients_by_tenant ON clients (tenant_id);
    CREATE TABLE client_locations (
      location_id VARCHAR(36) PRIMARY KEY,
      tenant_id VARCHAR(36) NOT NULL REFERENCES tenants (tenant_id),
      client_id VARCHAR(36) NOT NULL REFERENCES clients (client_id),
      line1 TEXT,
      city VARCHAR(100),
      postal_code VARCHAR(20),
      country VARCHAR(2)
    );
    CREATE INDEX client_locations_by_tenant ON client_locations (tenant_id);
    CREATE INDEX client_locations_by_client ON client_locations (client_id);
    CREATE TABLE client_tags (
      tenant_id VARCHAR(36) NOT NULL REFERENCES tenants (tenant_id),
      client_id VARCHAR(36) NOT NULL REFERENCES clients (client_id),
      tag VARCHAR(100) NOT NULL,
      PRIMARY KEY (client_id, tag)
    );
    CREATE INDEX client_tags_by_tenant ON client_tags (tenant_id);
    CREATE TABLE contacts (
      contact_id VARCHAR(36) PRIMARY KEY,
      tenant_id VARCHAR(36) NOT NULL REFERENCES tenants (tenant_id),
      client_id VARCHAR(36) NOT NULL REFERENCES clients (client_id),
      name VARCHAR(255) NOT NULL,
      email VARCHAR(254) NOT NULL,
      customer_tenant_id VARCHAR(36) UNIQUE
    );
    CREATE INDEX contacts_by_tenant ON contacts (tenant_id);
    CREATE INDEX contacts_by_client ON contacts (client_id);
    CREATE TABLE roles (
      role_id VARCHAR(36) PRIMARY KEY,
      tenant_id VARCHAR(36) NOT NULL REFERENCES tenants (tenant_id),
      name VARCHAR(100) NOT NULL,
      UNIQUE (tenant_id, name)
    );
    CREATE TABLE users (
      user_id VARCHAR(36) PRIMARY KEY,
      tenant_id VARCHAR(36) NOT NULL REFERENCES tenants (tenant_id),
      user_type VARCHAR(20) NOT NULL CHECK (user_type IN ('internal', 'client')),
      email VARCHAR(254) NOT NULL,
      first_name VARCHAR(100) NOT NULL,
      last_name VARCHAR(100) NOT NULL,
      hashed_password TEXT NOT NULL,
      is_inactive {BOOL} NOT NULL DEFAULT {FALSE},
      suspended_with VARCHAR(400),
      customer_tenant_id VARCHAR(36) UNIQUE,
      request_key VARCHAR(400) UNIQUE
    );
    CREATE UNIQUE INDEX users_internal_email ON users (lower(email)) WHERE user_type = 'internal';
    CREATE INDEX users_by_tenant ON users (tenant_id);
    CREATE TABLE user_roles (
      tenant_id VARCHAR(36) NOT NULL REFERENCES tenants (tenant_id),
      user_id VARCHAR(36) NOT NULL REFERENCES users (user_id),
      role_id VARCHAR(36) NOT NULL REFERENCES roles (role_id),
      PRIMARY KEY (user_id, role_id)
    );
    CREATE INDEX user_roles_by_tenant ON user_roles (tenant_id);
    CREATE INDEX user_roles_by_role ON user_roles (role_id);
    CREATE TABLE tenant_settings (
      tenant_id VARCHAR(36) NOT NULL REFERENCES tenants (tenant_id),
      name VARCHAR(100) NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (tenant_id, name)
    );
    """

  private static let operations = """
    CREATE TABLE portal_domains (
      portal_domain_id VARCHAR(36) PRIMARY KEY,
      tenant_id VARCHAR(36) NOT NULL REFERENCES tenants (tenant_id),
      domain VARCHAR(253) NOT NULL UNIQUE,
      canonical_host VARCHAR(253) NOT NULL,
      is_disabled {BOOL} NOT NULL DEFAULT {FALSE},
      status VARCHAR(30) NOT NULL,
      status_message TEXT,
      is_recoverable {BOOL} NOT NULL DEFAULT {FALSE}
    );
    CREATE INDEX portal_domains_by_tenant ON portal_domains (tenant_id);
    CREATE TABLE tickets (
      ticket_id VARCHAR(36) PRIMARY KEY,
      tenant_id VARCHAR(36) NOT NULL REFERENCES tenants (tenant_id),
      title VARCHAR(255) NOT NULL,
      status VARCHAR(20) NOT NULL CHECK (status IN ('open', 'closed')),
      sla_status VARCHAR(20) NOT NULL,
      escalation_level INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX tickets_by_tenant ON tickets (tenant_id);
    CREATE TABLE sla_events (
      event_key VARCHAR(400) PRIMARY KEY,
      tenant_id VARCHAR(36) NOT NULL REFERENCES tenants (tenant_id),
      ticket_id VARCHAR(36) NOT NULL,
      kind VARCHAR(40) NOT NULL,
      phase VARCHAR(20) NOT NULL,
      threshold INTEGER,
      note TEXT,
      occurred_at {TIME} NOT NULL
    );
    CREATE INDEX sla_events_by_ticket ON sla_events (tenant_id, ticket_id);
    CREATE TABLE email_domains (
      domain VARCHAR(253) PRIMARY KEY,
      tenant_id VARCHAR(36) NOT NULL REFERENCES tenants (tenant_id),
      status VARCHAR(20) NOT NULL CHECK (status IN ('pending', 'verified', 'failed'))
    );
    CREATE INDEX email_domains_by_tenant ON email_domains (tenant_id);
    CREATE TABLE entra_connections (
      tenant_id VARCHAR(36) PRIMARY KEY REFERENCES tenants (tenant_id),
      interval_minutes INTEGER NOT NULL
    );
    """

  private static let records = """
    CREATE TABLE tenant_deletions (
      deletion_id VARCHAR(400) PRIMARY KEY,
      tenant_id VARCHAR(36) NOT NULL,
      tenant_name VARCHAR(255) NOT NULL,
      trigger_source VARCHAR(40) NOT NULL,
      status VARCHAR(30) NOT NULL,
      note TEXT,
      stats TEXT,
      created_at {TIME} NOT NULL,
      updated_at {TIME} NOT NULL
    );
    CREATE INDEX tenant_deletions_by_tenant ON tenant_deletions (tenant_id);
    CREATE TABLE audit_logs (
      event_key VARCHAR(500) PRIMARY KEY,
      tenant_id VARCHAR(36) NOT NULL,
      entity_id VARCHAR(400) NOT NULL,
      operation VARCHAR(60) NOT NULL,
      actor TEXT NOT NULL,
      details TEXT,
      number INTEGER NOT NULL,
      occurred_at {TIME} NOT NULL
    );
    CREATE INDEX audit_logs_by_entity ON audit_logs (entity_id, number);
    """
}
