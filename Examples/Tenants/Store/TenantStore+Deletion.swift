internal import ExampleSupport
internal import FoundationEssentials
internal import ODBC

extension TenantStore {
  /// Locks a tenant's users out, or lets those in again that `key` has locked out.
  func setUsersInactive(_ isInactive: Bool, tenant: String, with key: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) { transaction in
      let flag = transaction.dialect
      _ = try await transaction.requireTenant(tenant)
      if isInactive {
        try await transaction.execute(
          "UPDATE users SET is_inactive = ?, suspended_with = ? WHERE tenant_id = ? AND is_inactive = ?",
          [flag.boolean(true), .text(key), .text(tenant), flag.boolean(false)])
      } else {
        // Who was locked out before the deletion began stays so.
        try await transaction.execute(
          "UPDATE users SET is_inactive = ?, suspended_with = NULL WHERE tenant_id = ? AND suspended_with = ?",
          [flag.boolean(false), .text(tenant), .text(key)])
      }
    }
  }

  func setEmailState(_ state: String, tenant: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) { transaction in
      _ = try await transaction.requireTenant(tenant)
      try await transaction.update(
        "tenants", [("email_state", .text(state)), ("updated_at", .time(origin.now))], where: "tenant_id", is: tenant)
      if state == "removed" {
        try await transaction.execute("DELETE FROM email_domains WHERE tenant_id = ?", [.text(tenant)])
      }
    }
  }

  func setStatus(_ status: TenantStatus, tenant: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) { transaction in
      _ = try await transaction.requireTenant(tenant)
      try await transaction.update(
        "tenants", [("status", .text(status.rawValue)), ("updated_at", .time(origin.now))], where: "tenant_id",
        is: tenant)
    }
  }

  func setSubscription(_ id: String?, tenant: String, _ origin: ChangeOrigin) async throws {
    do {
      try await change(origin) { transaction in
        _ = try await transaction.requireTenant(tenant)
        if let id {
          try await transaction.update(
            "tenant_billing", [("stripe_subscription_id", .text(id)), ("cancelled_at", .time(nil))], where: "tenant_id",
            is: tenant)
        } else {
          try await transaction.update(
            "tenant_billing", [("cancelled_at", .time(origin.now))], where: "tenant_id", is: tenant)
        }
      }
    } catch let error as ODBCError where error.isUniqueViolation {
      throw TenantError(.duplicate, "subscription \(id ?? "") belongs to another tenant")
    }
  }

  func statistics(ofTenant id: String) async throws -> TenantStatistics {
    try await read { transaction in
      let parameters: [ODBCValue] = [.text(id)]
      return TenantStatistics(
        users: try await transaction.count("FROM users WHERE tenant_id = ? AND user_type = 'internal'", parameters),
        clients: try await transaction.count("FROM clients WHERE tenant_id = ?", parameters),
        tickets: try await transaction.count("FROM tickets WHERE tenant_id = ?", parameters))
    }
  }

  /// Records where a deletion is.
  func record(_ record: DeletionRecord, _ origin: ChangeOrigin) async throws {
    try await change(origin) { transaction in
      let statistics = record.statistics.map { JSONValue.encoding($0).text }
      let known = try await transaction.count(
        "FROM tenant_deletions WHERE deletion_id = ?", [.text(record.deletionID)])
      var cells: [(column: String, cell: Cell)] = [
        ("status", .text(record.status.rawValue)), ("note", .text(record.note)), ("updated_at", .time(origin.now)),
      ]
      if let statistics { cells.append(("stats", .text(statistics))) }
      if known > 0 {
        try await transaction.update("tenant_deletions", cells, where: "deletion_id", is: record.deletionID)
        return
      }
      try await transaction.insert(
        "tenant_deletions",
        cells + [
          ("deletion_id", .text(record.deletionID)), ("tenant_id", .text(record.tenantID)),
          ("tenant_name", .text(record.tenantName)), ("trigger_source", .text(record.trigger.rawValue)),
          ("created_at", .time(origin.now)),
        ])
    }
  }

  /// Where a deletion is, or `nil`.
  public func deletionStatus(_ id: String) async throws -> DeletionStatus? {
    try await read { transaction in
      try await transaction.rows("SELECT status FROM tenant_deletions WHERE deletion_id = ?", [.text(id)]).first
        .map { try $0.value("status", as: DeletionStatus.self) }
    }
  }

  /// All rows of a tenant, table by table, as JSON; passwords are left out.
  func export(_ id: String, onTable: (String) throws -> Void) async throws -> TenantExport {
    _ = try await requireTenant(id)
    var export = TenantExport()
    for table in ["tenants"] + Tables.owned.reversed() {
      try onTable(table)
      let rows = try await read {
        try await $0.rows("SELECT * FROM \(table) WHERE tenant_id = ? ORDER BY 1", [.text(id)])
      }
      if rows.isEmpty { continue }
      export.recordCount += rows.count
      export.tables[table] = rows.map(TenantExport.object)
    }
    return export
  }
}

/// What an export holds.
struct TenantExport: Sendable {
  var tables: [String: [JSONValue]] = [:]
  var recordCount = 0

  /// A row as JSON.
  static func object(_ row: ODBCRow) -> JSONValue {
    var members: [String: JSONValue] = [:]
    for (column, value) in zip(row.columns, row.values) where column.name != "hashed_password" {
      members[column.name] = json(value)
    }
    return .object(members)
  }

  private static func json(_ value: ODBCValue) -> JSONValue {
    switch value {
    case .null: .null
    case .integer(let number): .integer(number)
    case .boolean(let flag): .bool(flag)
    case .text(let text): .string(text)
    case .timestamp(let time): .string("\(time)")
    default: .string("\(value)")
    }
  }

  var bytes: [UInt8] { Array(JSONValue.object(tables.mapValues { .array($0) }).text.utf8) }
}
