public import DurableWorkflows
internal import ExampleSupport

/// The activities of a ticket's service level.
@ActivityContainer
public struct SLAActivities {
  let services: TenantServices

  /// Creates the activities.
  public init(_ services: TenantServices) { self.services = services }

  /// When a threshold is reached. It needs the rules of time zones, which differ from machine to machine and from year
  /// to year, so it is no code of the workflow.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func calculateNextWakeTime(request: WakeRequest) async throws -> WakeAnswer {
    try await services.perform(request.phase.rawValue) { _ in try request.answer() }
  }

  /// Whether the ticket is still worked on.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func getTicketClosure(tenantID: String, ticketID: String) async throws -> TicketClosure {
    try await services.perform(ticketID) { _ in try await services.store.ticketClosure(ticketID, tenant: tenantID) }
  }

  /// Tells the people who are responsible.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func sendSlaNotification(notice: SLANotice) async throws {
    try await services.perform(notice.ticketID) { origin in
      let tenant = try await services.store.requireTenant(notice.tenantID)
      let message = EmailMessage(
        to: tenant.email, template: "sla-threshold", provider: tenant.emailProvider,
        fields: [
          "ticket": notice.ticketID, "phase": notice.phase.rawValue, "threshold": "\(notice.threshold)",
        ])
      if tenant.emailState == "active" { try await services.mailer.send(message, key: origin.idempotencyKey ?? "") }
      try await services.store.record("notified", notice, threshold: notice.threshold, origin)
    }
  }

  /// Marks the ticket: its promise is broken.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func updateSlaStatus(notice: SLANotice, status: String) async throws {
    try await services.perform(notice.ticketID) { origin in
      try await services.store.setSLAStatus("\(notice.phase.rawValue)_\(status)", ticket: notice.ticketID, origin)
      try await services.store.record(status, notice, threshold: notice.threshold, origin)
    }
  }

  /// Hands the ticket to the next level: the first at 50 %, the second at 75 %, the third from 90 %.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func checkAndEscalate(notice: SLANotice) async throws -> Int {
    try await services.perform(notice.ticketID) { origin in
      let level = notice.threshold >= 90 ? 3 : notice.threshold >= 75 ? 2 : notice.threshold >= 50 ? 1 : 0
      if level > 0 {
        try await services.store.record("escalated", notice, threshold: notice.threshold, escalation: level, origin)
      }
      return level
    }
  }

  /// Keeps for the audit what people did to the ticket's clock.
  @Activity(startToClose: .minutes(5), retryPolicy: Profile.step.retryPolicy)
  public func recordSlaAuditLog(notice: SLANotice, event: String, note: String?) async throws {
    try await services.perform(notice.ticketID) { origin in
      try await services.store.record(event, notice, threshold: nil, note: note, origin)
    }
  }
}
