import DurableWorkflows
import Testing
import WorkflowTesting

@testable import PixClaims

/// What becomes of claims when steps fail.
@Suite("Failing claims", .timeLimit(.minutes(2)))
struct ClaimFailureTests {
  @Test("a transfer that fails is tried at once, after 10 s and after 30 s more; then people are told")
  func transferFails() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      let transfer = world.env.mock("CompleteClaimActivity") { _ in throw ApplicationError("disk full") }
      _ = try await world.api.confirmClaim(claim.claimID, by: PixWorld.owner)
      let result = try await world.handle(of: claim).result()
      #expect(result.status == .transferFailed)
      #expect(result.message.contains("disk full"))
      let times = transfer.calls.map(\.info.startedTime)
      #expect(times.count == 3)
      #expect(zip(times, times.dropFirst()).map { $1 - $0 } == [.seconds(10), .seconds(30)])
      let stored = try await world.stored(claim)
      #expect(stored.status == .transferFailed && stored.notes?.contains("disk full") == true)
      #expect(world.alerts.alerts.map(\.name) == ["ClaimTransferFailed"])
      #expect(try await world.participant() == PixWorld.owner)
      // Nobody else may claim a key that is about to move.
      _ = await expectRefusal(.claimAlreadyExists, status: 409) { _ = try await world.claim(by: "11112222") }
    }
  }

  @Test("a key that is gone fails the transfer without a retry, and nothing of the claim is changed halfway")
  func keyIsGone() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      try await world.store.deleteEntry("ENTRY-1", world.origin)
      let result = try await world.handle(of: claim).result()
      #expect(result.status == .transferFailed)
      let stored = try await world.stored(claim)
      #expect(stored.status == .transferFailed && stored.completedAt == nil && !stored.isAutoConfirmed)
      #expect(try await world.events(of: claim.claimID).contains("claim_expired") == false)
    }
  }

  @Test("Bacen does not take the confirmation: the key stays, people are told")
  func bacenFails() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      world.bridge.fail(.completeClaim, times: 3, with: .unavailable("maintenance"))
      _ = try await world.api.confirmClaim(claim.claimID, by: PixWorld.owner)
      #expect(try await world.handle(of: claim).result().status == .transferFailed)
      #expect(world.bridge.attempts(.completeClaim) == 3)
      #expect(try await world.participant() == PixWorld.owner)
    }
  }

  @Test("Bacen does not take the cancellation: the claim is left to people")
  func cancellationFails() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      world.bridge.fail(.cancelClaim, times: 3, with: .unavailable("maintenance"))
      _ = try await world.api.cancelClaim(claim.claimID, by: PixWorld.owner, reason: "no")
      #expect(try await world.handle(of: claim).result().status == .pending)
      #expect(try await world.stored(claim).status == .pending)
      #expect(world.alerts.alerts.map(\.name) == ["ClaimUnresolved"])
    }
  }

  @Test("a notification that fails does not hold up the claim")
  func notifications() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      world.bridge.fail(.notifyParticipant, times: 99, with: .rejected(code: "99", message: "unknown participant"))
      let claim = try await world.claim()
      #expect(try await world.stored(claim).status == .waitingResolution)
      _ = try await world.api.confirmClaim(claim.claimID, by: PixWorld.owner)
      #expect(try await world.handle(of: claim).result().status == .completed)
      #expect(world.alerts.alerts.isEmpty)
    }
  }

  @Test("a run that is cancelled takes its claim with it")
  func runIsCancelled() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      try await world.handle(of: claim).cancel(reason: "test")
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await world.handle(of: claim).result() }
      #expect(error?.status == .canceled)
      #expect(try await world.stored(claim).status == .cancelled)
      #expect(world.bridge.accepted(.cancelClaim).count == 1)
      #expect(try await world.store.openClaim(forKey: claim.key) == nil)
    }
  }

  @Test("input that is wrong fails the run before any activity and names the field")
  func input() async throws {
    try await PixWorld.run { world in
      func input() -> ClaimInput {
        ClaimInput(claimID: "C", entryID: "E", claimerISPB: PixWorld.claimer, donorISPB: PixWorld.owner)
      }
      let changes: [(String, (inout ClaimInput) -> Void)] = [
        ("claim_id", { $0.claimID = "" }), ("entry_id", { $0.entryID = "" }),
        ("claim_type", { $0.claimType = "THEFT" }), ("claimer_ispb", { $0.claimerISPB = "1234567x" }),
        ("donor_ispb", { $0.donorISPB = PixWorld.claimer }), ("claimer_account_type", { $0.claimerAccountType = "X" }),
        ("day_seconds", { $0.daySeconds = -1 }),
      ]
      for (index, (field, change)) in changes.enumerated() {
        var bad = input()
        change(&bad)
        let handle = try await world.env.client.start(ClaimWorkflow.self, id: "bad-\(index)", input: bad)
        let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
        #expect(error?.cause.message.contains(field) == true, "\(field): \(String(describing: error))")
        #expect(error?.cause.applicationType == FailureType.validation)
        let history = try await handle.fetchHistory()
        #expect(history.count { $0.attributes.type.description == "ActivityTaskScheduled" } == 0)
      }
    }
  }

  @Test("the guide's own JSON starts a claim: snake case, and what is missing is named")
  func guideInput() async throws {
    try await PixWorld.run { world in
      try await world.store.createEntry(PixWorld.entry(7, participant: "87654321"), world.origin)
      let json = """
        {"claim_id":"TEST-001","entry_id":"ENTRY-7","claim_type":"PORTABILITY","claimer_ispb":"12345678",\
        "donor_ispb":"87654321"}
        """
      _ = try await world.env.client.start(
        workflowType: "ClaimWorkflow",
        id: "claim-test-001",
        input: [Payload(encoding: Payload.jsonPlain, data: Array(json.utf8))]
      )
      try await world.settle()
      #expect(try await world.store.claim("TEST-001")?.status == .waitingResolution)

      _ = try await world.env.client.start(
        workflowType: "ClaimWorkflow",
        id: "empty",
        input: [Payload(encoding: Payload.jsonPlain, data: Array("{}".utf8))]
      )
      let error = await #expect(throws: WorkflowFailedError.self) {
        _ = try await world.env.client.handle(for: ClaimWorkflow.self, id: "empty").result()
      }
      #expect(error?.cause.message.contains("claim_id is missing") == true)
    }
  }
}
