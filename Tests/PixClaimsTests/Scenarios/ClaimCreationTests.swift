import DurableWorkflows
import ExampleSupport
import Testing
import WorkflowTesting

@testable import PixClaims

/// Scenarios 1 to 5, 15, 16 and 17: how claims begin.
@Suite("Creating claims", .timeLimit(.minutes(2)))
struct ClaimCreationTests {
  @Test(
    "1: a claim to an active key is open for 30 days, Bacen knows it, the owner is told",
    arguments: TestDatabase.allCases
  )
  func create(_ database: TestDatabase) async throws {
    try await PixWorld.run(on: database) { world in
      try await world.addEntry()
      let start = world.now
      let claim = try await world.claim()
      #expect(claim.status == .open)
      #expect(claim.expiresAt - start == .days(30))
      let stored = try await world.stored(claim)
      #expect(stored.status == .waitingResolution)
      #expect(stored.expiresAt == claim.expiresAt)
      #expect(stored.completionPeriodEnd - start == .days(7))
      #expect(stored.bacenClaimID == "BACEN-\(claim.claimID)")
      #expect(world.bridge.accepted(.createClaim).map(\.subject) == [claim.claimID])
      #expect(world.notified(claim, .waitingResolution) == [PixWorld.owner])
      let description = try await world.handle(of: claim).describe()
      #expect(description.info.status == .running)
      #expect(description.executionTimeout == .days(31))
      #expect(description.pendingActivities.isEmpty)
      let state = try await world.handle(of: claim).query(ClaimWorkflow.Queries.getState)
      #expect(state.status == .waitingResolution && state.decision == nil && state.expiresAt == claim.expiresAt)
      #expect(try await world.events(of: claim.claimID) == ["claim_status_changed", "donor_notified"])
    }
  }

