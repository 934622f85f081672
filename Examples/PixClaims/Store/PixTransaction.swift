internal import ExampleSupport
internal import FoundationEssentials
internal import ODBC

/// A transaction of the store: rows, audit and events change together or not at all.
typealias PixTransaction = SQLTransaction

extension SQLTransaction {
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
