import DurableWorkflows
import ExampleSupport
import Testing
import WorkflowTesting

@testable import PixClaims

/// Scenario 30, and the other ways in which an investigation ends.
@Suite("Investigations", .timeLimit(.minutes(2)))
struct InfractionTests {
  private func start(
    _ world: PixWorld,
    change: (inout InfractionInput) -> Void = { _ in }
  ) async throws -> WorkflowHandle<InvestigateInfractionWorkflow> {
    var input = InfractionInput(
      infractionID: "I-1",
      key: PixWorld.entry(1).key,
      type: .fraud,
      description: "a stolen phone",
      reporterISPB: PixWorld.claimer
    )
    input.reportedISPB = PixWorld.owner
    change(&input)
    let handle = try await world.api.reportInfraction(input)
    try await world.env.sleep(for: .seconds(10))
    return handle
  }

  private func stored(_ world: PixWorld) async throws -> Infraction {
    try #require(try await world.store.infraction("I-1"))
  }

  @Test(
    "30: evidence on days 1 and 6, then silence: Bacen decides on day 7, and both pieces are kept",
    arguments: TestDatabase.allCases
  )
  func silence(_ database: TestDatabase) async throws {
    try await PixWorld.run(on: database) { world in
      try await world.addEntry()
      let handle = try await start(world) {
        $0.evidenceURLs = ["https://e/0"]
        $0.entryID = "ENTRY-1"
      }
      let begin = try #require(try await stored(world).investigatedAt)
      #expect(try await stored(world).status == .underInvestigation)
      try await world.env.sleep(for: .days(1))
      let added = InvestigateInfractionWorkflow.Signals.evidenceAdded
      try await handle.signal(added, EvidenceAdded(evidenceURL: "https://e/\"1\""))
      try await world.env.sleep(for: .days(5))
      try await handle.signal(added, EvidenceAdded(evidenceURL: "https://e/6", uploadedBy: "x", description: "y"))
      try await handle.signal(added, EvidenceAdded(evidenceURL: "https://e/6"))
      let result = try await handle.result()
      #expect(result.status == .escalated && result.decision == "ESCALATE" && result.escalatedToBacen)
      #expect(world.now - begin >= .days(7) && world.now - begin < .days(7) + .seconds(1))
      let report = try await stored(world)
      #expect(report.evidenceURLs == ["https://e/0", "https://e/\"1\"", "https://e/6"])
      #expect(report.status == .escalated)
      #expect(world.bridge.accepted(.reportInfraction).map { $0.fields["status"] } == ["ESCALATED_TO_BACEN"])
      #expect(world.bridge.accepted(.notifyParticipant).map { $0.fields["participant"] } == [PixWorld.owner])
      #expect(
        try await world.events(of: "I-1") == [
          "infraction_created", "reported_participant_notified", "infraction_under_investigation", "evidence_added",
          "evidence_added", "infraction_escalated", "bacen_notified", "infraction_workflow_completed",
        ]
      )
    }
  }

  @Test("a decision ends the investigation, with notes; later signals are dropped", arguments: ["RESOLVE", "DISMISS"])
  func decision(_ decision: String) async throws {
    try await PixWorld.run { world in
      let handle = try await start(world)
      let complete = InvestigateInfractionWorkflow.Signals.investigationComplete
      try await handle.signal(complete, InvestigationComplete(decision: decision, notes: "the owner explained"))
      let result = try await handle.result()
      #expect(result.status == (decision == "RESOLVE" ? .resolved : .dismissed))
      #expect(result.resolutionNotes == "the owner explained" && !result.escalatedToBacen)
      #expect(try await stored(world).status == result.status)
      #expect(world.bridge.accepted(.reportInfraction).count == (decision == "RESOLVE" ? 1 : 0))
      await #expect(throws: WorkflowServiceError.self) {
        try await handle.signal(complete, InvestigationComplete(decision: "ESCALATE"))
      }
    }
  }

  @Test(
    "a decision without notes, or that is none, fails the run and leaves the report",
    arguments: ["RESOLVE", "MAYBE"]
  )
  func badDecision(_ decision: String) async throws {
    try await PixWorld.run { world in
      let handle = try await start(world)
      let complete = InvestigateInfractionWorkflow.Signals.investigationComplete
      try await handle.signal(
        complete,
        InvestigationComplete(decision: decision, notes: decision == "MAYBE" ? "x" : nil)
      )
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.cause.root.applicationType == FailureType.validation)
      #expect(try await stored(world).status == .underInvestigation)
    }
  }

  @Test("Bacen is not told of an escalation: the run fails, the report stays escalated")
  func escalationFails() async throws {
    try await PixWorld.run { world in
      let handle = try await start(world)
      world.bridge.fail(.reportInfraction, times: 99, with: .rejected(code: "99", message: "no"))
      let complete = InvestigateInfractionWorkflow.Signals.investigationComplete
      try await handle.signal(complete, InvestigationComplete(decision: "ESCALATE", notes: "hard to say"))
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.cause.root.applicationType == FailureType.bacenRejected)
      #expect(try await stored(world).status == .escalated)
    }
  }

  @Test("a report without a reported participant notifies nobody; input that is wrong is refused")
  func input() async throws {
    try await PixWorld.run { world in
      let handle = try await start(world) { $0.reportedISPB = nil }
      #expect(world.bridge.accepted(.notifyParticipant).isEmpty)
      try await handle.terminate()
      let changes: [(String, (inout InfractionInput) -> Void)] = [
        ("type", { $0.type = "RUDE" }), ("reported_ispb", { $0.reportedISPB = PixWorld.claimer }),
        ("description", { $0.description = "" }), ("infraction_id", { $0.infractionID = "" }),
      ]
      for (field, change) in changes {
        let error = await expectRefusal(.validation, status: 400) { _ = try await start(world, change: change) }
        #expect(error?.message.contains(field) == true)
      }
    }
  }
}
