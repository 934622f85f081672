public import DurableWorkflows
internal import ExampleSupport

/// A report about the use of a key: investigated, with evidence as it comes, until somebody decides or a week is over.
@Workflow(name: "InvestigateInfractionWorkflow")
public actor InvestigateInfractionWorkflow {
  /// How many days there are for a decision; then Bacen decides.
  public static let investigationDays = 7
  /// How long a run may take.
  public static let executionTimeout = Duration.days(30)

  private var state = InfractionResult()
  private var evidence: [EvidenceAdded] = []
  private var decision: InvestigationComplete?

  /// Creates the workflow; engines call it.
  public init() {}

  /// The id of a report's run.
  public static func id(of infractionID: String) -> String { "infraction-\(infractionID)" }

  /// Follows the report to its end.
  public func run(input: InfractionInput) async throws -> InfractionResult {
    try await failing {
      let report = try input.infraction()
      let day = try dayLength(input.daySeconds)
      let id = report.infractionID
      state.infractionID = id
      let infractions = context.activities(InfractionActivities.self)
      try await infractions.createInfraction(infraction: report)
      try await tolerating("notify reported participant", context) {
        try await context.activities(InfractionActivities.self, options: Profile.api)
          .notifyReportedParticipant(infractionID: id)
      }
      try await context.sleep(for: .seconds(1))
      try await infractions.investigateInfraction(infractionID: id)
      state.status = .underInvestigation
      try await collectEvidence(id, until: context.moment + day * Self.investigationDays, infractions)
      try await decide(id, infractions)
      state.completedAt = context.moment
      try await publish(infractions)
      return state
    }
  }

  /// A piece of evidence has come.
  @WorkflowSignal(name: "evidence_added")
  public func evidenceAdded(evidence: EvidenceAdded) { self.evidence.append(evidence) }

  /// Somebody has decided.
  @WorkflowSignal(name: "investigation_complete")
  public func investigationComplete(decision: InvestigationComplete) {
    if self.decision == nil { self.decision = decision }
  }

  /// Where the work stands.
  @WorkflowQuery
  public func getState() -> InfractionResult { state }

  /// Stores evidence as it comes, until there is a decision or the time is over. Evidence does not extend it.
  private func collectEvidence(
    _ id: String, until deadline: Moment, _ infractions: InfractionActivities.Proxy
  ) async throws {
    while true {
      while !evidence.isEmpty {
        let next = evidence.removeFirst()
        try await tolerating("add evidence", context) {
          try await infractions.addEvidence(infractionID: id, url: next.evidenceURL)
        }
      }
      if decision != nil { return }
      do {
        try await context.condition(timeout: deadline - context.moment) { decision != nil || !evidence.isEmpty }
      } catch is TimeoutError {
        decision = InvestigationComplete(
          decision: InvestigationDecision.escalate.rawValue,
          notes: "nobody decided within \(Self.investigationDays) days")
      }
    }
  }

  private func decide(_ id: String, _ infractions: InfractionActivities.Proxy) async throws {
    let notes = decision?.notes ?? ""
    let text = decision?.decision ?? ""
    guard let choice = InvestigationDecision(rawValue: text) else {
      throw PixError(.validation, "decision is '\(text)'; write RESOLVE, DISMISS or ESCALATE")
    }
    state.decision = text
    state.resolutionNotes = notes
    let bacen = context.activities(InfractionActivities.self, options: Profile.api)
    switch choice {
    case .resolve:
      try await infractions.resolveInfraction(infractionID: id, notes: notes)
      state.status = .resolved
      try await tolerating("notify Bacen", context) { try await bacen.notifyBacen(infractionID: id) }
    case .dismiss:
      try await infractions.dismissInfraction(infractionID: id, notes: notes)
      state.status = .dismissed
    case .escalate:
      try await infractions.escalateInfraction(infractionID: id, notes: notes)
      state.status = .escalated
      try await bacen.notifyBacen(infractionID: id)
      state.escalatedToBacen = true
    }
    state.message = "the investigation ended with \(state.status.rawValue)"
  }

  private func publish(_ infractions: InfractionActivities.Proxy) async throws {
    let event: [String: JSONValue] = [
      "event_type": .string("infraction_workflow_completed"), "infraction_id": .string(state.infractionID),
      "final_status": .string(state.status.rawValue), "decision": .optional(state.decision),
      "resolution_notes": .optional(state.resolutionNotes), "escalated_to_bacen": .bool(state.escalatedToBacen),
      "completed_at": .time(state.completedAt),
    ]
    try await tolerating("publish event", context) { try await infractions.publishInfractionEvent(event: event) }
  }
}
