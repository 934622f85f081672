import DurableWorkflows
import Testing
import WorkflowTesting

@testable import PixClaims

/// All workflows of the workload, killed at every durable write.
@Suite("Crashes at every write", .timeLimit(.minutes(5)))
struct ClaimsSimulationTests {
  /// Compared is what came of everything; results hold times, which move with the time that the process is away.
  private var options: CrashSimulationOptions {
    var options = CrashSimulationOptions()
    options.comparesRuns = false
    return options
  }

  private func simulate(
    _ workflows: [any WorkflowDefinition.Type],
    memory: @escaping @Sendable () -> ClaimsMemory = ClaimsSimulationTests.standardMemory,
    sourceLocation: SourceLocation = #_sourceLocation,
    drive: @escaping @Sendable (SimulatedLife<ClaimsMemory>) async throws -> String
  ) async throws {
    let report = try await CrashSimulation.run(
      workflows: workflows, options: options, world: memory, activities: { [ClaimsStubs(memory: $0)] },
      drive: { life in [try await drive(life)] + life.world.summary })
    #expect(report.workflowTypes == Set(workflows.map { $0.name }), sourceLocation: sourceLocation)
    #expect(report.crashPoints > report.durableCalls, sourceLocation: sourceLocation)
  }

  @Test("the stubs stand for all activities")
  func complete() {
    let services = PixRegistration.guideActivities
    let stubs = Set(ClaimsStubs(memory: ClaimsMemory()).activities.map(\.name))
    #expect(services.subtracting(stubs).sorted() == [])
  }

  @Test("a claim: confirmed, cancelled, left to silence", arguments: ["confirm", "cancel", ""])
  func claim(decision: String) async throws {
    try await simulate([ClaimWorkflow.self]) { life in
      let claim = try await life.startClaim()
      try await life.sleep(until: .days(3))
      switch decision {
      case "confirm": try await claim.signal(ClaimWorkflow.Signals.confirm, ClaimConfirmation(confirmedBy: "Ada"))
      case "cancel": try await claim.signal(ClaimWorkflow.Signals.cancel, ClaimCancellation(reason: "changed my mind"))
      default: break
      }
      let result = try await claim.result()
      return "\(result.status.rawValue): \(result.message)"
    }
  }

  @Test("a claim whose run is cancelled is withdrawn")
  func withdrawn() async throws {
    try await simulate([ClaimWorkflow.self]) { life in
      let claim = try await life.startClaim()
      try await life.sleep(until: .days(3))
      try await claim.cancel(reason: "maintenance")
      do {
        return "\(try await claim.result().status)"
      } catch let error as WorkflowFailedError {
        return "\(error.status)"
      }
    }
  }

  @Test("an entry that is registered, and one that Bacen refuses", arguments: [false, true])
  func createEntry(isRefused: Bool) async throws {
    let memory: @Sendable () -> ClaimsMemory = {
      let memory = ClaimsMemory()
      if isRefused { memory.bridge.fail(.createEntry, times: 99, with: .rejected(code: "03", message: "duplicate")) }
      return memory
    }
    try await simulate([CreateEntryWorkflow.self], memory: memory) { life in
      let input = CreateEntryInput(
        entryID: "ENTRY-9", key: "00000000009", participant: PixWorld.owner, ownerName: "Ada",
        ownerTaxID: "12345678901")
      let result = try await life.client.execute(
        CreateEntryWorkflow.self, id: CreateEntryWorkflow.id(of: "ENTRY-9"), input: input)
      return "\(result.status): \(result.message)"
    }
  }

  @Test("an entry that is changed")
  func updateEntry() async throws {
    try await simulate([UpdateEntryWorkflow.self]) { life in
      let input = UpdateEntryInput(entryID: "ENTRY-1", changes: EntryChanges(account: "77"))
      let result = try await life.client.execute(UpdateEntryWorkflow.self, id: "update-1", input: input)
      return "\(result.status): \(result.message)"
    }
  }

