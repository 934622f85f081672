public import ExampleSupport
internal import FoundationEssentials
internal import ODBC

/// Tenants and what belongs to them. Every change is one transaction.
///
/// Changes are made by activities that may run again: what is done already is left as it is and succeeds.
public struct TenantStore: Sendable {
  /// The database.
  public let database: SQLDatabase

  /// Creates a store.
  public init(database: SQLDatabase) { self.database = database }

  /// Connects, and makes or updates the tables.
  ///
  /// - Throws: `ODBCError`; `SQLDatabaseError` if the database is newer than this program.
  public static func open(_ settings: SQLDatabase.Settings) async throws -> TenantStore {
    TenantStore(database: try await SQLDatabase.open(settings, migrations: Tables.migrations))
  }

  /// Runs a transaction that changes something.
  func change<Result>(
    _ origin: ChangeOrigin, _ body: (SQLTransaction) async throws -> Result
  ) async throws -> Result {
    let dialect = database.settings.dialect
    return try await database.withConnection { connection in
      try await connection.withTransaction { connection in
        if let statement = dialect.lockStatement { try await connection.execute(statement) }
        return try await body(SQLTransaction(connection: connection, dialect: dialect, origin: origin))
      }
    }
  }

  /// Reads, without a transaction.
  func read<Result>(_ body: (SQLTransaction) async throws -> Result) async throws -> Result {
    let origin = ChangeOrigin(now: Moment(microseconds: 0), actor: "")
    return try await database.withConnection { connection in
      try await body(SQLTransaction(connection: connection, dialect: database.settings.dialect, origin: origin))
    }
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
