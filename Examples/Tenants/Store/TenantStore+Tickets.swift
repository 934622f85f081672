public import ExampleSupport
internal import ODBC

/// Something that happened to a ticket's service level.
public struct SLAEvent: Hashable, Sendable {
  /// For example `notified`, `escalated`, `breached`, `completed`.
  public var kind: String
  /// The promise.
  public var phase: String
  /// In per cent, if it is about one.
  public var threshold: Int?
}

extension TenantStore {
  /// Records a ticket; a known one stays.
  public func createTicket(_ id: String, tenant: String, title: String, now: Moment) async throws {
    try await change(ChangeOrigin(now: now, actor: "tickets")) { transaction in
      if try await transaction.count("FROM tickets WHERE ticket_id = ?", [.text(id)]) > 0 { return }
      try await transaction.insert(
        "tickets",
        [
          ("ticket_id", .text(id)), ("tenant_id", .text(tenant)), ("title", .text(title)), ("status", .text("open")),
          ("sla_status", .text("on_track")),
        ]
      )
    }
  }

  /// Closes a ticket, or deletes it.
  public func closeTicket(_ id: String, isDeleted: Bool = false, now: Moment) async throws {
    try await change(ChangeOrigin(now: now, actor: "tickets")) { transaction in
      if isDeleted {
        try await transaction.execute("DELETE FROM tickets WHERE ticket_id = ?", [.text(id)])
      } else {
        try await transaction.update("tickets", [("status", .text("closed"))], where: "ticket_id", is: id)
      }
    }
  }

  /// Whether a ticket is still worked on.
  public func ticketClosure(_ id: String, tenant: String) async throws -> TicketClosure {
    let status = try await read {
      try await $0.rows("SELECT status FROM tickets WHERE ticket_id = ? AND tenant_id = ?", [.text(id), .text(tenant)])
        .first?.text("status")
    }
    return status.map { $0 == "closed" ? .closed : .open } ?? .deleted
  }

  /// The state of a ticket's service level and how often it was escalated; `nil` if there is no such ticket.
  public func slaStatus(_ ticket: String) async throws -> (status: String, escalations: Int)? {
    try await read { transaction in
      let rows = try await transaction.connection.query(
        "SELECT sla_status, escalation_level FROM tickets WHERE ticket_id = ?",
        parameters: [.text(ticket)],
        columnTypes: ["escalation_level": .integer]
      ).collect()
      return try rows.first.map { (try $0.string("sla_status"), Int(try $0.integer("escalation_level") ?? 0)) }
    }
  }

  func setSLAStatus(_ status: String, ticket: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) {
      try await $0.update("tickets", [("sla_status", .text(status))], where: "ticket_id", is: ticket)
    }
  }

  /// Records something about a ticket once per attempt of the same activity, and escalates it if asked.
  ///
  /// - Returns: whether it was not recorded before.
  @discardableResult
  func record(
    _ kind: String,
    _ notice: SLANotice,
    threshold: Int?,
    escalation: Int? = nil,
    note: String? = nil,
    _ origin: ChangeOrigin
  ) async throws -> Bool {
    try await change(origin) { transaction in
      let key = "\(origin.idempotencyKey ?? newID())/\(kind)"
      if try await transaction.count("FROM sla_events WHERE event_key = ?", [.text(key)]) > 0 { return false }
      try await transaction.insert(
        "sla_events",
        [
          ("event_key", .text(key)), ("tenant_id", .text(notice.tenantID)), ("ticket_id", .text(notice.ticketID)),
          ("kind", .text(kind)), ("phase", .text(notice.phase.rawValue)),
          ("threshold", threshold.map { .integer($0) } ?? .value(.null)), ("note", .text(note)),
          ("occurred_at", .time(transaction.now)),
        ]
      )
      if let escalation {
        try await transaction.update(
          "tickets",
          [("escalation_level", .integer(escalation))],
          where: "ticket_id",
          is: notice.ticketID
        )
      }
      return true
    }
  }

  /// What happened to a ticket's service level, in order.
  public func slaEvents(_ ticket: String) async throws -> [SLAEvent] {
    try await read { transaction in
      let rows = try await transaction.connection.query(
        "SELECT kind, phase, threshold FROM sla_events WHERE ticket_id = ? ORDER BY occurred_at, threshold, kind",
        parameters: [.text(ticket)],
        columnTypes: ["threshold": .integer]
      ).collect()
      return try rows.map {
        SLAEvent(
          kind: try $0.string("kind"),
          phase: try $0.string("phase"),
          threshold: try $0.integer("threshold").map(Int.init)
        )
      }
    }
  }
}