  @Test("an entry that is deleted, and one that stays after all", arguments: [false, true])
  func deleteEntry(isCancelled: Bool) async throws {
    try await simulate([DeleteEntryWorkflow.self]) { life in
      let deletion = try await life.client.start(
        DeleteEntryWorkflow.self, id: DeleteEntryWorkflow.id(of: "ENTRY-1"),
        input: DeleteEntryInput(entryID: "ENTRY-1", reason: .userRequest, requestedBy: "Ada"))
      if isCancelled {
        try await life.sleep(until: .days(29))
        try await deletion.signal(
          DeleteEntryWorkflow.Signals.cancelDeletion, DeletionCancellation(reason: "a mistake"))
      }
      let result = try await deletion.result()
      return "\(result.status): \(result.message)"
    }
  }

  @Test("a report with evidence that is decided, and one that nobody looks at", arguments: [false, true])
  func infraction(isDecided: Bool) async throws {
    try await simulate([InvestigateInfractionWorkflow.self]) { life in
      let input = InfractionInput(
        infractionID: "INF-1", key: "00000000001", type: .fraud, description: "not me", reporterISPB: PixWorld.owner)
      let report = try await life.client.start(
        InvestigateInfractionWorkflow.self, id: InvestigateInfractionWorkflow.id(of: "INF-1"), input: input)
      for number in 1...2 {
        try await life.sleep(until: .days(number))
        try await report.signal(
          InvestigateInfractionWorkflow.Signals.evidenceAdded, EvidenceAdded(evidenceURL: "https://e/\(number)"))
      }
      if isDecided {
        try await report.signal(
          InvestigateInfractionWorkflow.Signals.investigationComplete,
          InvestigationComplete(decision: "RESOLVE", notes: "true"))
      }
      let result = try await report.result()
      return "\(result.status.rawValue): \(result.message)"
    }
  }

  @Test("a comparison with Bacen that settles what differs")
  func sync() async throws {
    try await simulate([VSyncWorkflow.self], memory: Self.differingMemory) { life in
      let result = try await life.client.execute(VSyncWorkflow.self, id: "sync", input: VSyncInput(syncType: .full))
      return "\(result.status): \(result.entriesCreated) created, \(result.entriesUpdated) updated"
    }
  }

  @Test("a comparison a day")
  func scheduler() async throws {
    try await simulate([VSyncSchedulerWorkflow.self, VSyncWorkflow.self], memory: Self.differingMemory) { life in
      let scheduler = try await life.client.start(
        VSyncSchedulerWorkflow.self, id: VSyncSchedulerWorkflow.id, input: nil)
      try await life.sleep(until: .hours(60))
      try await scheduler.terminate(reason: "the end")
      return "after three days"
    }
  }

  @Test("a deployment that lost its first step is sound by itself")
  func forgetful() async throws {
    try await simulate([ForgetfulClaim.self]) { life in
      let claim = try await life.client.start(
        ForgetfulClaim.self, id: "claim", input: ClaimInput(
          claimID: "CLAIM-1", entryID: "ENTRY-1", claimerISPB: PixWorld.claimer, donorISPB: PixWorld.owner))
      do {
        return "\(try await claim.result().status)"
      } catch let error as WorkflowFailedError {
        return error.cause.root.message
      }
    }
  }

  @Sendable static func standardMemory() -> ClaimsMemory { ClaimsMemory(entries: [PixWorld.entry(1)]) }

  /// Bacen has three entries: one is not here, one is old here.
  @Sendable static func differingMemory() -> ClaimsMemory {
    var old = PixWorld.entry(2)
    old.account = "old"
    let memory = ClaimsMemory(entries: [PixWorld.entry(1), old])
    memory.bridge.put((1...3).map { BacenEntry(PixWorld.entry($0)) })
    return memory
  }
}

extension SimulatedLife where World == ClaimsMemory {
  fileprivate func startClaim() async throws -> WorkflowHandle<ClaimWorkflow> {
    let input = ClaimInput(
      claimID: "CLAIM-1", entryID: "ENTRY-1", claimerISPB: PixWorld.claimer, donorISPB: PixWorld.owner)
    return try await client.start(ClaimWorkflow.self, id: ClaimWorkflow.id(of: "CLAIM-1"), input: input)
  }
}
