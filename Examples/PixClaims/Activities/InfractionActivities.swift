public import DurableWorkflows
public import ExampleSupport
internal import Logging

/// The activities of infraction reports.
@ActivityContainer
public struct InfractionActivities {
  let services: PixServices

  /// Creates the activities.
  public init(_ services: PixServices) { self.services = services }

  /// Records a report; the same report again changes nothing.
  @Activity(name: "CreateInfractionActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func createInfraction(infraction: Infraction) async throws {
    try await services.perform(["infraction_id": "\(infraction.infractionID)"]) { origin in
      try await services.store.createInfraction(infraction, origin)
    }
  }

  /// Begins the investigation.
  @Activity(
    name: "InvestigateInfractionActivity",
    startToClose: .seconds(10),
    retryPolicy: Profile.database.retryPolicy
  )
  public func investigateInfraction(infractionID: String) async throws {
    try await move(infractionID, to: .underInvestigation, notes: nil, event: "infraction_under_investigation")
  }

  /// Decides that the report was right.
  @Activity(name: "ResolveInfractionActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func resolveInfraction(infractionID: String, notes: String) async throws {
    try await move(infractionID, to: .resolved, notes: notes, event: "infraction_resolved")
  }

  /// Decides that the report was wrong.
  @Activity(name: "DismissInfractionActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func dismissInfraction(infractionID: String, notes: String) async throws {
    try await move(infractionID, to: .dismissed, notes: notes, event: "infraction_dismissed")
  }

  /// Leaves the decision to Bacen.
  @Activity(name: "EscalateInfractionActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func escalateInfraction(infractionID: String, notes: String) async throws {
    try await move(infractionID, to: .escalated, notes: notes, event: "infraction_escalated")
  }

  /// Adds a piece of evidence; the same again changes nothing.
  @Activity(name: "AddEvidenceActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func addEvidence(infractionID: String, url: String) async throws {
    try await services.perform(["infraction_id": "\(infractionID)"]) { origin in
      try await services.store.addEvidence(url, toInfraction: infractionID, origin)
    }
  }

  /// The report's state.
  @Activity(name: "GetInfractionStatusActivity", startToClose: .seconds(5), retryPolicy: Profile.validation.retryPolicy)
  public func getInfractionStatus(infractionID: String) async throws -> InfractionStatus {
    try await services.perform(["infraction_id": "\(infractionID)"]) { _ in
      try await requireInfraction(infractionID).status
    }
  }

  /// Whether a key may be reported: every key that is not empty may.
  @Activity(
    name: "ValidateInfractionEligibilityActivity",
    startToClose: .seconds(5),
    retryPolicy: Profile.validation.retryPolicy
  )
  public func validateInfractionEligibility(key: String) async throws {
    try await services.perform(["key": "\(key)"]) { _ in
      if key.isEmpty { throw PixError(.validation, "key is empty; give the key that is reported") }
    }
  }

  /// Tells the reported participant, if there is one.
  @Activity(
    name: "NotifyReportedParticipantActivity",
    startToClose: .seconds(30),
    retryPolicy: Profile.api.retryPolicy
  )
  public func notifyReportedParticipant(infractionID: String) async throws {
    try await services.perform(["infraction_id": "\(infractionID)"]) { origin in
      let report = try await requireInfraction(infractionID)
      guard let reported = report.reportedISPB else { return }
      try await tell(.notifyParticipant, report, origin, ["participant": reported])
      try await services.store.record(
        .infraction(
          "reported_participant_notified",
          report,
          ["reported_participant": .string(reported), "notified_at": .time(origin.now)]
        ),
        origin
      )
    }
  }

  /// Tells Bacen how the report stands.
  @Activity(name: "NotifyBacenActivity", startToClose: .seconds(30), retryPolicy: Profile.api.retryPolicy)
  public func notifyBacen(infractionID: String) async throws {
    try await services.perform(["infraction_id": "\(infractionID)"]) { origin in
      let report = try await requireInfraction(infractionID)
      try await tell(.reportInfraction, report, origin, [:])
      try await services.store.record(
        .infraction(
          "bacen_notified",
          report,
          ["status": .string(report.status.rawValue), "notified_at": .time(origin.now)]
        ),
        origin
      )
    }
  }

  /// Records an event for other systems. It needs `event_type`; its key is `infraction_id`.
  @Activity(
    name: "PublishInfractionEventActivity",
    startToClose: .seconds(15),
    retryPolicy: Profile.messages.retryPolicy
  )
  public func publishInfractionEvent(event: [String: JSONValue]) async throws {
    try await services.perform([:]) { origin in
      let type = try PixServices.eventType(of: event)
      let id = event["infraction_id"]?.string ?? "unknown"
      try await services.store.record(
        DomainEvent(type, aggregateType: "infraction", aggregateID: id, payload: event),
        origin
      )
    }
  }

  private func requireInfraction(_ id: String) async throws -> Infraction {
    if let infraction = try await services.store.infraction(id) { return infraction }
    throw PixError(.infractionNotFound, "there is no infraction '\(id)'")
  }

  private func move(_ id: String, to status: InfractionStatus, notes: String?, event: String) async throws {
    try await services.perform(["infraction_id": "\(id)", "status": "\(status.rawValue)"]) { origin in
      try await services.store.moveInfraction(id, to: status, notes: notes, event: event, origin)
    }
  }

  private func tell(
    _ operation: BridgeRequest.Operation,
    _ report: Infraction,
    _ origin: ChangeOrigin,
    _ fields: [String: String]
  ) async throws {
    let common = ["key": report.key, "type": report.type.rawValue, "status": report.status.rawValue]
    _ = try await services.bridge.send(
      BridgeRequest(
        operation,
        subject: report.infractionID,
        fields: common.merging(fields) { $1 },
        idempotencyKey: origin.idempotencyKey ?? "\(operation.rawValue)/\(report.infractionID)"
      )
    )
  }
}
