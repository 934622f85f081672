public import ExampleSupport
internal import FoundationEssentials
internal import ODBC

/// An event that waits to be published.
public struct RecordedEvent: Hashable, Sendable {
  /// The same each time the event is published: receivers drop what they have seen.
  public var eventID: String
  /// What happened.
  public var type: String
  /// What it happened to; the message's key.
  public var aggregateID: String
  /// The message.
  public var payload: JSONValue
  /// When it happened.
  public var createdAt: Moment
  /// How often publishing failed.
  public var attempts: Int
}

extension PixStore {
  /// Records an event by itself.
  public func record(_ event: DomainEvent, _ origin: ChangeOrigin) async throws {
    try await change(origin) { try await $0.record(event) }
  }

  /// Records a report of a comparison, once per ``SyncStatistics/syncID``.
  public func createSyncReport(_ statistics: SyncStatistics, _ origin: ChangeOrigin) async throws {
    try await change(origin) { transaction in
      let known = try await transaction.rows(
        "SELECT sync_id FROM sync_reports WHERE sync_id = ?", [.text(statistics.syncID)])
      guard known.isEmpty else { return }
      try await transaction.insert(
        "sync_reports",
        [
          ("id", .uuid(UUID().uuidString)), ("sync_id", .text(statistics.syncID)),
          ("sync_type", .text(statistics.syncType.rawValue)), ("sync_timestamp", .time(statistics.timestamp)),
          ("participant_ispb", .text(statistics.participant)),
          ("entries_fetched", .integer(statistics.entriesFetched)),
          ("entries_synced", .integer(statistics.entriesSynced)),
          ("entries_created", .integer(statistics.entriesCreated)),
          ("entries_updated", .integer(statistics.entriesUpdated)),
          ("entries_deleted", .integer(statistics.entriesFlagged)),
          ("discrepancies_found", .integer(statistics.discrepancies)),
          ("discrepancies_failed", .integer(statistics.failures)),
          ("missing_local", .integer(statistics.missingLocal)),
          ("outdated_local", .integer(statistics.outdatedLocal)),
          ("missing_bacen", .integer(statistics.missingBacen)), ("status", .text(statistics.status)),
          ("duration_ms", .integer(statistics.durationMilliseconds)),
          ("error_message", .text(statistics.errorMessage)),
          ("error_code", .text(statistics.failures > 0 ? "UNSETTLED_DISCREPANCIES" : nil)),
          ("created_at", .time(origin.now)), ("updated_at", .time(origin.now)),
        ])
    }
  }

  /// The reports of comparisons, newest first.
  public func syncReports() async throws -> [(id: String, status: String, created: Int)] {
    try await read { transaction in
      try await transaction.rows(
        "SELECT sync_id, status, entries_created FROM sync_reports ORDER BY created_at DESC", []
      ).map { (try $0.string("sync_id"), try $0.string("status"), Int(try $0.integer("entries_created") ?? 0)) }
    }
  }

  /// How many events wait to be published.
  public func unpublishedEvents() async throws -> Int {
    try await read { transaction in
      let rows = try await transaction.connection.query(
        "SELECT COUNT(*) AS number FROM event_logs WHERE published = ?",
        parameters: [transaction.dialect.boolean(false)], columnTypes: ["number": .integer]
      ).collect()
      return Int(try rows.first?.integer("number") ?? 0)
    }
  }

  /// The events recorded so far, in order.
  public func events() async throws -> [RecordedEvent] { try await read { try await $0.events("", []) } }
}

extension PixTransaction {
  /// The oldest events that are not published.
  func unpublished(limit: Int) async throws -> [RecordedEvent] {
    try await events("WHERE published = ?", [dialect.boolean(false)], limit: limit)
  }

  func markPublished(_ event: RecordedEvent) async throws {
    try await update(
      "event_logs",
      [
        ("published", .flag(true)), ("published_at", .time(now)), ("publish_attempts", .integer(event.attempts + 1)),
        ("last_publish_error", .value(.null)),
      ], where: "event_id", is: event.eventID)
  }

  func markFailed(_ event: RecordedEvent, error: String) async throws {
    try await update(
      "event_logs",
      [("publish_attempts", .integer(event.attempts + 1)), ("last_publish_error", .text(error))],
      where: "event_id", is: event.eventID)
  }

  fileprivate func events(_ condition: String, _ parameters: [ODBCValue], limit: Int? = nil) async throws
    -> [RecordedEvent]
  {
    let rows = try await connection.query(
      "SELECT event_id, event_type, aggregate_id, CAST(payload AS TEXT) AS payload, created_at, publish_attempts "
        + "FROM event_logs \(condition) ORDER BY \(dialect.eventOrder)" + (limit.map { " LIMIT \($0)" } ?? ""),
      parameters: parameters
    ).collect()
    return try rows.map { row in
      RecordedEvent(
        eventID: try row.string("event_id"), type: try row.string("event_type"),
        aggregateID: try row.string("aggregate_id"), payload: try JSONValue(text: try row.string("payload")),
        createdAt: try row.moment("created_at") ?? Moment(microseconds: 0),
        attempts: Int(try row.integer("publish_attempts") ?? 0))
    }
  }
}
