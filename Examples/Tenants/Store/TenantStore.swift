public import ExampleSupport
internal import FoundationEssentials
internal import ODBC

/// Tenants and what belongs to them. Every change is one transaction.
///
/// Changes are made by activities that may run again: what is done already is left as it is and succeeds. On PostgreSQL
/// the store works as two users: tenants appear and disappear only as the administrator, all other work is done as the
/// server, whose user may do no more than that.
public struct TenantStore: Sendable {
  /// The database, as the server's user.
  public let database: SQLDatabase
  /// The database, as the administrator.
  let administration: SQLDatabase

  /// Creates a store.
  ///
  /// - Parameter administration: the database as its administrator; `nil` if there is only one user.
  public init(database: SQLDatabase, administration: SQLDatabase? = nil) {
    self.database = database
    self.administration = administration ?? database
  }

  /// Runs a transaction that changes something.
  func change<Result>(
    _ origin: ChangeOrigin, _ body: (SQLTransaction) async throws -> Result
  ) async throws -> Result {
    try await database.change(origin, body)
  }

  /// Runs a transaction as the administrator, who alone may add and remove tenants.
  func administer<Result>(
    _ origin: ChangeOrigin, _ body: (SQLTransaction) async throws -> Result
  ) async throws -> Result {
    try await administration.change(origin, body)
  }

  /// Reads, without a transaction.
  func read<Result>(_ body: (SQLTransaction) async throws -> Result) async throws -> Result {
    try await database.read(body)
  }

  /// Records what happened to something; the same step of the same activity is recorded once.
  func audit(
    _ operation: String, tenant: String, entity: String, details: String? = nil, _ origin: ChangeOrigin
  ) async throws {
    try await change(origin) {
      try await $0.audit(operation, tenant: tenant, entity: entity, details: details)
    }
  }

  /// What happened to something, in order.
  public func audits(ofEntity id: String) async throws -> [String] {
    try await read { transaction in
      try await transaction.rows(
        "SELECT operation FROM audit_logs WHERE entity_id = ? ORDER BY number", [.text(id)]
      ).map { try $0.string("operation") }
    }
  }

  /// How many rows of each kind there are, and those that nothing explains: for checks.
  public func inventory() async throws -> TenantInventory {
    try await read { transaction in
      var inventory = TenantInventory()
      for table in ["tenants"] + Tables.owned { inventory.rows[table] = try await transaction.count("FROM \(table)") }
      for table in Tables.owned {
        let count = try await transaction.count(
          "FROM \(table) WHERE tenant_id NOT IN (SELECT tenant_id FROM tenants)")
        if count > 0 { inventory.orphans[table] = count }
      }
      for table in ["clients", "contacts", "users"] {
        let count = try await transaction.count(
          "FROM \(table) WHERE customer_tenant_id IS NOT NULL AND customer_tenant_id NOT IN "
            + "(SELECT tenant_id FROM tenants)")
        if count > 0 { inventory.orphans["\(table) of customers", default: 0] += count }
      }
      return inventory
    }
  }
}

/// How many rows there are.
public struct TenantInventory: Hashable, Sendable {
  /// By table.
  public var rows: [String: Int] = [:]
  /// Rows whose tenant does not exist, by table; tables without are left out.
  public var orphans: [String: Int] = [:]
}

extension SQLTransaction {
  func count(_ clause: String, _ parameters: [ODBCValue] = []) async throws -> Int {
    let rows = try await connection.query(
      "SELECT COUNT(*) AS number \(clause)", parameters: parameters, columnTypes: ["number": .integer]
    ).collect()
    return Int(try rows.first?.integer("number") ?? 0)
  }

  func execute(_ sql: String, _ parameters: [ODBCValue]) async throws {
    try await connection.execute(sql, parameters: parameters)
  }

  func audit(_ operation: String, tenant: String, entity: String, details: String?) async throws {
    let key = origin.idempotencyKey.map { "\($0)/\(operation)" } ?? UUID().uuidString
    let number = try await count("FROM audit_logs WHERE entity_id = ?", [.text(entity)]) + 1
    let known = try await count("FROM audit_logs WHERE event_key = ?", [.text(key)])
    if known > 0 { return }
    try await insert(
      "audit_logs",
      [
        ("event_key", .text(key)), ("tenant_id", .text(tenant)), ("entity_id", .text(entity)),
        ("operation", .text(operation)), ("actor", .text(origin.actor)), ("details", .text(details)),
        ("number", .integer(number)), ("occurred_at", .time(now)),
      ])
  }
}
