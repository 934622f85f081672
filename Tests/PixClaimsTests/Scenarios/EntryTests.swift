import DurableWorkflows
import ExampleSupport
import Testing
import WorkflowTesting

@testable import PixClaims

/// Scenario 31, and the other workflows of entries.
@Suite("Entries", .timeLimit(.minutes(2)))
struct EntryTests {
  private func input(_ number: Int = 1) -> CreateEntryInput {
    let entry = PixWorld.entry(number)
    return CreateEntryInput(
      entryID: entry.entryID,
      key: entry.key,
      participant: entry.participant,
      ownerName: entry.ownerName,
      ownerTaxID: entry.ownerTaxID
    )
  }

  @Test("a key is registered here and with Bacen", arguments: TestDatabase.allCases)
  func create(_ database: TestDatabase) async throws {
    try await PixWorld.run(on: database) { world in
      let handle = try await world.api.createEntry(input())
      let result = try await handle.result()
      #expect(result.status == "ACTIVE" && result.bacenEntryID == "BACEN-ENTRY-1")
      let entry = try #require(try await world.store.entry("ENTRY-1"))
      #expect(entry.status == .active && entry.bacenEntryID == "BACEN-ENTRY-1" && entry.keyType == .cpf)
      _ = await expectRefusal(.keyAlreadyExists, status: 409) { _ = try await world.api.createEntry(input()) }
    }
  }

  @Test("a key that Bacen refuses is deleted here again and can be registered anew", arguments: TestDatabase.allCases)
  func rejected(_ database: TestDatabase) async throws {
    try await PixWorld.run(on: database) { world in
      world.bridge.fail(.createEntry, times: 1, with: .rejected(code: "03", message: "duplicate"))
      let result = try await world.api.createEntry(input()).result()
      #expect(result.status == "REJECTED" && result.message.contains("duplicate"))
      #expect(try await world.store.entry("ENTRY-1")?.deletedAt != nil)
      var second = input()
      second.entryID = "ENTRY-1b"
      #expect(try await world.api.createEntry(second).result().status == "ACTIVE")
    }
  }

  @Test("a Bacen that does not answer within two minutes fails the registration")
  func unavailable() async throws {
    try await PixWorld.run { world in
      world.bridge.fail(.createEntry, times: 99, with: .unavailable("maintenance"))
      let begin = world.now
      let result = try await world.api.createEntry(input()).result()
      #expect(result.status == "FAILED")
      #expect(world.now - begin <= .minutes(2))
      #expect(world.bridge.attempts(.createEntry) == 6, "2, 4, 8, 16 and 32 s apart, the next would be too late")
      #expect(try await world.store.entry(forKey: PixWorld.entry(1).key) == nil)
    }
  }

