import DurableWorkflows
import ExampleSupport
import Synchronization
import Testing
import WorkflowTesting

@testable import PixClaims

/// Scenarios 19 to 26 and 32: the comparison with Bacen's directory.
@Suite("Comparing with Bacen", .timeLimit(.minutes(3)))
struct SynchronizationTests {
  private static let day = VirtualClock.defaultStart

  private func sync(
    _ world: PixWorld,
    _ input: VSyncInput = VSyncInput(syncType: .full)
  ) async throws -> VSyncResult {
    try await world.env.execute(VSyncWorkflow.self, id: "vsync", input: input)
  }

  /// Records many entries at once.
  private func addEntries(_ numbers: ClosedRange<Int>, _ world: PixWorld) async throws {
    try await world.store.change(world.origin) { transaction in
      for number in numbers { try await transaction.insert(PixWorld.entry(number)) }
    }
  }

  @Test("19: a key that only Bacen has is created", arguments: TestDatabase.allCases)
  func missingLocal(_ database: TestDatabase) async throws {
    try await PixWorld.run(on: database) { world in
      world.bridge.put([BacenEntry(PixWorld.entry(1))])
      let result = try await sync(world)
      #expect(result.status == "COMPLETED")
      #expect(result.discrepancies == 1 && result.entriesCreated == 1 && result.entriesSynced == 1)
      let report = try #require(result.reportID)
      let reports = try await world.store.syncReports()
      #expect(reports.map(\.id) == [report] && reports.map(\.created) == [1])
      let entry = try #require(try await world.store.entry(forKey: PixWorld.entry(1).key))
      #expect(BacenEntry(entry) == BacenEntry(PixWorld.entry(1)))
      #expect(try await world.events(of: report) == ["vsync_completed"])
    }
  }

  @Test("20: an incremental comparison without changes finds nothing and flags nothing")
  func incremental() async throws {
    try await PixWorld.run { world in
      try await addEntries(1...3, world)
      let since = world.now
      var old = BacenEntry(PixWorld.entry(1), updatedAt: since - .days(2))
      old.ownerName = "Somebody else"
      world.bridge.put([old])
      let result = try await sync(world, VSyncInput(syncType: .incremental, lastSyncDate: since))
      #expect(result.status == "COMPLETED")
      #expect(result.discrepancies == 0 && result.entriesSynced == 0 && result.entriesDeleted == 0)
      #expect(world.alerts.alerts.isEmpty)
    }
  }

  @Test("21: a fix that fails makes the comparison partial; the others are made")
  func partial() async throws {
    try await PixWorld.run { world in
      world.bridge.put([BacenEntry(PixWorld.entry(1)), BacenEntry(PixWorld.entry(2))])
      let store = world.store
      let origin = world.origin
      let create = world.env.mock("CreateEntryActivity") { arguments in
        let entry = try arguments.decode(0, as: Entry.self)
        if entry.key == PixWorld.entry(2).key { throw ApplicationError("refused", isNonRetryable: true) }
        try await store.createEntry(entry, origin)
        return Empty()
      }
      let result = try await sync(world)
      #expect(create.callCount == 2)
      #expect(result.status == "PARTIAL")
      #expect(result.discrepancies == 2 && result.entriesCreated == 1 && result.entriesSynced == 1)
      #expect(result.errorMessage?.hasPrefix("1 of 2 ") == true)
      #expect(try await world.store.syncReports().map(\.status) == ["PARTIAL"])
    }
  }

