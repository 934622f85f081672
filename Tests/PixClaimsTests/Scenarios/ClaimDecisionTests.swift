import DurableWorkflows
import ExampleSupport
import Testing
import WorkflowTesting

@testable import PixClaims

/// Scenarios 6 to 14 and 18: how claims are decided.
@Suite("Deciding claims", .timeLimit(.minutes(2)))
struct ClaimDecisionTests {
  @Test("6: the owner confirms on day 5", arguments: TestDatabase.allCases)
  func confirm(_ database: TestDatabase) async throws {
    try await PixWorld.run(on: database) { world in
      try await world.addEntry()
      let claim = try await world.claim()
      try await world.env.sleep(for: .days(5))
      let begin = world.env.now
      let state = try await world.api.confirmClaim(claim.claimID, by: PixWorld.owner)
      #expect(state.decision?.kind == .confirmed)
      let result = try await world.handle(of: claim).result()
      #expect(world.env.now.nanosecondsSinceEpoch - begin.nanosecondsSinceEpoch < 3_000_000_000)
      #expect(result.status == .completed)
      let stored = try await world.stored(claim)
      #expect(stored.status == .completed)
      #expect(stored.confirmedAt != nil && stored.completedAt != nil)
      #expect(try await world.participant() == PixWorld.claimer)
      #expect(world.bridge.accepted(.completeClaim).map { $0.fields["auto_confirmed"] } == ["false"])
      #expect(world.notified(claim, .completed) == [PixWorld.owner, PixWorld.claimer])
      let history = try await world.handle(of: claim).fetchHistory()
      #expect(history.count { $0.attributes.type.description == "TimerFired" } == 0)
      let events = try await world.store.events().filter { $0.aggregateID == claim.claimID }
      let types = events.map(\.type)
      #expect(
        types == [
          "claim_status_changed", "donor_notified", "claim_status_changed", "claim_completed", "ownership_transferred",
          "confirmation_sent",
        ])
      #expect(events[2].payload["new_status"]?.string == "CONFIRMED", "CONFIRMED comes before COMPLETED")
    }
  }

  @Test("7: nobody but the owner may confirm")
  func stranger() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      for ispb in [PixWorld.claimer, "99999999"] {
        _ = await expectRefusal(.unauthorizedClaimAction, status: 403) {
          _ = try await world.api.confirmClaim(claim.claimID, by: ispb)
        }
      }
      _ = await expectRefusal(.unauthorizedClaimAction, status: 403) {
        _ = try await world.api.cancelClaim(claim.claimID, by: "99999999", reason: "mine")
      }
      #expect(try await world.stored(claim).status.awaitsDecision)
      _ = await expectRefusal(.claimNotFound, status: 404) {
        _ = try await world.api.confirmClaim("CLAIM-none", by: PixWorld.owner)
      }
    }
  }

  @Test("8: a claim is confirmed once, while the first confirmation is worked on and afterwards")
  func twice() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      let gate = world.env.mock("CompleteClaimWithBacenActivity") { _ in Empty() }
      gate.hold()
      _ = try await world.api.confirmClaim(claim.claimID, by: PixWorld.owner)
      try await gate.waitForCalls(1)
      for _ in 0..<2 {
        _ = await expectRefusal(.claimAlreadyResolved, status: 409) {
          _ = try await world.api.confirmClaim(claim.claimID, by: PixWorld.owner)
        }
        gate.release()
        _ = try await world.handle(of: claim).result()
      }
      #expect(gate.callCount == 1)
    }
  }

  @Test("9: the owner cancels with a reason", arguments: TestDatabase.allCases)
  func cancel(_ database: TestDatabase) async throws {
    try await PixWorld.run(on: database) { world in
      try await world.addEntry()
      let claim = try await world.claim()
      let state = try await world.api.cancelClaim(claim.claimID, by: PixWorld.owner, reason: "I know nobody there")
      #expect(state.decision?.kind == .cancelled)
      let result = try await world.handle(of: claim).result()
      #expect(result.status == .cancelled && result.reason == "I know nobody there")
      let stored = try await world.stored(claim)
      #expect(stored.status == .cancelled && stored.cancellationReason == "I know nobody there")
      #expect(stored.cancelledAt != nil)
      #expect(try await world.participant() == PixWorld.owner)
      #expect(world.bridge.accepted(.cancelClaim).map { $0.fields["reason"] } == ["I know nobody there"])
      #expect(world.bridge.accepted(.completeClaim).isEmpty)
      #expect(world.notified(claim, .cancelled) == [PixWorld.owner, PixWorld.claimer])
      // The key is free for another claim.
      #expect(try await world.claim(by: "11112222").status == .open)
    }
  }

  @Test("10: a cancellation needs a reason", arguments: ["", "  \n"])
  func reason(_ reason: String) async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      _ = await expectRefusal(.missingReason, status: 400) {
        _ = try await world.api.cancelClaim(claim.claimID, by: PixWorld.owner, reason: reason)
      }
      #expect(try await world.stored(claim).status.awaitsDecision)
    }
  }

  @Test("11: silence of 30 days confirms and moves the key", arguments: TestDatabase.allCases)
  func silence(_ database: TestDatabase) async throws {
    try await PixWorld.run(on: database) { world in
      try await world.addEntry()
      let claim = try await world.claim()
      try await world.env.sleep(for: .days(29))
      #expect(try await world.stored(claim).status == .waitingResolution)
      let result = try await world.handle(of: claim).result()
      #expect(result.status == .expired && result.autoConfirmed == true)
      #expect(world.now - claim.createdAt == .days(30))
      let stored = try await world.stored(claim)
      #expect(stored.status == .expired && stored.isAutoConfirmed && stored.expiredAt == stored.expiresAt)
      #expect(try await world.participant() == PixWorld.claimer)
      #expect(world.bridge.accepted(.completeClaim).map { $0.fields["auto_confirmed"] } == ["true"])
      #expect(world.notified(claim, .expired) == [PixWorld.owner, PixWorld.claimer])
      let history = try await world.handle(of: claim).fetchHistory()
      #expect(history.count { $0.attributes.type.description == "TimerFired" } == 1)
    }
  }

  @Test("11, other policies: silence only expires, or cancels", arguments: [ExpiryPolicy.expire, .cancel])
  func otherPolicies(_ policy: ExpiryPolicy) async throws {
    var options = ClaimsAPI.Options()
    options.expiryPolicy = policy
    try await PixWorld.run(options: options) { world in
      try await world.addEntry()
      let claim = try await world.claim()
      let result = try await world.handle(of: claim).result()
      #expect(result.status == (policy == .expire ? .expired : .cancelled))
      let stored = try await world.stored(claim)
      #expect(stored.status == result.status && !stored.isAutoConfirmed)
      #expect(try await world.participant() == PixWorld.owner)
      #expect(world.bridge.accepted(.completeClaim).isEmpty)
      #expect(world.bridge.accepted(.cancelClaim).count == (policy == .expire ? 0 : 1))
    }
  }

  @Test("12: the worker dies on day 15; the claim goes on and silence counts from its beginning")
  func restart() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      try await world.env.sleep(for: .days(15))
      try await world.env.restart(.kill)
      #expect(try await world.handle(of: claim).describe().info.status == .running)
      #expect(try await world.stored(claim).status == .waitingResolution)
      #expect(try await world.handle(of: claim).result().status == .expired)
      #expect(world.now - claim.createdAt == .days(30))
      #expect(world.bridge.accepted(.createClaim).count == 1)
    }
  }

  @Test("12, worse: the worker dies at every step of a claim, and every effect happens once")
  func restarts() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.api.createClaim(.init(entryID: "ENTRY-1", claimerISPB: PixWorld.claimer))
      try await world.env.restart(.kill)
      try await world.settle()
      try await world.env.restart(.powerLoss())
      _ = try await world.api.confirmClaim(claim.claimID, by: PixWorld.owner)
      try await world.env.restart(.kill)
      #expect(try await world.handle(of: claim).result().status == .completed)
      try await world.env.restart(.kill)
      #expect(try await world.handle(of: claim).result().status == .completed)
      #expect(world.bridge.accepted(.createClaim).count == 1)
      #expect(world.bridge.accepted(.completeClaim).count == 1)
      #expect(world.notified(claim, .completed) == [PixWorld.owner, PixWorld.claimer])
      let events = try await world.events(of: claim.claimID)
      for type in ["claim_completed", "ownership_transferred", "donor_notified", "confirmation_sent"] {
        #expect(events.count { $0 == type } == 1, "\(type)")
      }
    }
  }

  @Test("13: of a confirmation and a cancellation at the same time exactly one counts", arguments: 0..<6)
  func together(_ round: Int) async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      async let confirmed = Result { try await world.api.confirmClaim(claim.claimID, by: PixWorld.owner) }
      async let cancelled = Result {
        try await world.api.cancelClaim(claim.claimID, by: PixWorld.claimer, reason: "changed my mind")
      }
      let outcomes = await [confirmed, cancelled]
      let winners = outcomes.compactMap { try? $0.get() }
      #expect(winners.count == 1)
      for case .failure(let error) in outcomes { #expect((error as? PixError)?.code == .claimAlreadyResolved) }
      let result = try await world.handle(of: claim).result()
      let hasMoved = winners.first?.decision?.kind == .confirmed
      #expect(result.status == (hasMoved ? .completed : .cancelled))
      #expect(try await world.participant() == (hasMoved ? PixWorld.claimer : PixWorld.owner))
      #expect(world.bridge.accepted(.completeClaim).count + world.bridge.accepted(.cancelClaim).count == 1)
    }
  }

  @Test("13, in history's order: the first signal counts, whatever comes with it in the same workflow task")
  func order() async throws {
    try await PixWorld.run { world in
      for (number, first) in [(1, "confirm"), (2, "cancel")] {
        try await world.addEntry(number)
        let claim = try await world.api.createClaim(.init(entryID: "ENTRY-\(number)", claimerISPB: PixWorld.claimer))
        let handle = world.handle(of: claim)
        // Both before the claim is even recorded: they wait for it.
        let converter = JSONPayloadConverter()
        let confirm = try converter.payload(for: ClaimConfirmation(confirmedBy: PixWorld.owner))
        let cancel = try converter.payload(for: ClaimCancellation(reason: "no"))
        let signals = [("confirm", confirm), ("cancel", cancel)]
        for (name, payload) in first == "confirm" ? signals : signals.reversed() {
          try await handle.signal(name: name, input: [payload])
        }
        #expect(try await handle.result().status == (first == "confirm" ? .completed : .cancelled))
      }
    }
  }

  @Test("14: a confirmation on day 29 of 30 counts")
  func lastDay() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      try await world.env.sleep(for: .days(29))
      _ = try await world.api.confirmClaim(claim.claimID, by: PixWorld.owner)
      #expect(try await world.handle(of: claim).result().status == .completed)
      try await world.env.sleep(for: .days(3))
      let stored = try await world.stored(claim)
      #expect(stored.status == .completed && stored.expiredAt == nil)
      #expect(try #require(stored.confirmedAt) < stored.expiresAt)
    }
  }

  @Test("14, later: a confirmation after a jump in time loses to the timer that was due before it")
  func overslept() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      // As if the process had been suspended: the timer is due when the signal arrives.
      try await world.env.advance(by: .days(30) + .hours(12))
      _ = await expectRefusal(.claimAlreadyResolved, status: 409) {
        _ = try await world.api.confirmClaim(claim.claimID, by: PixWorld.owner)
      }
      #expect(try await world.handle(of: claim).result().status == .expired)
    }
  }

  @Test("a claim whose run timed out because no worker ran is taken up again, once")
  func timedOut() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      try await world.env.advance(by: .days(40))
      #expect(try await world.handle(of: claim).describe().info.status == .timedOut)
      #expect(try await world.api.startMissing() == 1)
      #expect(try await world.handle(of: claim).result().status == .expired)
      #expect(try await world.api.startMissing() == 0)
      #expect(try await world.participant() == PixWorld.claimer)
      #expect(world.bridge.accepted(.createClaim).count == 1)
    }
  }

  @Test("18: a confirmation an hour after the expiry is refused")
  func late() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      _ = try await world.handle(of: claim).result()
      try await world.env.sleep(for: .hours(1))
      _ = await expectRefusal(.claimAlreadyResolved, status: 409) {
        _ = try await world.api.confirmClaim(claim.claimID, by: PixWorld.owner)
      }
      _ = await expectRefusal(.claimAlreadyResolved, status: 409) {
        _ = try await world.api.cancelClaim(claim.claimID, by: PixWorld.claimer, reason: "too late")
      }
    }
  }
}

extension Result where Failure == any Error {
  /// The outcome of asynchronous code.
  init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