  @Test("a change reaches the store and Bacen; a Bacen that refuses does not undo it")
  func update() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let first = try await world.api.updateEntry(.init(entryID: "ENTRY-1", changes: .init(account: "77"))).result()
      #expect(first.status == "UPDATED" && first.message == "the entry was changed")
      world.bridge.fail(.updateEntry, times: 1, with: .rejected(code: "99", message: "closed"))
      let second = try await world.api.updateEntry(.init(entryID: "ENTRY-1", changes: .init(ownerName: "Grace")))
        .result()
      #expect(second.message.contains("closed"))
      let entry = try #require(try await world.store.entry("ENTRY-1"))
      #expect(entry.account == "77" && entry.ownerName == "Grace" && entry.branch == "0001")
      for (id, changes) in [("ENTRY-1", EntryChanges()), ("none", .init(account: "1"))] {
        let handle = try await world.api.updateEntry(.init(entryID: id, changes: changes))
        await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      }
    }
  }

  @Test("an entry is switched off at once and deleted after 30 days", arguments: TestDatabase.allCases)
  func delete(_ database: TestDatabase) async throws {
    try await PixWorld.run(on: database) { world in
      try await world.addEntry()
      let handle = try await world.api.deleteEntry("ENTRY-1", reason: .userRequest, requestedBy: "owner")
      try await world.settle()
      let waiting = try #require(try await world.store.entry("ENTRY-1"))
      #expect(waiting.status == .inactive && waiting.statusReason == "USER_REQUEST")
      #expect(try await handle.query(DeleteEntryWorkflow.Queries.getState).status == "DEACTIVATED")
      let result = try await handle.result()
      #expect(result.status == "DELETED" && result.errorReason == nil)
      #expect(try #require(result.deletedAt) - (try #require(result.deactivatedAt)) == .days(30))
      #expect(try await world.store.entry("ENTRY-1")?.deletedAt != nil)
      #expect(world.bridge.accepted(.deleteEntry).map(\.subject) == ["ENTRY-1"])
      #expect(try await world.events(of: "ENTRY-1") == ["entry_created", "entry_deactivated", "entry_deleted"])
      // Its key is free.
      try await world.store.createEntry(
        Entry(
          entryID: "ENTRY-2",
          key: waiting.key,
          keyType: .cpf,
          participant: PixWorld.claimer,
          ownerName: "Grace",
          ownerTaxID: "12345678901"
        ),
        world.origin
      )
    }
  }

  @Test("31: a deletion cancelled on day 29 leaves the entry active")
  func cancelled() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let handle = try await world.api.deleteEntry("ENTRY-1", reason: .duplicate, requestedBy: "owner")
      try await world.env.sleep(for: .days(29))
      try await world.api.cancelDeletion(of: "ENTRY-1", by: "owner", reason: "not a duplicate")
      let result = try await handle.result()
      #expect(result.status == "CANCELLED" && result.message.contains("not a duplicate"))
      try await world.env.sleep(for: .days(5))
      let entry = try #require(try await world.store.entry("ENTRY-1"))
      #expect(entry.status == .active && entry.deletedAt == nil)
      #expect(world.bridge.accepted(.deleteEntry).isEmpty)
    }
  }

  @Test("31: a reactivation that fails never deletes")
  func reactivationFails() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let handle = try await world.api.deleteEntry("ENTRY-1", reason: .fraud, requestedBy: "owner")
      try await world.settle()
      let activate = world.env.mock("ActivateEntryActivity") { _ in throw ApplicationError("disk full") }
      try await world.api.cancelDeletion(of: "ENTRY-1", by: "owner", reason: "mistake")
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.cause.root.message == "disk full")
      #expect(activate.callCount == 5)
      try await world.env.sleep(for: .days(60))
      let entry = try #require(try await world.store.entry("ENTRY-1"))
      #expect(entry.deletedAt == nil && entry.status == .inactive)
      #expect(world.alerts.alerts.map(\.name) == ["EntryReactivationFailed"])
      #expect(try await handle.query(DeleteEntryWorkflow.Queries.getState).status == "FAILED")
    }
  }

  @Test("a Bacen that is not told of a deletion does not undo it; a blocked entry is not deleted")
  func edges() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      world.bridge.fail(.deleteEntry, times: 99, with: .rejected(code: "99", message: "closed"))
      let result = try await world.api.deleteEntry("ENTRY-1", reason: .adminAction, requestedBy: "x").result()
      #expect(result.status == "DELETED" && result.errorReason?.contains("closed") == true)

      try await world.addEntry(2)
      try await world.store.changeEntry("ENTRY-2", operation: "test", world.origin) {
        $0.status = .blocked
        return true
      } event: {
        .entry("test", $0)
      }
      let blocked = try await world.api.deleteEntry("ENTRY-2", reason: .adminAction, requestedBy: "x")
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await blocked.result() }
      #expect(error?.cause.root.applicationType == FailureType.invalidState)
      #expect(try await blocked.query(DeleteEntryWorkflow.Queries.getState).status == "FAILED")
    }
  }
}