  @Test(
    "22, 23: input that is wrong fails and names the field",
    arguments: [
      ("INVALID", "", true, "sync_type"), ("", "", true, "sync_type"), ("INCREMENTAL", "", false, "last_sync_date"),
      ("FULL", "123", true, "participant_ispb"),
    ]
  )
  func input(_ type: String, participant: String, hasDate: Bool, field: String) async throws {
    try await PixWorld.run { world in
      var input = VSyncInput(participant: participant, syncType: .full, lastSyncDate: hasDate ? world.now : nil)
      input.syncType = type
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await sync(world, input) }
      #expect(error?.cause.message.contains(field) == true)
      #expect(error?.cause.applicationType == FailureType.validation)
    }
  }

  @Test("24: one of each kind: created, updated, flagged", arguments: TestDatabase.allCases)
  func oneOfEach(_ database: TestDatabase) async throws {
    try await PixWorld.run(on: database) { world in
      try await addEntries(2...3, world)
      var changed = BacenEntry(PixWorld.entry(2))
      changed.account = "99"
      changed.ownerName = "Grace Hopper"
      world.bridge.put([BacenEntry(PixWorld.entry(1)), changed])
      let result = try await sync(world)
      #expect(result.status == "COMPLETED")
      #expect(result.discrepancies == 3)
      #expect((result.entriesCreated, result.entriesUpdated, result.entriesDeleted) == (1, 1, 1))
      #expect(result.entriesSynced == 2)
      let updated = try #require(try await world.store.entry("ENTRY-2"))
      #expect(updated.account == "99" && updated.ownerName == "Grace Hopper")
      #expect(try await world.store.entry("ENTRY-3")?.status == .active, "a key that Bacen lacks is only flagged")
      #expect(world.alerts.alerts.map(\.name) == ["OrphanedKeys"])
      // What was settled is settled.
      let again = try await world.env.execute(VSyncWorkflow.self, id: "again", input: VSyncInput(syncType: .full))
      #expect(again.discrepancies == 1 && again.entriesSynced == 2)
    }
  }

  @Test("a key that moved to another participant follows, also when only that participant is compared")
  func moved() async throws {
    try await PixWorld.run { world in
      try await addEntries(1...1, world)
      var bacen = BacenEntry(PixWorld.entry(1))
      bacen.participant = PixWorld.claimer
      world.bridge.put([bacen])
      let result = try await sync(world, VSyncInput(participant: PixWorld.claimer, syncType: .full))
      #expect(result.status == "COMPLETED" && result.entriesUpdated == 1 && result.entriesCreated == 0)
      #expect(try await world.participant() == PixWorld.claimer)
    }
  }

  @Test("25: a thousand equal keys are in sync")
  func equal() async throws {
    try await PixWorld.run { world in
      try await addEntries(1...1000, world)
      world.bridge.put((1...1000).map { BacenEntry(PixWorld.entry($0)) })
      let result = try await sync(world)
      #expect(result.entriesSynced == 1000 && result.discrepancies == 0 && result.status == "COMPLETED")
    }
  }

  @Test("26: of 120 keys at Bacen and 100 of them here, 20 are created")
  func creations() async throws {
    try await PixWorld.run { world in
      try await addEntries(1...100, world)
      world.bridge.put((1...120).map { BacenEntry(PixWorld.entry($0)) })
      let result = try await sync(world)
      #expect(result.entriesCreated == 20 && result.discrepancies == 20 && result.entriesSynced == 120)
      #expect(try await world.store.entries(participant: PixWorld.owner).count == 120)
    }
  }

  @Test("more than a page is fetched page by page, and too many differences call people")
  func pages() async throws {
    try await PixWorld.run { world in
      try await addEntries(1...1100, world)
      world.bridge.put((1...2500).map { BacenEntry(PixWorld.entry($0)) }.filter { $0.account != "1" })
      for number in 1...1100 { world.bridge.remove(key: PixWorld.entry(number).key) }
      world.env.mock("CreateEntryActivity") { _ in Empty() }
      let result = try await sync(world)
      #expect(result.discrepancies == 2500 && result.entriesCreated == 1400 && result.entriesDeleted == 1100)
      #expect(world.alerts.alerts.map(\.name) == ["OrphanedKeys", "CriticalDivergence"])
    }
  }

  @Test(
    "32: the scheduler goes on after a failed comparison, once a day at the same time, in a run of its own each day"
  )
  func scheduler() async throws {
    try await PixWorld.run { world in
      let start = world.now
      world.bridge.setOutage(.unavailable("maintenance"))
      let handle = try await world.env.client.start(
        VSyncSchedulerWorkflow.self,
        id: VSyncSchedulerWorkflow.id,
        input: nil
      )
      let first = handle.execution.runID
      try await world.env.sleep(for: .hours(1))
      let failed = try await handle.query(VSyncSchedulerWorkflow.Queries.getState)
      #expect(failed.childID == "vsync-2026-01-01" && failed.lastStatus == "FAILED" && failed.lastError != nil)
      #expect(failed.nextRun == start + .days(1))
      world.bridge.setOutage(nil)
      world.bridge.put([BacenEntry(PixWorld.entry(1), updatedAt: start)])
      try await world.env.sleep(for: .days(1))
      let current = world.env.client.handle(for: VSyncSchedulerWorkflow.self, id: VSyncSchedulerWorkflow.id)
      let second = try await current.query(VSyncSchedulerWorkflow.Queries.getState)
      #expect(second.childID == "vsync-2026-01-02" && second.lastStatus == "COMPLETED")
      #expect(second.nextRun == start + .days(2), "rounds do not drift")
      #expect(try await current.describe().info.execution.runID != first)
      #expect(
        try await world.store.entry(forKey: PixWorld.entry(1).key) != nil,
        "what the failed round missed is caught up with"
      )
      let child = try await world.env.client.handle(for: VSyncWorkflow.self, id: "vsync-2026-01-02").describe()
      #expect(child.runTimeout == .hours(2))
      try await world.env.sleep(for: .days(3))
      let fifth = try await current.query(VSyncSchedulerWorkflow.Queries.getState)
      #expect(fifth.childID == "vsync-2026-01-05" && fifth.lastStatus == "COMPLETED")
      try await current.terminate()
    }
  }

  @Test("the scheduler's next round keeps the time of day, however late this one is")
  func nextRound() {
    let anchor = Moment(microseconds: 1_000_000)
    #expect(VSyncSchedulerWorkflow.next(after: anchor, from: anchor) == anchor + .days(1))
    #expect(VSyncSchedulerWorkflow.next(after: anchor + .hours(3), from: anchor) == anchor + .days(1))
    #expect(VSyncSchedulerWorkflow.next(after: anchor + .days(1), from: anchor) == anchor + .days(2))
    #expect(VSyncSchedulerWorkflow.next(after: anchor + .hours(100), from: anchor) == anchor + .days(5))
    #expect(VSyncSchedulerWorkflow.next(after: anchor - .hours(3), from: anchor) == anchor + .days(1))
  }
}