  @Test("2: the owner cannot claim its own key, and nothing starts")
  func ownKey() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      _ = await expectRefusal(.invalidClaimerISPB, status: 403) { _ = try await world.claim(by: PixWorld.owner) }
      for try await info in world.env.client.list() { Issue.record("\(info.execution) was started") }
      #expect(try await world.store.openClaims().count == 0)
    }
  }

  @Test("3: any period but 30 days is refused")
  func period() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      _ = await expectRefusal(.invalidCompletionPeriod, status: 400) {
        var request = ClaimsAPI.ClaimRequest(entryID: "ENTRY-1", claimerISPB: PixWorld.claimer)
        request.completionPeriodDays = 15
        _ = try await world.api.createClaim(request)
      }
    }
  }

  @Test("4: a key that is not active cannot be claimed, one that is not there neither")
  func inactive() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      try await world.store.changeEntry("ENTRY-1", operation: "test", world.origin) {
        try $0.deactivate(reason: "test")
      } event: {
        .entry("test", $0)
      }
      _ = await expectRefusal(.entryNotActive, status: 400) { _ = try await world.claim() }
      _ = await expectRefusal(.entryNotFound, status: 404) { _ = try await world.claim(2) }
      _ = await expectRefusal(.validation, status: 400) { _ = try await world.claim(by: "123") }
    }
  }

  @Test("5: a key with an open claim cannot be claimed; the refusal names that claim", arguments: TestDatabase.allCases)
  func exists(_ database: TestDatabase) async throws {
    try await PixWorld.run(on: database) { world in
      try await world.addEntry()
      let first = try await world.claim()
      let error = await expectRefusal(.claimAlreadyExists, status: 409) { _ = try await world.claim(by: "11112222") }
      #expect(error?.claimID == first.claimID)
    }
  }

  @Test("of many claims to one key at the same time exactly one is accepted", arguments: TestDatabase.allCases)
  func race(_ database: TestDatabase) async throws {
    try await PixWorld.run(on: database) { world in
      try await world.addEntry()
      let outcomes = await withTaskGroup(of: Result<Claim, any Error>.self) { group in
        for number in 0..<8 {
          group.addTask {
            do {
              return .success(
                try await world.api.createClaim(.init(entryID: "ENTRY-1", claimerISPB: "2000000\(number)"))
              )
            } catch {
              return .failure(error)
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let accepted = outcomes.compactMap { try? $0.get() }
      #expect(accepted.count == 1)
      for case .failure(let error) in outcomes {
        #expect((error as? PixError)?.code == .claimAlreadyExists, "\(error)")
        #expect((error as? PixError)?.claimID == accepted.first?.claimID)
      }
    }
  }

  @Test("15: claims of one claimer run independently, each with its own timer")
  func several() async throws {
    try await PixWorld.run { world in
      var claims: [Claim] = []
      for number in 1...4 {
        try await world.addEntry(number)
        if number == 4 { try await world.env.sleep(for: .days(10)) }
        claims.append(try await world.claim(number))
      }
      _ = try await world.api.confirmClaim(claims[0].claimID, by: PixWorld.owner)
      try await world.env.sleep(for: .days(20))
      for claim in claims[1...2] { #expect(try await world.stored(claim).status == .expired) }
      #expect(try await world.stored(claims[0]).status == .completed)
      #expect(try await world.stored(claims[3]).status == .waitingResolution)
      #expect(try await world.handle(of: claims[3]).result().status == .expired)
      #expect(world.now - claims[3].createdAt >= .days(30))
    }
  }

  @Test("16: a key whose claim expired can be claimed again")
  func again() async throws {
    try await PixWorld.run(options: .init()) { world in
      try await world.addEntry()
      let first = try await world.claim()
      _ = try await world.handle(of: first).result()
      #expect(try await world.participant() == PixWorld.claimer)
      try await world.env.sleep(for: .days(5))
      let second = try await world.claim(by: PixWorld.owner)
      #expect(try await world.stored(second).status == .waitingResolution)
      #expect(try await world.stored(second).donorISPB == PixWorld.claimer)
    }
  }

  @Test("17: Bacen fails: the API has accepted, three attempts, the run fails, the claim is pending, people are told")
  func bacenFails() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      world.bridge.fail(.createClaim, times: 99, with: .unavailable("maintenance"))
      let claim = try await world.api.createClaim(.init(entryID: "ENTRY-1", claimerISPB: PixWorld.claimer))
      #expect(claim.status == .open)
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await world.handle(of: claim).result() }
      #expect(error?.status == .failed)
      #expect(error?.cause.root.message.contains("maintenance") == true)
      #expect(world.bridge.attempts(.createClaim) == 3)
      let stored = try await world.stored(claim)
      #expect(stored.status == .pending)
      #expect(stored.notes?.contains("maintenance") == true)
      #expect(world.alerts.alerts.map(\.name) == ["ClaimSubmissionFailed"])
      #expect(world.alerts.alerts.first?.subject == claim.claimID)
      // Somebody may try again.
      #expect(try await world.store.openClaim(forKey: claim.key) == nil)
    }
  }

  @Test("17, second version: a claim that Bacen refuses is cancelled, without a retry")
  func bacenRefuses() async throws {
    var options = ClaimsAPI.Options()
    options.submissionFailurePolicy = .cancel
    try await PixWorld.run(options: options) { world in
      try await world.addEntry()
      world.bridge.fail(.createClaim, times: 1, with: .rejected(code: "05", message: "no such account"))
      let claim = try await world.api.createClaim(.init(entryID: "ENTRY-1", claimerISPB: PixWorld.claimer))
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await world.handle(of: claim).result() }
      #expect(error?.cause.root.applicationType == FailureType.bacenRejected)
      #expect(world.bridge.attempts(.createClaim) == 1)
      #expect(try await world.stored(claim).status == .cancelled)
    }
  }

  @Test("a claim that was recorded and not started is started later, once")
  func startMissing() async throws {
    try await PixWorld.run { world in
      let entry = try await world.addEntry()
      let lost = Claim(
        claimID: "CLAIM-lost",
        entryID: entry.entryID,
        type: .portability,
        key: entry.key,
        keyType: entry.keyType,
        status: .open,
        donorISPB: PixWorld.owner,
        claimerISPB: PixWorld.claimer,
        completionPeriodEnd: world.now + .days(7),
        expiresAt: world.now + .days(30),
        createdAt: world.now
      )
      _ = try await world.store.createClaim(lost, world.origin)
      #expect(try await world.api.startMissing() == 1)
      #expect(try await world.api.startMissing() == 0)
      try await world.settle()
      #expect(try await world.stored(lost).status == .waitingResolution)
    }
  }

  @Test("the same request again is the same claim")
  func repeated() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      try await world.addEntry(2)
      var request = ClaimsAPI.ClaimRequest(entryID: "ENTRY-1", claimerISPB: PixWorld.claimer)
      request.claimID = "CLAIM-1"
      let first = try await world.api.createClaim(request)
      try await world.settle()
      let second = try await world.api.createClaim(request)
      #expect(second.createdAt == first.createdAt)
      #expect(world.bridge.accepted(.createClaim).count == 1)
      request.entryID = "ENTRY-2"
      _ = await expectRefusal(.claimAlreadyExists, status: 409) { _ = try await world.api.createClaim(request) }
    }
  }
}
