internal import FoundationEssentials
internal import ODBC

/// Who changes the store, and when.
public struct ChangeOrigin: Hashable, Sendable {
  /// The time of the change.
  public var now: Moment
  /// Who asked for it, for the audit.
  public var actor: String
  /// The same for every attempt of the same change; makes its events unique. `nil` makes them always new.
  public var idempotencyKey: String?

  /// Creates an origin.
  public init(now: Moment, actor: String, idempotencyKey: String? = nil) {
    self.now = now
    self.actor = actor
    self.idempotencyKey = idempotencyKey
  }
}

/// A transaction of the store: rows, audit and events change together or not at all.
struct PixTransaction {
  let connection: ODBCConnection
  let dialect: SQLDialect
  let origin: ChangeOrigin

  var now: Moment { origin.now }

  func insert(_ table: String, _ cells: [(column: String, cell: Cell)]) async throws {
    let columns = cells.map(\.column).joined(separator: ", ")
    let values = cells.map { $0.cell.placeholder(dialect) }.joined(separator: ", ")
    try await connection.execute(
      "INSERT INTO \(table) (\(columns)) VALUES (\(values))", parameters: cells.map { $0.cell.parameter(dialect) })
  }

  func update(
    _ table: String, _ cells: [(column: String, cell: Cell)], where column: String, is value: String
  ) async throws {
    let assignments = cells.map { "\($0.column) = \($0.cell.placeholder(dialect))" }.joined(separator: ", ")
    try await connection.execute(
      "UPDATE \(table) SET \(assignments) WHERE \(column) = ?",
      parameters: cells.map { $0.cell.parameter(dialect) } + [.text(value)])
  }

  func rows(_ sql: String, _ parameters: [ODBCValue], locking: Bool = false) async throws -> [ODBCRow] {
    try await connection.query(sql + (locking ? dialect.lockSuffix : ""), parameters: parameters).collect()
  }

  /// Records an event; the same event of the same change is recorded once.
  func record(_ event: DomainEvent) async throws {
    let id = origin.idempotencyKey.map { "\($0)/\(event.type)" } ?? UUID().uuidString
    let cells: [(column: String, cell: Cell)] = [
      ("id", .uuid(UUID().uuidString)), ("event_id", .text(id)), ("event_type", .text(event.type)),
      ("aggregate_type", .text(event.aggregateType)), ("aggregate_id", .text(event.aggregateID)),
      ("payload", .json(JSONValue.object(event.payload).text)), ("published", .flag(false)),
      ("created_at", .time(now)),
    ]
    let columns = cells.map(\.column).joined(separator: ", ")
    let values = cells.map { $0.cell.placeholder(dialect) }.joined(separator: ", ")
    try await connection.execute(
      "INSERT INTO event_logs (\(columns)) VALUES (\(values)) ON CONFLICT (event_id) DO NOTHING",
      parameters: cells.map { $0.cell.parameter(dialect) })
  }

  /// Records what a change made of a row.
  func audit<Row: Encodable & Sendable>(
    _ entityType: String, _ entityID: String, operation: String, old: Row?, new: Row
  ) async throws {
    let before = old.map { JSONValue.encoding($0) }
    let after = JSONValue.encoding(new)
    var cells: [(column: String, cell: Cell)] = [
      ("id", .uuid(UUID().uuidString)), ("entity_type", .text(entityType)), ("entity_id", .text(entityID)),
      ("operation", .text(operation)), ("actor", .text(origin.actor)), ("new_values", .json(after.text)),
      ("occurred_at", .time(now)),
    ]
    if let before { cells.append(("old_values", .json(before.text))) }
    if let changes = JSONValue.changes(from: before, to: after) { cells.append(("changes", .json(changes.text))) }
    try await insert("audit_logs", cells)
  }
}

extension JSONValue {
  /// The members that differ, each with its new value; `nil` if the two are not both objects.
  static func changes(from old: JSONValue?, to new: JSONValue) -> JSONValue? {
    guard case .object(let before)? = old, case .object(let after) = new else { return nil }
    var changes = after.filter { before[$0.key] != $0.value }
    for name in before.keys where after[name] == nil { changes[name] = .null }
    return .object(changes)
  }
}
