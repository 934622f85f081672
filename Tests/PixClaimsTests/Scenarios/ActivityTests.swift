import DurableWorkflows
import ExampleSupport
import Logging
import Testing
import WorkflowTesting

@testable import PixClaims

/// Scenarios 27 to 29, and what holds for all activities.
@Suite("Activities", .timeLimit(.minutes(2)))
struct ActivityTests {
  private func services(_ world: PixWorld) -> PixServices {
    PixServices(store: world.store, bridge: world.bridge, alerts: world.alerts)
  }

  /// Runs code as an activity; the same number is the same activity, attempted again.
  private func perform<Result: Sendable>(
    _ number: Int = 1,
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    var info = ActivityTestEnvironment.defaultInfo
    info = ActivityInfo(
      workflowExecution: info.workflowExecution,
      workflowType: "test",
      activityID: "\(number)",
      activityType: "TestActivity",
      scheduledTime: info.scheduledTime,
      startedTime: info.startedTime
    )
    return try await ActivityTestEnvironment(info: info, logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
      .run(body)
  }

  private func newClaim(_ world: PixWorld, id: String = "CLAIM-1") -> NewClaim {
    NewClaim(
      claimID: id,
      entryID: "ENTRY-1",
      type: .ownership,
      claimerISPB: PixWorld.claimer,
      donorISPB: PixWorld.owner,
      completionPeriodEnd: world.now + .days(7),
      expiresAt: world.now + .days(30)
    )
  }

  private func expectFailure(
    _ type: String,
    isNonRetryable: Bool = true,
    _ body: @escaping @Sendable () async throws -> Void
  ) async {
    let error = await #expect(throws: ApplicationError.self) { try await perform(1, body) }
    #expect(error?.type == type)
    #expect(error?.isNonRetryable == isNonRetryable)
  }

  @Test("27: a claim is recorded; one of an unknown type cannot be decoded, and a database that fails is reported")
  func create() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let activities = ClaimActivities(services(world))
      let claim = newClaim(world)
      #expect(try await perform { try await activities.createClaim(claim: claim) }.success)
      #expect(try await world.store.claim("CLAIM-1")?.status == .open)
      let definition = try #require(activities.activities.first { $0.name == "CreateClaimActivity" })
      let wrong = try JSONPayloadConverter().payload(for: ["claim_id": "X", "claim_type": "THEFT"])
      await #expect(throws: PayloadConversionError.self) {
        try await ActivityTestEnvironment().run(definition, wrong, returning: CreatedClaim.self)
      }
      await world.store.database.close()
      await expectFailure(FailureType.unavailable, isNonRetryable: false) {
        _ = try await activities.createClaim(claim: claim)
      }
    }
  }

  @Test("28: the status is read; a claim is completed from CONFIRMED only; cancelled; expired")
  func transitions() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let activities = ClaimActivities(services(world))
      let claim = newClaim(world)
      _ = try await perform { try await activities.createClaim(claim: claim) }
      #expect(try await perform { try await activities.getClaimStatus(claimID: "CLAIM-1") } == .open)
      await expectFailure(FailureType.invalidState) { try await activities.completeClaim(claimID: "CLAIM-1") }
      #expect(try await world.participant() == PixWorld.owner)
      try await perform {
        try await activities.updateClaimStatus(claimID: "CLAIM-1", status: .confirmed, note: nil)
      }
      try await perform { try await activities.completeClaim(claimID: "CLAIM-1") }
      #expect(try await world.store.claim("CLAIM-1")?.status == .completed)
      await expectFailure(FailureType.alreadyResolved) {
        try await activities.cancelClaim(claimID: "CLAIM-1", reason: "late")
      }
      await expectFailure(FailureType.alreadyResolved) {
        try await activities.expireClaim(claimID: "CLAIM-1", autoConfirm: false)
      }
      await expectFailure(FailureType.notFound) { _ = try await activities.getClaimStatus(claimID: "none") }
      await expectFailure(FailureType.validation) {
        try await activities.cancelClaim(claimID: "CLAIM-1", reason: "")
      }
    }
  }

  @Test("29: a free key may be claimed, one with a claim not; notifications need a claim")
  func eligibility() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let activities = ClaimActivities(services(world))
      let key = PixWorld.entry(1).key
      try await perform { try await activities.validateClaimEligibility(key: key) }
      let claim = newClaim(world)
      _ = try await perform { try await activities.createClaim(claim: claim) }
      await expectFailure(FailureType.keyAlreadyExists) { try await activities.validateClaimEligibility(key: key) }
      try await perform { try await activities.notifyDonor(claimID: "CLAIM-1") }
      #expect(world.bridge.accepted(.notifyParticipant).map { $0.fields["participant"] } == [PixWorld.owner])
      await expectFailure(FailureType.notFound) { try await activities.notifyDonor(claimID: "none") }
      await expectFailure(FailureType.notFound) { try await activities.sendClaimConfirmation(claimID: "none") }
    }
  }

  @Test(
    "every activity that changes something can run again: the state, the events and Bacen see it once",
    arguments: TestDatabase.allCases
  )
  func again(_ database: TestDatabase) async throws {
    try await PixWorld.run(on: database) { world in
      let services = services(world)
      let (claims, entries) = (ClaimActivities(services), EntryActivities(services))
      let (infractions, sync) = (InfractionActivities(services), SyncActivities(services))
      let entry = PixWorld.entry(1)
      let claim = newClaim(world)
      let report = Infraction(
        infractionID: "I-1",
        key: entry.key,
        type: .fraud,
        description: "x",
        reporterISPB: PixWorld.owner,
        reportedISPB: PixWorld.claimer
      )
      let statistics = SyncStatistics(syncID: "S-1", syncType: .full, participant: "", timestamp: world.now)
      let steps: [@Sendable () async throws -> Void] = [
        { try await entries.createEntry(entry: entry) },
        { _ = try await entries.registerEntryWithBacen(entryID: "ENTRY-1") },
        { try await entries.updateEntry(entryID: "ENTRY-1", changes: EntryChanges(account: "5")) },
        { try await entries.deactivateEntry(entryID: "ENTRY-1", reason: "x") },
        { try await entries.activateEntry(entryID: "ENTRY-1") },
        { _ = try await claims.createClaim(claim: claim) },
        { _ = try await claims.submitClaimToBacen(claimID: "CLAIM-1") },
        { try await claims.updateClaimStatus(claimID: "CLAIM-1", status: .waitingResolution, note: nil) },
        { try await claims.notifyDonor(claimID: "CLAIM-1") },
        { try await claims.updateClaimStatus(claimID: "CLAIM-1", status: .confirmed, note: nil) },
        { try await claims.completeClaimWithBacen(claimID: "CLAIM-1", autoConfirmed: false) },
        { try await claims.completeClaim(claimID: "CLAIM-1") },
        { try await claims.sendClaimConfirmation(claimID: "CLAIM-1") },
        { try await claims.updateEntryOwnership(key: entry.key, newISPB: PixWorld.owner) },
        {
          try await entries.updateEntryRecordOwnership(
            entryID: "ENTRY-1",
            ispb: PixWorld.claimer,
            ownerName: "Grace",
            ownerTaxID: "12345678901234"
          )
        },
        { try await claims.publishClaimEvent(event: ["event_type": .string("custom"), "key": .string("k")]) },
        { try await infractions.createInfraction(infraction: report) },
        { try await infractions.notifyReportedParticipant(infractionID: "I-1") },
        { try await infractions.investigateInfraction(infractionID: "I-1") },
        { try await infractions.addEvidence(infractionID: "I-1", url: "https://e") },
        { try await infractions.escalateInfraction(infractionID: "I-1", notes: "x") },
        { try await infractions.notifyBacen(infractionID: "I-1") },
        { try await infractions.publishInfractionEvent(event: ["event_type": .string("custom")]) },
        { _ = try await sync.generateSyncReport(statistics: statistics) },
        { try await entries.deleteEntry(entryID: "ENTRY-1") },
        { try await entries.notifyBacenOfEntry(entryID: "ENTRY-1") },
      ]
      for (number, step) in steps.enumerated() {
        try await perform(number, step)
        let events = try await world.store.events()
        let requests = world.bridge.accepted
        let audits = try await world.store.auditCount()
        try await perform(number, step)
        #expect(try await world.store.events() == events, "step \(number)")
        #expect(world.bridge.accepted == requests, "step \(number)")
        #expect(try await world.store.auditCount() == audits, "step \(number)")
      }
      #expect(try await world.store.events().count == 22)
    }
  }

  @Test("errors become typed failures; only what may pass is retried")
  func failures() {
    func type(_ error: any Error) -> String? { (PixServices.failure(of: error) as? ApplicationError)?.type }
    #expect(type(BridgeError.unavailable("x")) == FailureType.unavailable)
    #expect(type(BridgeError.rejected(code: "05", message: "x")) == FailureType.bacenRejected)
    #expect(type(PixError(.keyAlreadyExists, "x")) == "KeyAlreadyExistsError")
    #expect(type(PixError(.claimNotFound, "x")) == "NotFoundError")
    #expect(type(PixError(.claimAlreadyResolved, "x")) == "AlreadyResolvedError")
    #expect(type(PixError(.validation, "x")) == "ValidationError")
    #expect(PixServices.failure(of: CancellationError()) is CancellationError)
    for profile in [
      Profile.database, Profile.api, Profile.messages, Profile.validation, Profile.long, Profile.claim,
      Profile.submission, Profile.transfer,
    ] {
      #expect(profile.retryPolicy?.nonRetryableErrorTypes == FailureType.nonRetryable)
      #expect(profile.heartbeatTimeout == nil)
    }
  }

  @Test("the guide's registrations: 7 workflows, 31 activities, every name once, heartbeats only where they are sent")
  func registration() async throws {
    try await PixWorld.run { world in
      let registration = PixRegistration(services(world))
      #expect(PixRegistration.workflows.count == 7)
      #expect(PixRegistration.guideActivities.count == 31)
      let names = registration.activityNames
      #expect(Set(names).count == names.count)
      #expect(PixRegistration.guideActivities.isSubset(of: names))
      #expect(names.allSatisfy { $0.hasSuffix("Activity") })
      #expect(registration.additionalActivities.contains("UpdateEntryRecordOwnershipActivity"))
      let heartbeating = registration.activities.flatMap(\.activities).filter { $0.defaults.heartbeatTimeout != nil }
      #expect(
        Set(heartbeating.map(\.name)) == [
          "SubmitClaimToBacenActivity", "CompleteClaimWithBacenActivity", "CancelClaimWithBacenActivity",
          "FetchBacenEntriesActivity",
        ]
      )
    }
  }

  @Test("what takes long heartbeats")
  func heartbeats() async throws {
    try await PixWorld.run { world in
      let activities = SyncActivities(services(world))
      let environment = ActivityTestEnvironment()
      _ = try await environment.run { try await activities.fetchBacenEntries(participant: "", type: .full, since: nil) }
      #expect(!environment.heartbeats.isEmpty)
    }
  }

  @Test("running activities and their runs are counted")
  func tracking() async throws {
    let tracker = TaskTracker()
    tracker.begin("a")
    tracker.begin("a")
    tracker.begin("b")
    #expect((tracker.activeRuns, tracker.activeActivities) == (2, 3))
    tracker.end("a")
    tracker.end("b")
    #expect((tracker.activeRuns, tracker.activeActivities) == (1, 1))
    tracker.end("a")
    #expect((tracker.activeRuns, tracker.activeActivities) == (0, 0))
  }
}

extension PixStore {
  /// How many changes the audit holds.
  func auditCount() async throws -> Int {
    try await read { try await $0.rows("SELECT id FROM audit_logs", []).count }
  }
}
